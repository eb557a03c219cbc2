//! The server from outside: real sockets, and where it matters both stores.

// Says to the linter, too, that all of this is test.
#![cfg(test)]

#[expect(unreachable_pub, reason = "the fuzz targets call it from outside")]
#[path = "../../../fuzz/checks/addresses.rs"]
mod addresses;
#[path = "../../../fuzz/checks/corpus.rs"]
mod corpus;
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

// What the checks of `addresses` are about.
use server::settings::{ice_url, origin};
