//! What the stories of the server need: a server on a free port, and clients that are pleasant to
//! read.

pub(crate) mod client;
mod http;
#[path = "../../../store/tests/support/redis/mod.rs"]
mod redis;
mod rooms;
mod server;

use std::time::Duration;

pub(crate) use client::Client;
pub(crate) use http::{Answer, Http};
pub(crate) use redis::RedisServer;
pub(crate) use rooms::Rooms;
pub(crate) use server::{Server, site};

/// Far more than anything takes; when it runs out, a test fails instead of hanging.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// Runs each story twice: on rooms in memory and on rooms in Redis.
macro_rules! on_both_stores {
    ($($story:ident),+ $(,)?) => {
        mod in_memory {
            $(#[tokio::test] async fn $story() {
                super::$story($crate::support::Rooms::in_memory()).await;
            })+
        }
        mod in_redis {
            $(#[tokio::test] async fn $story() {
                super::$story($crate::support::Rooms::in_redis()).await;
            })+
        }
    };
}
pub(crate) use on_both_stores;
