//! Whole meetings in one process: clients, browsers, a bad network and a server, without any of
//! them being real. Time is a number and chance a seed, so whatever happens can happen again.

mod glare;
mod session;
mod stale;
mod support;
