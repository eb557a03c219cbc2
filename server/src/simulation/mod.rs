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
//! | `people` | people who use a store without a socket |
//! | `shards` | a Redis of which a part is slow or hangs |
//! | `joins` | joins to many rooms at once |
//! | `upgrade`, `next_wire` | servers, pages and records of a made-up next release |

mod cluster;
mod faults;
mod found;
mod inspection;
mod joins;
mod next_wire;
mod people;
pub(crate) mod process;
mod shards;
mod socket;
mod tests;
mod upgrade;
