//! The server from outside: real sockets, and where it matters both stores.

// Says to the linter, too, that all of this is test.
#![cfg(test)]

#[path = "../support/mod.rs"]
mod support;

mod cluster;
mod drain;
mod hostile;
mod ice_servers;
mod log;
mod meeting;
mod page;
mod program;
mod resume;
mod streams;
