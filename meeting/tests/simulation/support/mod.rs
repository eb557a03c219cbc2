//! The kit: browsers, a network, a server and a clock, all of them models.

pub(crate) mod browser;
pub(crate) mod sdp;
