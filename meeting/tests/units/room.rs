use std::time::Duration;

use meeting::id::{Attempt, DisplayName, InstanceId, ParticipantId, TabId};
use meeting::limits;
use meeting::room::{Arrival, Claim, Refusal, Room, RoomEvent, TokenHash};
use meeting::signaling::{LeaveReason, Presence, Resumption};
use meeting::time::Timestamp;

const GRACE: Duration = Duration::from_secs(15);

fn id(number: u8) -> ParticipantId {
    ParticipantId::from_bytes([number; 16])
}

fn hash(number: u8) -> TokenHash {
    TokenHash::from_bytes([number; 32])
}

fn arrival(number: u8, claim: Claim, next_proof: u8) -> Arrival {
    Arrival {
        id: id(number),
        name: DisplayName::try_from(format!("Person {number}")).unwrap(),
        instance: InstanceId::from_random(u64::from(number)),
        attempt: attempt(u64::from(number), 1),
        claim,
        next_proof: hash(next_proof),
    }
}

fn fresh(number: u8) -> Arrival {
    arrival(number, Claim::Fresh, number)
}

fn back(number: u8, proof: u8, next_proof: u8) -> Arrival {
    arrival(number, Claim::Resume { proof: hash(proof) }, next_proof)
}

fn room_of(people: &[u8]) -> Room {
    let mut room = Room::new(3, GRACE, 0);
    for number in people {
        room.join(fresh(*number)).unwrap();
    }
    room
}

fn who(room: &Room) -> Vec<ParticipantId> {
    room.participants()
        .into_iter()
        .map(|participant| participant.id)
        .collect()
}

fn second(number: u64) -> Timestamp {
    Timestamp::from_millis(number * 1000)
}

#[test]
fn people_stand_in_the_order_they_came() {
    assert_eq!(who(&room_of(&[9, 1, 5])), [id(9), id(1), id(5)]);
}

#[test]
fn the_last_place_is_given_once_and_is_free_again_when_somebody_leaves() {
    let mut room = room_of(&[1, 2]);
    let third = room.join(fresh(3)).unwrap();
    assert_eq!(room.join(fresh(4)), Err(Refusal::Full));
    room.leave(&id(3), third.generation, LeaveReason::Left)
        .unwrap();
    assert!(room.join(fresh(4)).is_ok());
}

#[test]
fn whoever_comes_back_keeps_their_place_even_in_a_full_room() {
    let mut room = room_of(&[1, 2, 3]);
    let since = room.participants()[0].since;
    let entered = room.join(back(1, 1, 11)).unwrap();
    assert_eq!(entered.resumption, Resumption::Snapshot);
    assert!(matches!(entered.event, RoomEvent::Changed(_)));
    assert_eq!(room.participants()[0].since, since);
    assert_eq!(who(&room), [id(1), id(2), id(3)]);
}

#[test]
fn the_token_shown_last_holds_until_the_new_one_is_shown() {
    let mut room = room_of(&[1]);
    room.join(back(1, 1, 11)).unwrap();
    // The answer with token 11 was lost, and the next one as well.
    room.join(back(1, 1, 12)).unwrap();
    room.join(back(1, 1, 13)).unwrap();
    // Tokens that were given but replaced before they were shown lead nowhere.
    assert_eq!(room.join(back(1, 12, 14)), Err(Refusal::ResumeRefused));
    // Showing the new one retires the old one.
    room.join(back(1, 13, 15)).unwrap();
    assert_eq!(room.join(back(1, 1, 16)), Err(Refusal::ResumeRefused));
}

#[test]
fn an_id_that_is_taken_cannot_be_claimed_without_proof() {
    let mut room = room_of(&[1]);
    assert_eq!(room.join(back(1, 99, 2)), Err(Refusal::ResumeRefused));
    assert_eq!(room.join(fresh(1)), Err(Refusal::ResumeRefused));
}

