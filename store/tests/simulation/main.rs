//! Stores on a simulated Redis: time stands still unless it is told to go on, and chance comes from a
//! seed. Whole meetings over a whole cluster are in the server's tests.
//!
//! | module | job |
//! |---|---|
//! | `people` | people who use a store the way connections do |
//! | `found` | the bugs that simulated meetings found, each told on its own |
//! | `shards` | a Redis of which a part is slow or hangs |
//! | `removal` | somebody is sent away while their server hears nothing |
//! | `joins` | joins to many rooms at once |

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod found;
mod joins;
mod people;
mod removal;
mod shards;
