//! Whole meetings in one process: clients, browsers, a bad network and a server, without any of
//! them being real. Time is a number and chance a seed, so whatever happens can happen again.
//!
//! A run that fails names its seed. `MEETING_SEED=… cargo test -p meeting --test simulation …`
//! plays that one again and tells what happens; `MEETING_RUNS=…` plays so many instead of the
//! usual few.

// Says to the linter, too, that all of this is test.
#![cfg(test)]

mod chat;
mod file_channels;
mod file_meetings;
mod file_swarm;
mod files;
mod glare;
mod hands;
mod liveness;
mod mesh;
mod newer;
mod outage;
#[path = "../support/participant.rs"]
mod participant;
mod recording;
mod refused;
mod session;
mod stale;
mod streams;
mod two_peers;
mod upgrade;
