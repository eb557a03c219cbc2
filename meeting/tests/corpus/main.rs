//! The texts and files that the fuzzer begins with, and what it found, as ordinary tests.

// Says to the linter, too, that all of this is test.
#![cfg(test)]

#[path = "../../../fuzz/checks/corpus.rs"]
mod corpus;
#[expect(unreachable_pub, reason = "the fuzz targets call it from outside")]
#[path = "../../../fuzz/checks/recordings.rs"]
mod recordings;
#[expect(unreachable_pub, reason = "the fuzz targets call it from outside")]
#[path = "../../../fuzz/checks/wires.rs"]
mod wires;