#[test]
fn whoever_was_forgotten_is_let_in_again_as_the_same_person() {
    let mut room = room_of(&[1]);
    let entered = room.join(back(2, 77, 78)).unwrap();
    assert_eq!(entered.resumption, Resumption::Fresh);
    assert!(matches!(entered.event, RoomEvent::Joined(_)));
    assert_eq!(who(&room), [id(1), id(2)]);
}

#[test]
fn whoever_is_in_a_room_that_becomes_smaller_stays_and_nobody_comes_until_enough_have_left() {
    let mut room = room_of(&[1, 2]);
    let third = room.join(fresh(3)).unwrap();
    room.resize(2);
    assert_eq!(who(&room), [id(1), id(2), id(3)]);
    room.leave(&id(3), third.generation, LeaveReason::Left)
        .unwrap();
    assert_eq!(room.join(fresh(4)), Err(Refusal::Full));
    room.resize(3);
    assert!(room.join(fresh(4)).is_ok());
}

#[test]
fn a_lost_socket_keeps_the_place_for_the_grace_period() {
    let mut room = room_of(&[1, 2]);
    let entered = room.join(fresh(3)).unwrap();
    let event = room
        .detach(&id(3), entered.generation, second(100))
        .unwrap();
    assert!(matches!(event, RoomEvent::Changed(p) if p.presence == Presence::Reconnecting));
    assert_eq!(room.detach(&id(3), entered.generation, second(101)), None);
    assert_eq!(room.join(fresh(4)), Err(Refusal::Full));
    assert_eq!(room.expire(second(114)), []);
    let left = RoomEvent::Left {
        id: id(3),
        reason: LeaveReason::Lost,
    };
    assert_eq!(room.expire(second(115)), [left]);
    assert_eq!(room.expire(second(115)), []);
    assert!(room.join(fresh(4)).is_ok());
}

#[test]
fn coming_back_ends_the_grace_period() {
    let mut room = Room::new(3, GRACE, 0);
    let entered = room.join(fresh(1)).unwrap();
    room.detach(&id(1), entered.generation, second(0));
    room.join(back(1, 1, 11)).unwrap();
    assert_eq!(room.presence(&id(1)), Some(Presence::Connected));
    assert_eq!(room.expire(second(1000)), []);
}

#[test]
fn an_older_socket_can_change_nothing() {
    let mut room = Room::new(3, GRACE, 0);
    let old = room.join(fresh(1)).unwrap().generation;
    let new = room.join(back(1, 1, 11)).unwrap().generation;
    assert!(new > old);
    assert!(!room.holds(&id(1), old) && room.holds(&id(1), new));
    assert_eq!(room.detach(&id(1), old, second(0)), None);
    assert_eq!(room.leave(&id(1), old, LeaveReason::Left), None);
    assert!(room.leave(&id(1), new, LeaveReason::Left).is_some());
}

#[test]
fn an_old_generation_does_not_fit_a_new_room_of_the_same_name() {
    let mut room = Room::new(3, GRACE, 0);
    let old = room.join(fresh(1)).unwrap().generation;
    room.leave(&id(1), old, LeaveReason::Left).unwrap();
    let mut room = Room::new(3, GRACE, room.sequence());
    room.join(fresh(1)).unwrap();
    assert_eq!(room.leave(&id(1), old, LeaveReason::Left), None);
}

#[test]
fn numbers_go_on_only_for_the_same_page_that_heard_the_last_answer() {
    let mut room = room_of(&[1]);
    let first = room.join(back(1, 1, 11)).unwrap();
    assert!(first.continues.is_some());
    // Again with the old token: they did not hear that answer, so their numbers are older.
    let second = room.join(back(1, 1, 12)).unwrap();
    assert_eq!(second.continues, None);
    let third = room.join(back(1, 12, 13)).unwrap();
    assert_eq!(third.continues, Some(second.generation));
    let reloaded = Arrival {
        instance: InstanceId::from_random(99),
        ..back(1, 13, 14)
    };
    assert_eq!(room.join(reloaded).unwrap().continues, None);
}

