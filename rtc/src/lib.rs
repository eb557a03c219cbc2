//! The browser's edge: everything of Rotunda that touches JavaScript.
//!
//! [`open`] starts the one actor that owns a call: the microphone and the camera before it, the
//! socket, the peer connections and the data channels in it. The views get a [`CallView`] each
//! time something changes and send each [`Command`] of the person through a
//! [`CallHandle`]. What is not needed before a call hangs on [`call_driver`], so that it can be
//! loaded later.
//!
//! The crate compiles natively too, so that views can be rendered on the server; nothing in it
//! may be *called* there but the plain data of [`view`]:
//!
//! ```
//! # use meeting::signaling::Presence;
//! use rtc::CallView;
//! use rtc::view::{CallState, LinkState, PersonView, Reach};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut view = CallView::new("abc-defg-hij".parse()?);
//! assert_eq!(view.state, CallState::Lobby);
//!
//! view.people.push(PersonView {
//!     name: "Ben".to_owned().try_into()?,
//!     link: LinkState::Reconnecting,
//!     # id: meeting::id::ParticipantId::from_bytes([2; 16]),
//!     # you: false,
//!     # presence: Presence::Connected,
//!     # microphone: true,
//!     # camera: true,
//!     # screen: false,
//!     # speaking: false,
//!     // …
//! });
//! assert_eq!(view.reach(), Reach::None, "Ben is shown, and cannot be heard now");
//! # Ok(())
//! # }
//! ```

mod audio_context;
mod bindings;
pub mod browser;
mod clock;
mod configuration;
mod driver;
mod error;
mod handle;
pub mod intl;
mod listener;
mod local;
mod message;
mod object;
mod peer_connection;
mod playback;
mod sending;
mod socket;
mod stats;
pub mod storage;
#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod tests;
mod texts;
mod vec_map;
pub mod view;
mod wake_lock;

pub use browser::mark_hydrated;
pub use driver::{CallDriver, call_driver, open};
pub use handle::{CallHandle, Command, VideoAttachment, VideoSource};
pub use texts::Texts;
pub use view::{CallView, Notice, Update};
