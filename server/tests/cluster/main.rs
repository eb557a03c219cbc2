//! Whole meetings over a whole cluster in one thread: the stores and the sessions that ship, the
//! clients that ship, and models of Redis, of the network and of the browsers. Time stands still
//! unless it is told to go on, and chance comes from a seed, so whatever happens can happen again.
//!
//! | module | job |
//! |---|---|
//! | `socket` | the far end of a page's socket |
//! | `cluster` | servers around one Redis, as the pages meet them |
//! | `faults` | what may happen to them |
//! | `inspection` | what must be true of them |
//! | `meetings` | meetings with whatever happens |
//! | `found` | the bugs of sessions that these meetings found, each told on its own |
//! | `upgrade`, `next_wire` | servers, pages and records of a made-up next release |

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking, and a replay tells what happens"
)]

mod cluster;
mod faults;
mod found;
mod inspection;
mod meetings;
mod next_wire;
mod socket;
mod upgrade;
