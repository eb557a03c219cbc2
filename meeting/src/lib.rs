//! The meeting as pure logic, both ends of it.
//!
//! Nothing in this crate opens a socket, reads a clock or draws a random number. Time and
//! randomness come in as arguments; what should happen comes out as values. N clients, one room
//! and a bad network therefore run in one native test.
//!
//! ```
//! # use meeting::delivery::{Delivery, Signal};
//! # use meeting::id::{ConnectionId, InstanceId};
//! # use meeting::time::Timestamp;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let instance = InstanceId::from_random;
//! # let between_them = ConnectionId { polite: instance(1), impolite: instance(2), attempt: 1 };
//! let (mut ada, mut ben) = (Delivery::default(), Delivery::default());
//! ada.send(Signal::Hello {})?;
//! let start = Timestamp::from_millis(0);
//! let lost = ada.poll_parcel(start, &between_them);
//! assert!(lost.is_some());
//!
//! // Nobody acknowledges it, and it says when it wants to be asked again.
//! let later = ada.poll_timeout().ok_or("nothing is due")?;
//! let again = ada.poll_parcel(later, &between_them).ok_or("nothing is sent")?;
//! assert_eq!(ben.receive(later, again), [Signal::Hello {}]);
//! # Ok(())
//! # }
//! ```
//!
//! | module | job |
//! |---|---|
//! | [`id`] | names of rooms, participants, page instances and connections |
//! | [`invitation`] | the room in what somebody pasted |
//! | [`limits`] | every bound, in one place |
//! | [`signaling`] | what crosses the socket between a browser and the server |
//! | [`conversation`] | what crosses the data channel between two browsers |
//! | [`devices`] | a person's own microphone, camera and screen share |
//! | [`delivery`] | signals to one peer, in order and exactly once, over any path |
//! | [`negotiation`] | perfect negotiation for one peer connection |
//! | [`opus`] | what the audio encoder is asked for |
//! | [`liveness`] | whether what one end sends arrives at the other |
//! | [`recovery`] | when to restart ICE and when to build a new connection |
//! | [`adaptation`] | what each link may cost |
//! | [`chat`] | what people wrote to each other, as one page has it |
//! | [`client`] | one participant's session: socket, roster, links, streams |
//! | [`recording`] | what is recorded, and the file that comes of it |
//! | [`room`] | the server's side of a room |
//! | [`replay`] | what the server may have to say again |
//! | [`visible`] | which characters show something, and what is seen as one |
//! | [`time`], [`backoff`], [`token_bucket`] | milliseconds, waiting, and how much may happen in a time |

pub mod adaptation;
mod ascii;
pub mod backoff;
pub mod chat;
pub mod client;
pub mod conversation;
pub mod delivery;
pub mod devices;
pub mod id;
pub mod invitation;
pub mod limits;
pub mod liveness;
pub mod negotiation;
pub mod opus;
pub mod recording;
pub mod recovery;
pub mod replay;
pub mod room;
pub mod signaling;
pub mod time;
pub mod token_bucket;
pub mod visible;
