//! The resume race: several tabs hold tokens of one participant and come back at the same time.
//!
//! The room is the one that the server runs on, and what a page does when its socket is closed is
//! asked of the client that ships. Between the two lies a model: sockets that carry requests and
//! answers, lose them or deliver them late, a server that forgets, and people who load pages again
//! or leave. Every order of what can happen is tried while the faults last; see `rules` for what
//! holds on the way and at the end.
//!
//! A random run that fails names its seed: `MEETING_SEED=… cargo test -p meeting --test resume_race`
//! plays that one again, and `MEETING_RUNS=…` plays so many instead of 10,000.

// Says to the linter, too, that all of this is test.
#![cfg(test)]

mod every_order;
mod long_histories;

mod page;
mod parts;
mod rules;
mod server;
mod world;
