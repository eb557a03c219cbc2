//! What somebody missed while they had no socket. Each story runs on both stores.

use meeting::limits;
use meeting::signaling::{LeaveReason, Resumption, Undeliverable};
use store::{OutboxEnd, Store};

use crate::contract::contract;
use crate::pair::{ann_and_bob, pair};
use crate::people::{Person, come_back, enter, go_on, id, patient, payload};
use crate::redis_server::RedisServer;

contract! {
    patient:
        what_was_missed_is_said_again_once_and_in_order,
        what_did_not_cross_the_old_socket_is_said_again,
        what_was_acknowledged_is_not_said_again,
        the_socket_may_break_again_and_again,
        whoever_left_meanwhile_is_told_to_have_left,
        the_roster_is_not_said_again,
        a_page_that_was_loaded_anew_gets_the_roster_alone,
        whoever_did_not_hear_the_last_answer_gets_the_roster_alone,
        whoever_missed_too_much_gets_the_roster_alone,
        whoever_was_too_slow_gets_the_roster_alone;
}

async fn say(store: &Store, from: &Person, to: u8, texts: &[&str]) {
    for text in texts {
        store.signal(from.seat(), &id(to), payload(text)).unwrap();
    }
}

async fn hears(person: &mut Person, first: u64, texts: &[&str]) {
    for (number, text) in (first..).zip(texts) {
        assert_eq!(person.next_signal().await, (number, (*text).to_owned()));
    }
}

async fn what_was_missed_is_said_again_once_and_in_order(store: Store) {
    let ann = enter(&store, 1).await;
    let mut bob = enter(&store, 2).await;
    say(&store, &ann, 2, &["1", "2", "3"]).await;
    hears(&mut bob, 1, &["1", "2", "3"]).await;
    store.detach(bob.seat()).await.unwrap();
    say(&store, &ann, 2, &["4", "5"]).await;

    // The third one was on its way when the socket broke.
    let mut back = go_on(&store, &bob, 2, 2, 12).await;
    assert_eq!(back.admission.resumption, Resumption::Replayed);
    assert_eq!(back.found(), [id(1), id(2)]);
    say(&store, &ann, 2, &["6"]).await;
    hears(&mut back, 3, &["3", "4", "5", "6"]).await;
    assert!(back.inbox.try_next().is_none());
}

async fn what_did_not_cross_the_old_socket_is_said_again(store: Store) {
    let ann = enter(&store, 1).await;
    let mut old = enter(&store, 2).await;
    say(&store, &ann, 2, &["1", "2"]).await;
    hears(&mut old, 1, &["1"]).await;

    // The old socket still stands: nobody noticed that it is dead.
    let mut new = go_on(&store, &old, 0, 2, 12).await;
    assert_eq!(new.admission.resumption, Resumption::Replayed);
    assert_eq!(old.next().await, Err(OutboxEnd::Replaced));
    hears(&mut new, 1, &["1", "2"]).await;
}

async fn what_was_acknowledged_is_not_said_again(store: Store) {
    let ann = enter(&store, 1).await;
    let mut bob = enter(&store, 2).await;
    say(&store, &ann, 2, &["1", "2"]).await;
    hears(&mut bob, 1, &["1", "2"]).await;
    bob.inbox.acknowledge(1);
    let mut back = go_on(&store, &bob, 1, 2, 12).await;
    assert_eq!(back.admission.resumption, Resumption::Replayed);
    hears(&mut back, 2, &["2"]).await;
}

async fn the_socket_may_break_again_and_again(store: Store) {
    let ann = enter(&store, 1).await;
    let mut bob = enter(&store, 2).await;
    for number in 1..20_u8 {
        store.detach(bob.seat()).await.unwrap();
        say(&store, &ann, 2, &[&number.to_string()]).await;
        let shown = if number == 1 { 2 } else { 99 + number };
        bob = go_on(&store, &bob, u64::from(number) - 1, shown, 100 + number).await;
        assert_eq!(bob.admission.resumption, Resumption::Replayed);
        hears(&mut bob, u64::from(number), &[&number.to_string()]).await;
    }
}

async fn whoever_left_meanwhile_is_told_to_have_left(store: Store) {
    let _ann = enter(&store, 1).await;
    let bob = enter(&store, 2).await;
    let eve = enter(&store, 3).await;
    store.detach(bob.seat()).await.unwrap();
    store.leave(eve.seat(), LeaveReason::Left).await.unwrap();
    let mut back = go_on(&store, &bob, 0, 2, 12).await;
    assert_eq!(back.found(), [id(1), id(2)]);
    back.sees_left(3, LeaveReason::Left).await;
}

