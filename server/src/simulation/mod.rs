//! Whole meetings over a whole cluster in one thread: the stores and the sessions that ship, the
//! clients that ship, and models of Redis, of the network and of the browsers. Time stands still
//! unless it is told to go on, and chance comes from a seed, so whatever happens can happen again.
//!
//! | module | job |
//! |---|---|
//! | `process` | the tasks of one server, which can be frozen and killed |
//! | `store::redis::simulated` | a Redis that runs the scripts that ship, and the connections to it |
//! | `socket` | the far end of a page's socket |
//! | `cluster` | servers around one Redis, as the pages meet them |
//! | `faults` | what may happen to them |
//! | `inspection` | what must be true of them |
//! | `tests` | meetings with whatever happens |
//! | `found` | the bugs that these meetings found, each told on its own |

mod cluster;
mod faults;
mod found;
mod inspection;
pub(crate) mod process;
mod socket;
mod tests;
