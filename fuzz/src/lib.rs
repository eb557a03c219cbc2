//! What the fuzz targets call. The checks are shared with ordinary tests of the crates, and the
//! private files that they check are compiled here once more, so that nothing becomes public for
//! the fuzzer's sake.

#![allow(dead_code, reason = "of each file only what is checked is used")]

#[path = "../checks/addresses.rs"]
pub mod addresses;
#[cfg(test)]
#[path = "../checks/corpus.rs"]
mod corpus;
#[path = "../../server/src/settings/ice_url.rs"]
mod ice_url;
#[path = "../../store/src/redis/lenient.rs"]
mod lenient;
#[path = "../../app/src/call/links.rs"]
mod links;
#[path = "../checks/links.rs"]
pub mod messages;
#[path = "../../server/src/settings/origin.rs"]
mod origin;
#[path = "../../store/src/redis/record.rs"]
mod record;
#[path = "../checks/recordings.rs"]
pub mod recordings;
#[path = "../checks/records.rs"]
pub mod records;
#[path = "../../server/src/refusal.rs"]
mod refusal;
#[path = "../checks/wires.rs"]
pub mod wires;
