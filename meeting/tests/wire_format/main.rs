//! What is on the wire, letter by letter, and that `docs/protocol.md` tells of all of it.

// Says to the linter, too, that all of this is test.
#![cfg(test)]

mod bounds;
mod close_reasons;
mod conversation;
mod document;
mod examples;
mod file_channel;
mod frames;
mod frozen;
