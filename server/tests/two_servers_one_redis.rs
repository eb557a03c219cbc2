//! Two stores on one Redis are one meeting, whatever happens to either, to Redis, or in between.

#[path = "support/people.rs"]
mod people;
#[path = "support/redis.rs"]
mod redis_server;

use std::collections::BTreeSet;

use futures::StreamExt;
use meeting::id::ParticipantId;
use meeting::signaling::{LeaveReason, Resumption, ServerMessage, Undeliverable};
use redis::aio::PubSubStream;
use server::store::{Claim, JoinError, SessionEnd, Store, StoreSettings};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use people::{
    Person, SOON, arrive, come_back, enter, id, patient, payload, reconnecting, room, settings,
};
use redis_server::RedisServer;

async fn pair(redis: &RedisServer, settings: StoreSettings) -> (Store, Store) {
    let one = Store::redis(&redis.url(), settings).await.unwrap();
    let two = Store::redis(&redis.url(), settings).await.unwrap();
    (one, two)
}

/// Ann on the first server and Bob on the second, both aware of each other.
async fn ann_and_bob(one: &Store, two: &Store) -> (Person, Person) {
    let mut ann = enter(one, 1).await;
    let bob = enter(two, 2).await;
    ann.sees_join(&bob).await;
    (ann, bob)
}

/// Listens to everything that is published about rooms, from now on.
async fn overhear(redis: &RedisServer) -> PubSubStream {
    let (mut sink, stream) = redis.client().get_async_pubsub().await.unwrap().split();
    sink.psubscribe("meeting-room::*").await.unwrap();
    stream
}

/// Reads until these have been written down.
async fn until_written_down(stream: &mut PubSubStream, people: &[u8]) {
    let mut missing: BTreeSet<_> = people
        .iter()
        .map(|number| id(*number).to_string())
        .collect();
    while !missing.is_empty() {
        let message = timeout(SOON, stream.next())
            .await
            .expect("an event in time")
            .unwrap();
        let event: serde_json::Value = serde_json::from_slice(message.get_payload_bytes()).unwrap();
        if let Some(entry) = event["put"]["id"].as_str() {
            missing.remove(entry);
        }
    }
}

