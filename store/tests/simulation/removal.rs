//! Somebody is sent away while their server hears nothing. It holds them, and what a server holds is
//! written down again when Redis lacks it, but not this.

use std::time::Duration;

use meeting::signaling::{LeaveReason, ServerMessage};
use simulation::cluster::redis::SimulatedRedis;
use store::{Claim, OutboxEnd, Store, StoreSettings};
use tokio::time::{sleep, timeout};

use crate::people::{Person, enter, id, process, room, store, store_with};

/// Whatever is waited for comes within this time of the simulation.
const SOON: Duration = Duration::from_secs(60);

/// Ada, and on another server Ben, whom Ada has seen come.
async fn ada_and_ben(ours: &Store, theirs: &Store) -> (Person, Person) {
    let mut ada = enter(ours, room(0), 1, Claim::Fresh, 1).await.unwrap();
    let ben = enter(theirs, room(0), 2, Claim::Fresh, 2).await.unwrap();
    let joined = ada.inbox.next().await.unwrap().message;
    assert!(matches!(joined, ServerMessage::ParticipantJoined { .. }));
    (ada, ben)
}

/// Ben is sent away, and Ada hears it once.
async fn is_told(mut ada: Person, mut ben: Person) {
    let end = timeout(SOON, ben.inbox.next()).await.unwrap();
    assert_eq!(end.err(), Some(OutboxEnd::Removed));
    let left = timeout(SOON, ada.inbox.next()).await.unwrap().unwrap();
    let expected = ServerMessage::ParticipantLeft {
        id: id(2),
        reason: LeaveReason::Removed,
    };
    assert_eq!(left.message, expected);
    let more = timeout(SOON, ada.inbox.next()).await;
    assert!(more.is_err(), "{more:?}");
}

#[tokio::test(start_paused = true)]
async fn whoever_is_sent_away_stays_away_though_their_server_hears_nothing() {
    let redis = SimulatedRedis::new(1);
    let (ours, theirs) = (store(&redis, 0).await, store(&redis, 1).await);
    let (ada, ben) = ada_and_ben(&ours, &theirs).await;
    redis.deafen(1);
    assert!(ours.remove(&room(0), &id(2)).await.unwrap());
    is_told(ada, ben).await;
}

#[tokio::test(start_paused = true)]
async fn whoever_is_sent_away_stays_away_though_every_subscription_breaks() {
    let redis = SimulatedRedis::new(1);
    let (ours, theirs) = (store(&redis, 0).await, store(&redis, 1).await);
    let (ada, ben) = ada_and_ben(&ours, &theirs).await;
    redis.cut_subscriptions();
    assert!(ours.remove(&room(0), &id(2)).await.unwrap());
    is_told(ada, ben).await;
}

#[tokio::test(start_paused = true)]
async fn a_room_that_is_closed_stays_closed_though_a_server_hears_nothing() {
    let redis = SimulatedRedis::new(1);
    let (ours, theirs) = (store(&redis, 0).await, store(&redis, 1).await);
    let (mut ada, mut ben) = ada_and_ben(&ours, &theirs).await;
    redis.deafen(1);
    assert_eq!(ours.close_room(&room(0)).await.unwrap(), 2);
    // Whoever is sent away first may not hear that the others are, too.
    for person in [&mut ada, &mut ben] {
        let end = async { while person.inbox.next().await.is_ok() {} };
        timeout(SOON, end).await.unwrap();
        assert_eq!(person.inbox.next().await.err(), Some(OutboxEnd::Removed));
    }
    sleep(SOON).await;
    assert_eq!(ours.list_rooms().await.unwrap(), []);
    assert_eq!(redis.keys(), ["meeting-servers"]);
}

#[tokio::test(start_paused = true)]
async fn whoever_was_sent_away_and_let_in_again_stays() {
    let redis = SimulatedRedis::new(1);
    let (ours, theirs) = (store(&redis, 0).await, store(&redis, 1).await);
    let (_ada, mut ben) = ada_and_ben(&ours, &theirs).await;
    redis.deafen(1);
    assert!(ours.remove(&room(0), &id(2)).await.unwrap());
    let mut again = enter(&ours, room(0), 2, Claim::Fresh, 3).await.unwrap();
    let end = async { while ben.inbox.next().await.is_ok() {} };
    timeout(SOON, end).await.unwrap();
    let end = timeout(SOON, again.inbox.next()).await;
    assert!(end.is_err(), "{end:?}");
    let open = ours.look_at_room(&room(0)).await.unwrap().unwrap();
    assert_eq!(open.participants.len(), 2);
}

/// Looking used to keep a room from running out whose servers were all dead.
#[tokio::test(start_paused = true)]
async fn a_room_that_is_only_looked_at_runs_out() {
    let redis = SimulatedRedis::new(1);
    let doomed = process(0);
    let dead = store_with(&redis, 0, doomed.clone(), StoreSettings::default()).await;
    let other = store(&redis, 1).await;
    let _ada = enter(&dead, room(0), 1, Claim::Fresh, 1).await.unwrap();
    doomed.kill();
    let is_over = async {
        while other.look_at_room(&room(0)).await.unwrap().is_some() {
            sleep(Duration::from_secs(5)).await;
        }
    };
    timeout(SOON, is_over).await.unwrap();
}
