//! The room stores: one behaviour, whatever they are made of, and whatever happens to Redis.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod contract;
mod faults;
mod pair;
mod people;
#[path = "../support/redis.rs"]
mod redis_server;
mod replay;
mod two_servers_one_redis;
