//! Whole meetings in one process: pages, browsers, a bad network and whatever is behind it. Time is
//! a number and chance a seed, so whatever happens can happen again.
//!
//! A [`World`](world::World) runs the clients that the page is made of. The browsers around them
//! and the network between them are models; at the far end of their sockets is a
//! [`Backend`](backend::Backend), be it one room or a cluster.
//!
//! ```
//! use simulation::network::Weather;
//! use simulation::world::World;
//!
//! let mut world = World::new(1, Weather::FAIR);
//! let (ada, ben) = (world.join("Ada"), world.join("Ben"));
//! world.run_until(3000, "Ada and Ben are connected", World::is_whole);
//!
//! world.send_chat(ada, "Do you hear me?");
//! world.run_for(1000);
//! assert_eq!(world.pages[ben].chat(), ["Do you hear me?"]);
//! ```
//!
//! With the feature `cluster` there are models of processes and of a Redis, too, to which the stores
//! that ship connect as to the real ones.
//!
//! Only tests depend on this, and like a test it fails loudly when it is used wrongly.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "all of this is test"
)]

mod actions;
pub mod backend;
pub mod browser;
mod checks;
#[cfg(feature = "cluster")]
pub mod cluster;
pub mod disk;
mod faults;
pub mod file_channel;
mod files;
pub mod fleet;
mod media;
pub mod network;
pub mod next;
pub mod one_room;
pub mod page;
pub mod random;
pub mod sdp;
pub mod transport;
mod wire;
pub mod world;