async fn the_roster_is_not_said_again(store: Store) {
    let ann = enter(&store, 1).await;
    let bob = enter(&store, 2).await;
    store.detach(bob.seat()).await.unwrap();
    let eve = enter(&store, 3).await;
    store.leave(eve.seat(), LeaveReason::Left).await.unwrap();
    enter(&store, 3).await;
    say(&store, &ann, 2, &["hello"]).await;
    let mut back = go_on(&store, &bob, 0, 2, 12).await;
    assert_eq!(back.admission.resumption, Resumption::Replayed);
    assert_eq!(back.found(), [id(1), id(2), id(3)]);
    hears(&mut back, 1, &["hello"]).await;
}

async fn a_page_that_was_loaded_anew_gets_the_roster_alone(store: Store) {
    let ann = enter(&store, 1).await;
    let bob = enter(&store, 2).await;
    store.detach(bob.seat()).await.unwrap();
    say(&store, &ann, 2, &["for the old page"]).await;
    let mut back = come_back(&store, 2, 2, 12).await.unwrap();
    assert_eq!(back.admission.resumption, Resumption::Snapshot);
    say(&store, &ann, 2, &["for the new page"]).await;
    hears(&mut back, 1, &["for the new page"]).await;
}

/// The numbers that they name may be from before that answer.
async fn whoever_did_not_hear_the_last_answer_gets_the_roster_alone(store: Store) {
    let ann = enter(&store, 1).await;
    let bob = enter(&store, 2).await;
    store.detach(bob.seat()).await.unwrap();
    go_on(&store, &bob, 0, 2, 12).await;
    say(&store, &ann, 2, &["unheard"]).await;
    let back = go_on(&store, &bob, 0, 2, 13).await;
    assert_eq!(back.admission.resumption, Resumption::Snapshot);
}

async fn whoever_missed_too_much_gets_the_roster_alone(store: Store) {
    let ann = enter(&store, 1).await;
    let bob = enter(&store, 2).await;
    store.detach(bob.seat()).await.unwrap();
    for _ in 0..limits::REPLAY_MESSAGES {
        say(&store, &ann, 2, &["x"]).await;
    }
    let refused = store.signal(ann.seat(), &id(2), payload("x"));
    assert_eq!(refused, Err(Undeliverable::Reconnecting));
    // A departure has to be told; there is no room for it without giving up what came first.
    let eve = enter(&store, 3).await;
    store.leave(eve.seat(), LeaveReason::Left).await.unwrap();

    let mut back = go_on(&store, &bob, 0, 2, 12).await;
    assert_eq!(back.admission.resumption, Resumption::Snapshot);
    assert!(back.inbox.try_next().is_none());
}

async fn whoever_was_too_slow_gets_the_roster_alone(store: Store) {
    let ann = enter(&store, 1).await;
    let mut slow = enter(&store, 2).await;
    for _ in 0..=limits::OUTBOUND_MESSAGES {
        say(&store, &ann, 2, &["x"]).await;
    }
    assert_eq!(slow.next().await, Err(OutboxEnd::TooSlow));
    store.detach(slow.seat()).await.unwrap();
    let refused = store.signal(ann.seat(), &id(2), payload("x"));
    assert_eq!(refused, Err(Undeliverable::Reconnecting));
    let back = go_on(&store, &slow, 0, 2, 12).await;
    assert_eq!(back.admission.resumption, Resumption::Snapshot);
}

#[tokio::test]
async fn signals_from_another_server_are_kept_too() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    let (mut ann, bob) = ann_and_bob(&one, &two).await;
    two.detach(bob.seat()).await.unwrap();
    ann.next().await.unwrap();
    say(&one, &ann, 2, &["1", "2"]).await;
    let mut back = go_on(&two, &bob, 0, 2, 12).await;
    // What was still under way when Bob came back follows in order.
    hears(&mut back, 1, &["1", "2"]).await;
    assert_eq!(back.admission.resumption, Resumption::Replayed);
}

#[tokio::test]
async fn another_server_knows_the_roster_alone_and_so_does_the_first_afterwards() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    let (mut ann, bob) = ann_and_bob(&one, &two).await;
    two.detach(bob.seat()).await.unwrap();
    ann.next().await.unwrap();
    let there = go_on(&one, &bob, 0, 2, 12).await;
    assert_eq!(there.admission.resumption, Resumption::Snapshot);
    one.detach(there.seat()).await.unwrap();
    // Whatever the first one still has is of an older visit.
    let back = go_on(&two, &there, 0, 12, 13).await;
    assert_eq!(back.admission.resumption, Resumption::Snapshot);
}
