//! What people in a room hear, and in which order.

use meeting::id::RoomId;
use meeting::limits;
use meeting::signaling::{LeaveReason, Presence, ServerMessage, Undeliverable};
use store::{Claim, OutboxEnd, Store};

use crate::contract::contract;
use crate::people::{arrive, come_back, enter, id, patient, payload, reconnecting};

contract! {
    patient:
        signals_reach_the_one_they_are_for,
        signals_of_one_sender_keep_their_order,
        whoever_cannot_be_reached_is_named,
        a_slow_reader_ends_alone,
        rooms_know_nothing_of_each_other,
        many_changes_are_told_once_and_in_order;
}

async fn signals_reach_the_one_they_are_for(store: Store) {
    let mut ann = enter(&store, 1).await;
    let mut bob = enter(&store, 2).await;
    let mut eve = enter(&store, 3).await;
    ann.sees_join(&bob).await;
    ann.sees_join(&eve).await;
    bob.sees_join(&eve).await;

    store
        .signal(bob.seat(), &id(1), payload("an \"offer\"\r\n"))
        .unwrap();
    ann.hears(2, "an \"offer\"\r\n").await;
    store
        .signal(ann.seat(), &id(2), payload("an answer"))
        .unwrap();
    bob.hears(1, "an answer").await;
    store
        .signal(bob.seat(), &id(3), payload("for eve"))
        .unwrap();
    eve.hears(2, "for eve").await;
}

async fn signals_of_one_sender_keep_their_order(store: Store) {
    let ann = enter(&store, 1).await;
    let mut bob = enter(&store, 2).await;
    for number in 0..100 {
        store
            .signal(ann.seat(), &id(2), payload(&number.to_string()))
            .unwrap();
    }
    for number in 0..100 {
        bob.hears(1, &number.to_string()).await;
    }
}

async fn whoever_cannot_be_reached_is_named(store: Store) {
    let ann = enter(&store, 1).await;
    let bob = enter(&store, 2).await;
    let nobody = store.signal(ann.seat(), &id(7), payload("x"));
    assert_eq!(nobody, Err(Undeliverable::NotInRoom));

    store.leave(bob.seat(), LeaveReason::Left).await.unwrap();
    let gone = store.signal(ann.seat(), &id(2), payload("x"));
    assert_eq!(gone, Err(Undeliverable::NotInRoom));

    let elsewhere: RoomId = "another-room".parse().unwrap();
    arrive(&store, &elsewhere, 3, Claim::Fresh, 3)
        .await
        .unwrap();
    let apart = store.signal(ann.seat(), &id(3), payload("x"));
    assert_eq!(apart, Err(Undeliverable::NotInRoom));
}

async fn a_slow_reader_ends_alone(store: Store) {
    let mut ann = enter(&store, 1).await;
    let mut slow = enter(&store, 2).await;
    ann.sees_join(&slow).await;
    for _ in 0..limits::OUTBOUND_MESSAGES {
        store.signal(ann.seat(), &id(2), payload("x")).unwrap();
    }
    // One more than it can hold; the sender is not to blame.
    store.signal(ann.seat(), &id(2), payload("x")).unwrap();
    assert_eq!(slow.next().await, Err(OutboxEnd::TooSlow));
    assert_eq!(slow.next().await, Err(OutboxEnd::TooSlow));

    store.detach(slow.seat()).await.unwrap();
    ann.sees_change(reconnecting(slow.look())).await;
    let mut back = come_back(&store, 2, 2, 12).await.unwrap();
    ann.sees_change(back.look()).await;
    store.signal(ann.seat(), &id(2), payload("again")).unwrap();
    back.hears(1, "again").await;
}

async fn rooms_know_nothing_of_each_other(store: Store) {
    let elsewhere: RoomId = "another-room".parse().unwrap();
    let mut ann = enter(&store, 1).await;
    let stranger = arrive(&store, &elsewhere, 2, Claim::Fresh, 2)
        .await
        .unwrap();
    assert_eq!(stranger.found(), [id(2)]);
    store
        .leave(stranger.seat(), LeaveReason::Left)
        .await
        .unwrap();
    let bob = enter(&store, 3).await;
    ann.sees_join(&bob).await;
}

async fn many_changes_are_told_once_and_in_order(store: Store) {
    let mut ann = enter(&store, 1).await;
    let churn = (2..4).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            for _ in 0..20 {
                let first = enter(&store, number).await;
                store.detach(first.seat()).await.unwrap();
                let second = come_back(&store, number, number, number + 10)
                    .await
                    .unwrap();
                store.leave(second.seat(), LeaveReason::Left).await.unwrap();
            }
        })
    });
    for task in churn.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let last = enter(&store, 4).await;

    let mut told = std::collections::BTreeMap::<_, Vec<&str>>::new();
    loop {
        let (who, what) = match ann.next().await.unwrap() {
            ServerMessage::ParticipantJoined { participant } if participant.id == id(4) => break,
            ServerMessage::ParticipantJoined { participant } => (participant.id, "joined"),
            ServerMessage::ParticipantChanged { participant } => match participant.presence {
                Presence::Connected => (participant.id, "back"),
                Presence::Reconnecting => (participant.id, "away"),
                Presence::Unloaded => (participant.id, "unloaded"),
            },
            ServerMessage::ParticipantLeft { id, .. } => (id, "left"),
            other => panic!("{other:?}"),
        };
        told.entry(who).or_default().push(what);
    }
    assert_eq!(last.found(), [id(1), id(4)]);
    for number in 2..4 {
        let told = told.get(&id(number)).unwrap();
        // An absence that was over before anybody heard of it may go untold, and nothing else may.
        for (index, what) in told.iter().enumerate() {
            let expected: &[_] = match *what {
                "joined" => &["away", "back"],
                "away" => &["back"],
                "back" => &["left"],
                _ => &["joined"],
            };
            let next = told.get(index + 1);
            assert!(next.is_none_or(|next| expected.contains(next)), "{told:?}");
        }
        let visits = told.iter().filter(|what| **what == "left").count();
        assert_eq!(visits, 20, "person {number}: {told:?}");
    }
}
