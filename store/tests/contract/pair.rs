//! Two servers on one Redis, and the test's own look into it.

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client};
use store::{Store, StoreSettings};

use crate::people::{Person, SOON, enter};
use crate::redis_server::RedisServer;

pub(crate) fn client(redis: &RedisServer) -> Client {
    Client::open(redis.url()).unwrap()
}

pub(crate) async fn connect(redis: &RedisServer) -> MultiplexedConnection {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(SOON))
        .set_response_timeout(Some(SOON));
    client(redis)
        .get_multiplexed_async_connection_with_config(&config)
        .await
        .unwrap()
}

pub(crate) async fn pair(redis: &RedisServer, settings: StoreSettings) -> (Store, Store) {
    let one = Store::redis(&redis.url(), settings).await.unwrap();
    let two = Store::redis(&redis.url(), settings).await.unwrap();
    (one, two)
}

/// Ann on the first server and Bob on the second, both aware of each other.
pub(crate) async fn ann_and_bob(one: &Store, two: &Store) -> (Person, Person) {
    let mut ann = enter(one, 1).await;
    let bob = enter(two, 2).await;
    ann.sees_join(&bob).await;
    (ann, bob)
}
