//! Servers that die, a Redis that is killed or wiped, subscriptions that are cut.

use std::collections::BTreeSet;

use futures::StreamExt;
use futures::future::join_all;
use meeting::id::{ParticipantId, RoomId};
use meeting::signaling::{LeaveReason, ServerMessage, Undeliverable};
use redis::aio::PubSubStream;
use store::{Claim, JoinError, Store, StoreSettings};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use crate::pair::{ann_and_bob, client, connect, pair};
use crate::people::{
    Person, SOON, arrive, come_back, enter, id, patient, payload, reconnecting, room, settings,
};
use crate::redis_server::RedisServer;
use crate::signal;

/// Listens to everything that is published about rooms, from now on.
pub(crate) async fn overhear(redis: &RedisServer) -> PubSubStream {
    let (mut sink, stream) = client(redis).get_async_pubsub().await.unwrap().split();
    sink.psubscribe("meeting-room::*").await.unwrap();
    stream
}

/// Reads until these have been written down.
pub(crate) async fn until_written_down(stream: &mut PubSubStream, people: &[u8]) {
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
        .unwrap();
    eve.hears(1, "still here").await;
    one.signal(ann.seat(), &id(2), payload("x")).unwrap();
    ann.sees(ServerMessage::Undeliverable {
        to: id(2),
        reason: Undeliverable::Unreachable,
    })
    .await;
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
        .unwrap();
    bob.hears(1, "found again").await;
}

async fn redis_roster(redis: &RedisServer) -> BTreeSet<ParticipantId> {
    let mut connection = connect(redis).await;
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
    let mut connection = connect(&redis).await;
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
        let mut connection = connect(&redis).await;
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
    let mut connection = connect(&redis).await;
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
    one.signal(ann.seat(), &id(2), payload("through")).unwrap();
    bob.hears(1, "through").await;
}

/// Tries until let in, as a browser does: whoever meets the broken subscription is told to
/// try again.
async fn get_in(store: &Store, room: &RoomId, number: u8) -> Person {
    loop {
        match arrive(store, room, number, Claim::Fresh, number).await {
            Ok(person) => return person,
            Err(JoinError::Unavailable(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// A room that is entered while the subscription is being built again is subscribed to as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_is_entered_while_the_subscription_is_cut_hears_what_happens() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    let mut connection = connect(&redis).await;
    for round in 0..5 {
        let mut cut = redis::cmd("CLIENT");
        cut.arg(&["KILL", "TYPE", "pubsub"])
            .exec_async(&mut connection)
            .await
            .unwrap();
        let rooms = (0..20).map(|number| format!("room-{round}-{number}").parse().unwrap());
        join_all(rooms.map(async |room: RoomId| {
            let mut ann = get_in(&one, &room, 1).await;
            let bob = get_in(&two, &room, 2).await;
            ann.sees_join(&bob).await;
        }))
        .await;
    }
}

#[tokio::test]
async fn a_join_that_was_given_up_while_redis_was_frozen_leaves_nobody_behind() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    let (mut ann, _bob) = ann_and_bob(&one, &two).await;
    let process = redis.running.as_ref().unwrap().process.id();
    signal::send("-STOP", process);
    let refused = arrive(&two, &room(), 3, Claim::Fresh, 3)
        .await
        .err()
        .unwrap();
    assert!(matches!(refused, JoinError::Unavailable(_)), "{refused}");
    // Redis reads it when it thaws, and nobody waits for the answer any more.
    signal::send("-CONT", process);
    let eve = enter(&one, 4).await;
    assert_eq!(eve.found(), [id(1), id(2), id(4)]);
    ann.sees_join(&eve).await;
}
