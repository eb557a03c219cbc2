//! Two servers on one Redis are one meeting.

use meeting::signaling::{LeaveReason, Resumption, ServerMessage, Undeliverable};
use store::{Claim, JoinError, OutboxEnd, Store};

use crate::pair::{ann_and_bob, connect, pair};
use crate::people::{arrive, come_back, enter, id, patient, payload, reconnecting, room};
use crate::redis_server::RedisServer;

/// What a counter of `INFO commandstats` says.
async fn calls(redis: &RedisServer, command: &str) -> u64 {
    let mut connection = connect(redis).await;
    let stats: String = redis::cmd("INFO")
        .arg("commandstats")
        .query_async(&mut connection)
        .await
        .unwrap();
    let prefix = format!("cmdstat_{command}:calls=");
    let line = stats
        .lines()
        .find_map(|line| line.strip_prefix(&prefix))
        .unwrap_or("0,");
    line.split(',').next().unwrap().parse().unwrap()
}

async fn keys(redis: &RedisServer) -> Vec<String> {
    let mut connection = connect(redis).await;
    redis::cmd("KEYS")
        .arg("*")
        .query_async(&mut connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn people_on_either_server_see_each_other_come_and_go() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    let (mut ann, mut bob) = ann_and_bob(&one, &two).await;
    assert_eq!(bob.found(), [id(1), id(2)]);
    let eve = enter(&one, 3).await;
    assert_eq!(eve.found(), [id(1), id(2), id(3)]);
    bob.sees_join(&eve).await;
    ann.sees_join(&eve).await;

    one.detach(eve.seat()).await.unwrap();
    bob.sees_change(reconnecting(eve.look())).await;
    ann.sees_change(reconnecting(eve.look())).await;
    two.leave(bob.seat(), LeaveReason::Left).await.unwrap();
    ann.sees_left(2, LeaveReason::Left).await;
}

#[tokio::test]
async fn the_last_seat_is_given_once_among_all_servers() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    for number in 1..4 {
        enter(&one, number).await;
    }
    let attempts = (100..200).map(|number| {
        let store = if number % 2 == 0 {
            one.clone()
        } else {
            two.clone()
        };
        tokio::spawn(async move { arrive(&store, &room(), number, Claim::Fresh, number).await })
    });
    let mut winners = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        match attempt.await.unwrap() {
            Ok(_) => winners += 1,
            Err(error) => assert!(matches!(error, JoinError::Full), "{error}"),
        }
    }
    assert_eq!(winners, 1);
}

#[tokio::test]
async fn a_signal_is_one_publish_across_servers_and_nothing_on_one() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    let (mut ann, mut bob) = ann_and_bob(&one, &two).await;
    let mut eve = enter(&one, 3).await;
    ann.sees_join(&eve).await;
    bob.sees_join(&eve).await;

    let everything = ["publish", "evalsha", "hget", "hmget", "hvals", "hgetall"];
    let mut before = Vec::new();
    for command in everything {
        before.push(calls(&redis, command).await);
    }
    for number in 0..50 {
        one.signal(ann.seat(), &id(2), payload(&format!("across {number}")))
            .unwrap();
        one.signal(ann.seat(), &id(3), payload(&format!("here {number}")))
            .unwrap();
    }
    for number in 0..50 {
        bob.hears(1, &format!("across {number}")).await;
        eve.hears(1, &format!("here {number}")).await;
    }
    let mut cost = Vec::new();
    for (command, before) in everything.into_iter().zip(before) {
        cost.push(calls(&redis, command).await - before);
    }
    assert_eq!(cost, [50, 0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn a_session_moves_to_another_server() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    let (mut ann, mut bob) = ann_and_bob(&one, &two).await;

    let mut moved = come_back(&two, 1, 1, 11).await.unwrap();
    assert_eq!(moved.admission.resumption, Resumption::Snapshot);
    assert_eq!(moved.look().since, ann.look().since);
    bob.sees_change(moved.look()).await;
    assert_eq!(ann.next().await, Err(OutboxEnd::Replaced));

    // The old server can change nothing any more, and signals find the new one.
    one.detach(ann.seat()).await.unwrap();
    one.leave(ann.seat(), LeaveReason::Left).await.unwrap();
    let eve = enter(&one, 3).await;
    bob.sees_join(&eve).await;
    one.signal(eve.seat(), &id(1), payload("hello")).unwrap();
    moved.sees_join(&eve).await;
    moved.hears(3, "hello").await;
}

#[tokio::test]
async fn a_signal_that_finds_nobody_on_the_other_server_comes_back() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    let (mut ann, bob) = ann_and_bob(&one, &two).await;
    two.leave(bob.seat(), LeaveReason::Left).await.unwrap();
    // Whether this server has heard of it yet or not, the sender learns the same.
    match one.signal(ann.seat(), &id(2), payload("x")) {
        Err(reason) => assert_eq!(reason, Undeliverable::NotInRoom),
        Ok(()) => {
            let mut notes = vec![ann.next().await.unwrap(), ann.next().await.unwrap()];
            notes.retain(|note| !matches!(note, ServerMessage::ParticipantLeft { .. }));
            let reason = Undeliverable::NotInRoom;
            assert_eq!(notes, [ServerMessage::Undeliverable { to: id(2), reason }]);
        }
    }
}

#[tokio::test]
async fn a_server_that_stops_hands_its_people_over_and_leaves_nothing_behind() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    let (ann, mut bob) = ann_and_bob(&one, &two).await;

    one.shutdown().await;
    bob.sees_change(reconnecting(ann.look())).await;
    assert!(one.ready().await.is_err());
    let refused = arrive(&one, &room(), 3, Claim::Fresh, 3)
        .await
        .err()
        .unwrap();
    assert!(matches!(refused, JoinError::Unavailable(_)));

    let back = come_back(&two, 1, 1, 11).await.unwrap();
    bob.sees_change(back.look()).await;
    two.leave(back.seat(), LeaveReason::Left).await.unwrap();
    two.leave(bob.seat(), LeaveReason::Left).await.unwrap();
    two.shutdown().await;
    assert_eq!(keys(&redis).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_empty_room_leaves_nothing_behind_and_a_used_one_cannot_stay_for_ever() {
    let redis = RedisServer::start();
    let store = Store::redis(&redis.url(), patient()).await.unwrap();
    let ann = enter(&store, 1).await;
    let mut connection = connect(&redis).await;
    for key in keys(&redis).await {
        let ttl: i64 = redis::cmd("PTTL")
            .arg(&key)
            .query_async(&mut connection)
            .await
            .unwrap();
        assert!(ttl > 0, "{key} stays for ever");
    }
    store.leave(ann.seat(), LeaveReason::Left).await.unwrap();
    assert_eq!(keys(&redis).await, ["meeting-servers"]);
}
