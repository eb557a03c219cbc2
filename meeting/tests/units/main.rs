//! The parts of a meeting one by one, each by what is public of it.

// Says to the linter, too, that all of this is test.
#![cfg(test)]

mod chat;
mod delivery;
mod devices;
mod files;
mod liveness;
mod recording;
mod recovery;
mod replay;
mod room;
mod visible;
mod webm;
