//! Rooms as whoever runs a server sees and changes them.

use meeting::signaling::LeaveReason;
use store::{Claim, JoinError, OutboxEnd, Store};

use crate::contract::contract;
use crate::pair::{ann_and_bob, pair};
use crate::people::{arrive, come_back, enter, id, patient, reconnecting, room};
use crate::redis_server::RedisServer;

contract! {
    patient:
        open_rooms_are_listed_with_who_is_in_them,
        where_nobody_is_there_is_nothing_to_change,
        whoever_is_removed_is_told_so_and_so_are_the_others,
        whoever_is_absent_can_be_removed,
        whoever_was_removed_can_be_let_in_again,
        a_room_that_is_closed_is_empty_and_can_be_opened_again,
        a_room_can_be_made_smaller_and_larger_than_the_others;
}

async fn open_rooms_are_listed_with_who_is_in_them(store: Store) {
    let elsewhere = "another-room".parse().unwrap();
    assert_eq!(store.list_rooms().await.unwrap(), []);
    let ann = enter(&store, 1).await;
    let bob = enter(&store, 2).await;
    let eve = arrive(&store, &elsewhere, 3, Claim::Fresh, 3).await;
    assert_eq!(
        store.list_rooms().await.unwrap(),
        [room(), elsewhere.clone()]
    );
    let open = store.look_at_room(&room()).await.unwrap().unwrap();
    assert_eq!(open.participants, [ann.look(), bob.look()]);
    assert_eq!(open.capacity, patient().capacity);

    store.detach(bob.seat()).await.unwrap();
    let open = store.look_at_room(&room()).await.unwrap().unwrap();
    assert_eq!(open.participants, [ann.look(), reconnecting(bob.look())]);

    let eve = eve.unwrap();
    store.leave(eve.seat(), LeaveReason::Left).await.unwrap();
    assert_eq!(store.list_rooms().await.unwrap(), [room()]);
    assert_eq!(store.look_at_room(&elsewhere).await.unwrap(), None);
}

async fn where_nobody_is_there_is_nothing_to_change(store: Store) {
    assert!(!store.remove(&room(), &id(1)).await.unwrap());
    assert!(!store.resize_room(&room(), Some(2)).await.unwrap());
    assert_eq!(store.close_room(&room()).await.unwrap(), 0);
    let mut ann = enter(&store, 1).await;
    assert!(!store.remove(&room(), &id(2)).await.unwrap());
    // None of it has changed anything.
    let bob = enter(&store, 2).await;
    ann.sees_join(&bob).await;
    assert_eq!(store.list_rooms().await.unwrap(), [room()]);
}

async fn whoever_is_removed_is_told_so_and_so_are_the_others(store: Store) {
    let mut ann = enter(&store, 1).await;
    let mut bob = enter(&store, 2).await;
    ann.sees_join(&bob).await;
    assert!(store.remove(&room(), &id(2)).await.unwrap());
    ann.sees_left(2, LeaveReason::Removed).await;
    assert_eq!(bob.next().await, Err(OutboxEnd::Removed));
    // The socket that ends now changes nothing any more.
    store.detach(bob.seat()).await.unwrap();
    assert!(!store.remove(&room(), &id(2)).await.unwrap());
    assert_eq!(enter(&store, 3).await.found(), [id(1), id(3)]);
}

async fn whoever_is_absent_can_be_removed(store: Store) {
    let mut ann = enter(&store, 1).await;
    let bob = enter(&store, 2).await;
    ann.sees_join(&bob).await;
    store.detach(bob.seat()).await.unwrap();
    ann.sees_change(reconnecting(bob.look())).await;
    assert!(store.remove(&room(), &id(2)).await.unwrap());
    ann.sees_left(2, LeaveReason::Removed).await;
}

async fn whoever_was_removed_can_be_let_in_again(store: Store) {
    let mut ann = enter(&store, 1).await;
    let bob = enter(&store, 2).await;
    ann.sees_join(&bob).await;
    assert!(store.remove(&room(), &id(2)).await.unwrap());
    ann.sees_left(2, LeaveReason::Removed).await;
    let back = come_back(&store, 2, 2, 12).await.unwrap();
    ann.sees_join(&back).await;
    assert!(back.seat().generation > bob.seat().generation);
}

async fn a_room_that_is_closed_is_empty_and_can_be_opened_again(store: Store) {
    let mut people = [enter(&store, 1).await, enter(&store, 2).await];
    let [ann, bob] = &mut people;
    ann.sees_join(bob).await;
    assert_eq!(store.close_room(&room()).await.unwrap(), 2);
    assert_eq!(store.list_rooms().await.unwrap(), []);
    for person in &mut people {
        let mut next = person.next().await;
        // Whoever is sent away first may not hear that the others are, too.
        if next.is_ok() {
            next = person.next().await;
        }
        assert_eq!(next, Err(OutboxEnd::Removed));
    }
    assert_eq!(enter(&store, 3).await.found(), [id(3)]);
}

async fn a_room_can_be_made_smaller_and_larger_than_the_others(store: Store) {
    let ann = enter(&store, 1).await;
    enter(&store, 2).await;
    assert!(store.resize_room(&room(), Some(1)).await.unwrap());
    let open = store.look_at_room(&room()).await.unwrap().unwrap();
    assert_eq!((open.participants.len(), open.capacity), (2, 1));
    let refused = arrive(&store, &room(), 3, Claim::Fresh, 3).await;
    assert!(matches!(refused.err(), Some(JoinError::Full)));
    // Whoever has a seat keeps it.
    store.detach(ann.seat()).await.unwrap();
    come_back(&store, 1, 1, 11).await.unwrap();

    assert!(store.resize_room(&room(), Some(5)).await.unwrap());
    for number in 3..6 {
        enter(&store, number).await;
    }
    let refused = arrive(&store, &room(), 6, Claim::Fresh, 6).await;
    assert!(matches!(refused.err(), Some(JoinError::Full)));

    // An empty room forgets it.
    store.close_room(&room()).await.unwrap();
    for number in 10..14 {
        enter(&store, number).await;
    }
    let refused = arrive(&store, &room(), 14, Claim::Fresh, 14).await;
    assert!(matches!(refused.err(), Some(JoinError::Full)));
}

#[tokio::test]
async fn rooms_are_the_same_from_every_server() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    let (mut ann, mut bob) = ann_and_bob(&one, &two).await;
    let seen = two.look_at_room(&room()).await.unwrap();
    assert_eq!(one.look_at_room(&room()).await.unwrap(), seen);
    assert!(one.remove(&room(), &id(2)).await.unwrap());
    ann.sees_left(2, LeaveReason::Removed).await;
    assert_eq!(bob.next().await, Err(OutboxEnd::Removed));
    assert_eq!(two.close_room(&room()).await.unwrap(), 1);
    assert_eq!(ann.next().await, Err(OutboxEnd::Removed));
    assert_eq!(one.list_rooms().await.unwrap(), []);
}
