//! The kit: browsers, a network, a server and a clock, all of them models.

pub(crate) mod browser;
mod checks;
mod faults;
mod media;
pub(crate) mod network;
pub(crate) mod page;
pub(crate) mod random;
mod sdp;
mod server;
mod transport;
mod wire;
pub(crate) mod world;
