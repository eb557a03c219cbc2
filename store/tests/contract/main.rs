//! The room stores: one behaviour, whatever they are made of, and whatever happens to Redis.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod administration;
mod contract;
mod counters;
mod failover;
mod faults;
mod hung_node;
mod newer;
mod pair;
mod people;
#[path = "../support/redis_cluster.rs"]
mod redis_cluster;
#[path = "../support/redis_sentinels.rs"]
mod redis_sentinels;
#[path = "../support/redis/mod.rs"]
mod redis_server;
mod replay;
mod resume_race;
mod seats;
#[path = "../support/signal.rs"]
mod signal;
mod signals;
mod twins;
mod two_servers_one_redis;
