//! What a newer server writes down in Redis besides is kept by the scripts that ship.

use redis::AsyncCommands;
use redis::aio::MultiplexedConnection;
use serde_json::{Value, json};

use crate::faults::{overhear, until_written_down};
use crate::pair::{ann_and_bob, connect, pair};
use crate::people::{come_back, id, reconnecting, settings};
use crate::redis_server::RedisServer;

const ROSTER: &str = "meeting-room::{abc-defg-hij}";

async fn entry(redis: &mut MultiplexedConnection, number: u8) -> Value {
    let json: String = redis.hget(ROSTER, id(number).as_str()).await.unwrap();
    serde_json::from_str(&json).unwrap()
}

#[tokio::test]
async fn what_a_newer_server_writes_down_besides_is_there_as_long_as_the_participant() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, settings()).await;
    let (mut ann, bob) = ann_and_bob(&one, &two).await;
    let mut look = connect(&redis).await;
    let role = json!({ "host": true, "since": 5, "words": ["a", null] });
    let mut newer = entry(&mut look, 2).await;
    newer["role"] = role.clone();
    let newer = newer.to_string();
    let set: Result<u64, _> = look.hset(ROSTER, id(2).as_str(), newer).await;
    assert_eq!(set.unwrap(), 0);

    two.detach(bob.seat()).await.unwrap();
    ann.sees_change(reconnecting(bob.look())).await;
    assert_eq!(entry(&mut look, 2).await["role"], role, "without a socket");
    let back = come_back(&one, 2, 2, 3).await.unwrap();
    ann.sees_change(back.look()).await;
    assert_eq!(entry(&mut look, 2).await["role"], role, "back elsewhere");

    let mut events = overhear(&redis).await;
    let forgotten: String = redis::cmd("FLUSHALL").query_async(&mut look).await.unwrap();
    assert_eq!(forgotten, "OK");
    until_written_down(&mut events, &[1, 2]).await;
    assert_eq!(entry(&mut look, 2).await["role"], role, "written down anew");
    assert_eq!(entry(&mut look, 1).await["role"], Value::Null);
}
