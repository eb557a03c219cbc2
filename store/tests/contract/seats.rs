//! Who gets a seat in a room, keeps it, and loses it.

use meeting::signaling::{LeaveReason, Presence, Resumption, ServerMessage, Undeliverable};
use store::{Claim, JoinError, OutboxEnd, Store};

use crate::contract::contract;
use crate::people::{
    arrive, come_back, enter, id, patient, payload, reconnecting, room, settings, unloaded,
};

contract! {
    patient:
        people_see_each_other_come_and_go_in_order,
        one_of_a_hundred_gets_the_last_seat,
        whoever_comes_back_keeps_their_seat,
        a_token_holds_until_the_next_one_is_shown,
        nobody_takes_the_seat_of_another,
        whoever_was_forgotten_is_the_same_person_again,
        a_lost_socket_is_told_and_keeps_the_seat,
        an_older_socket_changes_nothing,
        a_room_that_emptied_can_be_used_again;
    settings:
        the_grace_period_ends_in_a_loss,
        a_page_that_stays_away_has_left,
        a_page_that_is_loaded_again_has_not_left,
        coming_back_ends_the_grace_period;
}

async fn people_see_each_other_come_and_go_in_order(store: Store) {
    let mut ann = enter(&store, 9).await;
    assert_eq!(ann.found(), [id(9)]);
    assert_eq!(ann.admission.resumption, Resumption::Fresh);
    let mut bob = enter(&store, 1).await;
    assert_eq!(bob.found(), [id(9), id(1)]);
    let mut eve = enter(&store, 5).await;
    assert_eq!(eve.found(), [id(9), id(1), id(5)]);
    assert_eq!(eve.admission.participants[0], ann.look());

    ann.sees_join(&bob).await;
    ann.sees_join(&eve).await;
    bob.sees_join(&eve).await;

    store.leave(bob.seat(), LeaveReason::Left).await.unwrap();
    ann.sees_left(1, LeaveReason::Left).await;
    eve.sees_left(1, LeaveReason::Left).await;
    store.leave(eve.seat(), LeaveReason::Removed).await.unwrap();
    ann.sees_left(5, LeaveReason::Removed).await;
}

async fn one_of_a_hundred_gets_the_last_seat(store: Store) {
    let mut ann = enter(&store, 1).await;
    for number in 2..4 {
        enter(&store, number).await;
    }
    let attempts = (100..200).map(|number| {
        let store = store.clone();
        tokio::spawn(async move { arrive(&store, &room(), number, Claim::Fresh, number).await })
    });
    let mut winners = Vec::new();
    for attempt in attempts.collect::<Vec<_>>() {
        match attempt.await.unwrap() {
            Ok(winner) => winners.push(winner),
            Err(error) => assert!(matches!(error, JoinError::Full), "{error}"),
        }
    }
    assert_eq!(winners.len(), 1);
    ann.next().await.unwrap();
    ann.next().await.unwrap();
    ann.sees_join(&winners[0]).await;

    store
        .leave(winners[0].seat(), LeaveReason::Left)
        .await
        .unwrap();
    let next = enter(&store, 7).await;
    assert_eq!(next.found().len(), 4);
}

async fn whoever_comes_back_keeps_their_seat(store: Store) {
    let mut old = enter(&store, 1).await;
    let mut others = [
        enter(&store, 2).await,
        enter(&store, 3).await,
        enter(&store, 4).await,
    ];
    for index in 0..3 {
        for later in index + 1..3 {
            let look = others[later].look();
            others[index]
                .sees(ServerMessage::ParticipantJoined { participant: look })
                .await;
        }
    }

    // The room is full, but whoever has a seat keeps it.
    let back = come_back(&store, 1, 1, 11).await.unwrap();
    assert_eq!(back.admission.resumption, Resumption::Snapshot);
    assert_eq!(back.found(), [id(1), id(2), id(3), id(4)]);
    assert_eq!(back.look().since, old.look().since);
    assert_ne!(back.look().instance, old.look().instance);
    assert!(back.seat().generation > old.seat().generation);
    for other in &mut others {
        other.sees_change(back.look()).await;
    }
    // The old socket is told nothing more than that it is over.
    assert_eq!(old.next().await, Err(OutboxEnd::Replaced));
}

async fn a_token_holds_until_the_next_one_is_shown(store: Store) {
    enter(&store, 1).await;
    // Two answers are lost: the token shown is good again and again.
    come_back(&store, 1, 1, 11).await.unwrap();
    come_back(&store, 1, 1, 12).await.unwrap();
    // The first of the lost tokens was never valid for anybody.
    let refused = come_back(&store, 1, 11, 13).await.err().unwrap();
    assert!(matches!(refused, JoinError::ResumeRefused));
    // Showing the one that arrived retires the one before.
    come_back(&store, 1, 12, 14).await.unwrap();
    let refused = come_back(&store, 1, 1, 15).await.err().unwrap();
    assert!(matches!(refused, JoinError::ResumeRefused));
    come_back(&store, 1, 14, 16).await.unwrap();
}

async fn nobody_takes_the_seat_of_another(store: Store) {
    let mut ann = enter(&store, 1).await;
    let refused = come_back(&store, 1, 99, 2).await.err().unwrap();
    assert!(matches!(refused, JoinError::ResumeRefused));
    let refused = arrive(&store, &room(), 1, Claim::Fresh, 2)
        .await
        .err()
        .unwrap();
    assert!(matches!(refused, JoinError::ResumeRefused));
    // Ann notices nothing of it.
    let bob = enter(&store, 2).await;
    ann.sees_join(&bob).await;
}