#[test]
fn a_page_that_is_gone_has_a_moment_to_be_loaded_again() {
    let mut room = room_of(&[1]);
    let entered = room.join(fresh(2)).unwrap();
    let event = room
        .await_reload(&id(2), entered.generation, second(100))
        .unwrap();
    assert!(matches!(event, RoomEvent::Changed(p) if p.presence == Presence::Unloaded));
    // The socket breaking afterwards is no news.
    assert_eq!(room.detach(&id(2), entered.generation, second(100)), None);
    let end = second(100) + limits::RELOAD_GRACE;
    assert_eq!(room.expire(end - Duration::from_millis(1)), []);
    let left = RoomEvent::Left {
        id: id(2),
        reason: LeaveReason::Left,
    };
    assert_eq!(room.expire(end), [left]);
}

#[test]
fn a_page_that_was_loaded_again_is_the_same_person() {
    let mut room = room_of(&[1]);
    let entered = room.join(fresh(2)).unwrap();
    room.await_reload(&id(2), entered.generation, second(100));
    room.join(back(2, 2, 12)).unwrap();
    assert_eq!(room.presence(&id(2)), Some(Presence::Connected));
    assert_eq!(room.expire(second(1000)), []);
}

#[test]
fn a_page_that_is_gone_never_stays_longer_than_a_lost_socket() {
    let grace = Duration::from_secs(1);
    let mut room = Room::new(3, grace, 0);
    let entered = room.join(fresh(1)).unwrap();
    room.await_reload(&id(1), entered.generation, second(0));
    assert_eq!(room.expire(second(1)).len(), 1);
}

fn attempt(tab: u64, number: u32) -> Attempt {
    let tab = TabId::from_random(tab);
    Attempt { tab, number }
}

/// Tabs of participant 1, each of which shows the first token that there was.
fn on_socket(tab: u64, number: u32, next_proof: u8) -> Arrival {
    Arrival {
        instance: InstanceId::from_random(tab),
        attempt: attempt(tab, number),
        ..back(1, 1, next_proof)
    }
}

#[test]
fn a_request_that_was_under_way_too_long_does_not_evict_the_newer_socket_of_its_tab() {
    let mut room = room_of(&[1]);
    let newer = room.join(on_socket(1, 3, 11)).unwrap();
    assert_eq!(room.join(on_socket(1, 2, 12)), Err(Refusal::ResumeRefused));
    assert!(room.holds(&id(1), newer.generation));
    // The tab itself may try again, since the answer may have been lost.
    assert!(room.join(on_socket(1, 4, 13)).is_ok());
}

/// The person lost patience and loaded the page again, and the server took its time.
#[test]
fn a_request_that_was_under_way_too_long_does_not_evict_the_next_load_of_its_page() {
    let mut room = room_of(&[1]);
    let reloaded = Arrival {
        instance: InstanceId::from_random(99),
        ..on_socket(1, 3, 11)
    };
    let newer = room.join(reloaded).unwrap();
    assert_eq!(room.join(on_socket(1, 2, 12)), Err(Refusal::ResumeRefused));
    assert!(room.holds(&id(1), newer.generation));
}

#[test]
fn a_request_that_was_under_way_too_long_does_not_evict_the_tab_that_came_after_its_own() {
    let mut room = room_of(&[1]);
    room.join(on_socket(1, 3, 11)).unwrap();
    let other = room.join(on_socket(2, 1, 12)).unwrap();
    assert_eq!(room.join(on_socket(1, 2, 13)), Err(Refusal::ResumeRefused));
    assert!(room.holds(&id(1), other.generation));
    // What the other tab does not know can be no reason to refuse a newer request.
    assert!(room.join(on_socket(1, 4, 14)).is_ok());
    assert!(room.join(on_socket(2, 2, 15)).is_ok());
}

#[test]
fn the_memory_of_tabs_is_bounded() {
    let mut room = room_of(&[1]);
    for tab in 10..20 {
        room.join(on_socket(tab, 7, 11)).unwrap();
    }
    assert_eq!(room.join(on_socket(15, 6, 12)), Err(Refusal::ResumeRefused));
    assert!(room.join(on_socket(14, 6, 12)).is_ok());
}
