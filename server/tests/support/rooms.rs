//! Where the servers of a story keep their rooms.

use server::settings::Settings;
use store::Store;

use super::redis::RedisServer;

/// In each server by itself, or in one Redis for all of them.
pub(crate) struct Rooms(Option<RedisServer>);

impl Rooms {
    pub(crate) fn in_memory() -> Self {
        Self(None)
    }

    pub(crate) fn in_redis() -> Self {
        Self(Some(RedisServer::start()))
    }

    /// The rooms as one server sees them.
    pub(crate) async fn open(&self, settings: &Settings) -> Store {
        match &self.0 {
            None => Store::memory(settings.store),
            Some(redis) => Store::redis(&redis.url(), settings.store).await.unwrap(),
        }
    }

    /// Redis dies.
    pub(crate) fn lose_redis(&mut self) {
        self.0.as_mut().expect("there is no Redis").kill();
    }
}