async fn whoever_was_forgotten_is_the_same_person_again(store: Store) {
    let mut ann = enter(&store, 1).await;
    let bob = come_back(&store, 2, 77, 78).await.unwrap();
    assert_eq!(bob.admission.resumption, Resumption::Fresh);
    assert_eq!(bob.found(), [id(1), id(2)]);
    ann.sees_join(&bob).await;
    come_back(&store, 2, 77, 79).await.unwrap();
}

async fn a_lost_socket_is_told_and_keeps_the_seat(store: Store) {
    let mut ann = enter(&store, 1).await;
    let bob = enter(&store, 2).await;
    enter(&store, 3).await;
    enter(&store, 4).await;
    ann.sees_join(&bob).await;
    ann.next().await.unwrap();
    ann.next().await.unwrap();

    store.detach(bob.seat()).await.unwrap();
    store.detach(bob.seat()).await.unwrap();
    ann.sees_change(reconnecting(bob.look())).await;
    let refused = arrive(&store, &room(), 5, Claim::Fresh, 5)
        .await
        .err()
        .unwrap();
    assert!(matches!(refused, JoinError::Full));

    let back = come_back(&store, 2, 2, 12).await.unwrap();
    assert_eq!(back.look().presence, Presence::Connected);
    ann.sees_change(back.look()).await;
}

async fn the_grace_period_ends_in_a_loss(store: Store) {
    let mut ann = enter(&store, 1).await;
    let bob = enter(&store, 2).await;
    ann.sees_join(&bob).await;
    store.detach(bob.seat()).await.unwrap();
    ann.sees_change(reconnecting(bob.look())).await;
    ann.sees_left(2, LeaveReason::Lost).await;
    // Whoever comes back after that is a newcomer of the same id.
    let back = come_back(&store, 2, 2, 12).await.unwrap();
    assert!(back.look().since > bob.look().since);
    ann.sees_join(&back).await;
}

async fn a_page_that_stays_away_has_left(store: Store) {
    let mut ann = enter(&store, 1).await;
    let bob = enter(&store, 2).await;
    ann.sees_join(&bob).await;
    store.await_reload(bob.seat()).await.unwrap();
    // That its socket broke as well changes nothing.
    store.detach(bob.seat()).await.unwrap();
    ann.sees_change(unloaded(bob.look())).await;
    ann.sees_left(2, LeaveReason::Left).await;
}

async fn a_page_that_is_loaded_again_has_not_left(store: Store) {
    let mut ann = enter(&store, 1).await;
    let bob = enter(&store, 2).await;
    let eve = enter(&store, 3).await;
    ann.sees_join(&bob).await;
    ann.sees_join(&eve).await;
    store.await_reload(bob.seat()).await.unwrap();
    ann.sees_change(unloaded(bob.look())).await;
    let back = come_back(&store, 2, 2, 12).await.unwrap();
    ann.sees_change(back.look()).await;
    // Eve's absence begins and ends later than Bob's would have ended.
    store.await_reload(eve.seat()).await.unwrap();
    ann.sees_change(unloaded(eve.look())).await;
    ann.sees_left(3, LeaveReason::Left).await;
    // A socket that is lost afterwards is lost, not left: nothing of the first absence remains.
    store.detach(back.seat()).await.unwrap();
    ann.sees_change(reconnecting(back.look())).await;
    ann.sees_left(2, LeaveReason::Lost).await;
}

async fn coming_back_ends_the_grace_period(store: Store) {
    let mut ann = enter(&store, 1).await;
    let bob = enter(&store, 2).await;
    let eve = enter(&store, 3).await;
    ann.sees_join(&bob).await;
    ann.sees_join(&eve).await;
    store.detach(bob.seat()).await.unwrap();
    ann.sees_change(reconnecting(bob.look())).await;
    let back = come_back(&store, 2, 2, 12).await.unwrap();
    ann.sees_change(back.look()).await;
    // Eve's grace period begins and ends later than Bob's would have ended.
    store.detach(eve.seat()).await.unwrap();
    ann.sees_change(reconnecting(eve.look())).await;
    ann.sees_left(3, LeaveReason::Lost).await;
    assert_eq!(enter(&store, 4).await.found(), [id(1), id(2), id(4)]);
}

async fn an_older_socket_changes_nothing(store: Store) {
    let mut ann = enter(&store, 1).await;
    let old = enter(&store, 2).await;
    ann.sees_join(&old).await;
    let new = come_back(&store, 2, 2, 12).await.unwrap();
    ann.sees_change(new.look()).await;

    store.detach(old.seat()).await.unwrap();
    store.leave(old.seat(), LeaveReason::Left).await.unwrap();
    let refused = store.signal(old.seat(), &id(1), payload("late"));
    assert_eq!(refused, Err(Undeliverable::NotInRoom));

    let eve = enter(&store, 3).await;
    ann.sees_join(&eve).await;
    store.leave(new.seat(), LeaveReason::Left).await.unwrap();
    ann.sees_left(2, LeaveReason::Left).await;
}

async fn a_room_that_emptied_can_be_used_again(store: Store) {
    let first = enter(&store, 1).await;
    store.leave(first.seat(), LeaveReason::Left).await.unwrap();
    let mut again = enter(&store, 1).await;
    assert_eq!(again.found(), [id(1)]);
    assert!(again.seat().generation > first.seat().generation);
    // What belongs to the first visit does not touch the second.
    store.leave(first.seat(), LeaveReason::Left).await.unwrap();
    let bob = enter(&store, 2).await;
    assert_eq!(bob.found(), [id(1), id(2)]);
    again.sees_join(&bob).await;
}