/// What a counter of `INFO commandstats` says.
async fn calls(redis: &RedisServer, command: &str) -> u64 {
    let mut connection = redis.connection().await;
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
    let mut connection = redis.connection().await;
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
async fn the_last_place_is_given_once_among_all_servers() {
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
            .await
            .unwrap();
        one.signal(ann.seat(), &id(3), payload(&format!("here {number}")))
            .await
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
    assert_eq!(ann.next().await, Err(SessionEnd::Replaced));

    // The old server can change nothing any more, and signals find the new one.
    one.detach(ann.seat()).await.unwrap();
    one.leave(ann.seat(), LeaveReason::Left).await.unwrap();
    let eve = enter(&one, 3).await;
    bob.sees_join(&eve).await;
    one.signal(eve.seat(), &id(1), payload("hello"))
        .await
        .unwrap();
    moved.sees_join(&eve).await;
    moved.hears(3, "hello").await;
}

#[tokio::test]
async fn a_signal_that_finds_nobody_on_the_other_server_comes_back() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    let (mut ann, bob) = ann_and_bob(&one, &two).await;
    two.detach(bob.seat()).await.unwrap();
    // Whether this server has heard of it yet or not, the sender learns the same.
    match one.signal(ann.seat(), &id(2), payload("x")).await {
        Err(reason) => assert_eq!(reason, Undeliverable::Reconnecting),
        Ok(()) => {
            let mut notes = vec![ann.next().await.unwrap(), ann.next().await.unwrap()];
            notes.retain(|note| !matches!(note, ServerMessage::ParticipantChanged { .. }));
            let reason = Undeliverable::Reconnecting;
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
    let mut connection = redis.connection().await;
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

/// A runtime of its own is a process of its own, as far as a store can tell: dropping it ends its
/// tasks and connections without a word.
struct DoomedServer {
    runtime: Option<Runtime>,
    store: Store,
}

impl DoomedServer {
    fn start(redis: &RedisServer) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let store = runtime
            .block_on(Store::redis(&redis.url(), settings()))
            .unwrap();
        Self {
            runtime: Some(runtime),
            store,
        }
    }

    fn enter(&self, number: u8) -> Person {
        self.runtime
            .as_ref()
            .unwrap()
            .block_on(enter(&self.store, number))
    }

    fn die(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

#[test]
fn the_people_of_a_dead_server_are_told_as_lost_exactly_once() {
    let redis = RedisServer::start();
    let mut doomed = DoomedServer::start(&redis);
    let living = Runtime::new().unwrap();
    let (one, two) = living.block_on(pair(&redis, settings()));
    let mut witness = living.block_on(enter(&one, 1));
    let mut other = living.block_on(enter(&two, 2));
    let carl = doomed.enter(3);
    let dora = doomed.enter(4);
    living.block_on(async {
        witness.sees_join(&other).await;
        for person in [&mut witness, &mut other] {
            person.sees_join(&carl).await;
            person.sees_join(&dora).await;
        }
    });

    doomed.die();

    living.block_on(async {
        for person in [&mut witness, &mut other] {
            person.sees_change(reconnecting(carl.look())).await;
            person.sees_change(reconnecting(dora.look())).await;
            person.sees_left(3, LeaveReason::Lost).await;
            person.sees_left(4, LeaveReason::Lost).await;
        }
        // Nothing more was told about them than this.
        let next = enter(&two, 5).await;
        witness.sees_join(&next).await;
        other.sees_join(&next).await;
        assert_eq!(next.found(), [id(1), id(2), id(5)]);
    });
}

#[test]
fn whoever_was_on_a_dead_server_comes_back_on_another() {
    let redis = RedisServer::start();
    let mut doomed = DoomedServer::start(&redis);
    let living = Runtime::new().unwrap();
    let store = living
        .block_on(Store::redis(&redis.url(), patient()))
        .unwrap();
    let mut ann = living.block_on(enter(&store, 1));
    let bob = doomed.enter(2);
    doomed.die();
    living.block_on(async {
        ann.sees_join(&bob).await;
        let back = come_back(&store, 2, 2, 12).await.unwrap();
        assert_eq!(back.look().since, bob.look().since);
        ann.sees_change(back.look()).await;
    });
}

#[tokio::test]
async fn a_meeting_survives_a_redis_that_comes_back_empty() {
    let mut redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    let (mut ann, mut bob) = ann_and_bob(&one, &two).await;
    let mut eve = enter(&one, 3).await;
    ann.sees_join(&eve).await;
    bob.sees_join(&eve).await;

    redis.kill();
    // On one server, people go on talking; nobody new gets in.
    one.signal(ann.seat(), &id(3), payload("still here"))
        .await
        .unwrap();
    eve.hears(1, "still here").await;
    let away = one.signal(ann.seat(), &id(2), payload("x")).await;
    assert_eq!(away, Err(Undeliverable::Unreachable));
    let refused = arrive(&two, &room(), 4, Claim::Fresh, 4)
        .await
        .err()
        .unwrap();
    assert!(matches!(refused, JoinError::Unavailable(_)), "{refused}");
    assert!(two.ready().await.is_err());

    redis.resume_from_nothing();
    let mut events = overhear(&redis).await;
    let written = redis_roster(&redis).await;
    let missing: Vec<u8> = (1..4)
        .filter(|number| !written.contains(&id(*number)))
        .collect();
    until_written_down(&mut events, &missing).await;

    // Nobody was told of any of it: the next thing anybody hears is the newcomer.
    let dan = enter(&two, 4).await;
    assert_eq!(dan.found(), [id(1), id(2), id(3), id(4)]);
    for person in [&mut ann, &mut bob, &mut eve] {
        person.sees_join(&dan).await;
    }
    one.signal(ann.seat(), &id(2), payload("found again"))
        .await
        .unwrap();
    bob.hears(1, "found again").await;
}

async fn redis_roster(redis: &RedisServer) -> BTreeSet<ParticipantId> {
    let mut connection = redis.connection().await;
    let roster = format!("meeting-room::{{{}}}", room());
    let ids: Vec<String> = redis::cmd("HKEYS")
        .arg(roster)
        .query_async(&mut connection)
        .await
        .unwrap();
    ids.iter().map(|id| id.parse().unwrap()).collect()
}

#[tokio::test]
async fn a_room_wiped_from_a_running_redis_is_written_down_again() {
    let redis = RedisServer::start();
    let (one, two) = pair(
        &redis,
        StoreSettings {
            beat: settings().beat,
            ..patient()
        },
    )
    .await;
    let (mut ann, mut bob) = ann_and_bob(&one, &two).await;
    let mut events = overhear(&redis).await;
    let mut connection = redis.connection().await;
    redis::cmd("FLUSHALL")
        .exec_async(&mut connection)
        .await
        .unwrap();
    until_written_down(&mut events, &[1, 2]).await;

    let eve = enter(&one, 3).await;
    assert_eq!(eve.found(), [id(1), id(2), id(3)]);
    ann.sees_join(&eve).await;
    bob.sees_join(&eve).await;
}

#[test]
fn whoever_nobody_vouches_for_after_a_wipe_is_lost_in_the_end() {
    let redis = RedisServer::start();
    let mut doomed = DoomedServer::start(&redis);
    let bob = doomed.enter(2);
    let living = Runtime::new().unwrap();
    living.block_on(async {
        let store = Store::redis(&redis.url(), settings()).await.unwrap();
        let mut ann = enter(&store, 1).await;
        assert_eq!(ann.admission.participants[0], bob.look());
        doomed.die();
        let mut connection = redis.connection().await;
        redis::cmd("FLUSHALL")
            .exec_async(&mut connection)
            .await
            .unwrap();
        ann.sees_left(2, LeaveReason::Lost).await;
    });
}

#[tokio::test]
async fn a_subscription_that_is_cut_is_built_again_and_nothing_is_missed() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    let (mut ann, mut bob) = ann_and_bob(&one, &two).await;
    let mut connection = redis.connection().await;
    for _ in 0..10 {
        let eve = enter(&one, 3).await;
        ann.sees_join(&eve).await;
        bob.sees_join(&eve).await;
        let mut cut = redis::cmd("CLIENT");
        cut.arg(&["KILL", "TYPE", "pubsub"])
            .exec_async(&mut connection)
            .await
            .unwrap();
        // Leaving needs no subscription, so this may happen while both are down.
        one.leave(eve.seat(), LeaveReason::Left).await.unwrap();
        ann.sees_left(3, LeaveReason::Left).await;
        bob.sees_left(3, LeaveReason::Left).await;
    }
    one.signal(ann.seat(), &id(2), payload("through"))
        .await
        .unwrap();
    bob.hears(1, "through").await;
}
