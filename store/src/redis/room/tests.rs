use std::time::Instant;

use meeting::id::{Attempt, InstanceId, ParticipantId, TabId};
use meeting::room::TokenHash;
use meeting::signaling::{LeaveReason, Presence};

use super::accord::Accord;
use super::held_seat::Newcomer;
use super::state::Room;
use crate::redis::record::{Change, Entry, OwnEntry, Rest, RoomRecord, ServerId, Snapshot};
use crate::redis::scripts::SeatNumbers;
use crate::{Inbox, OutboxEnd, Tokio, outbox};

/// Server 1.
fn room() -> Room {
    Room::new(ServerId::from_random(1))
}

fn ann(generation: u64, server: u64) -> Entry {
    Entry {
        id: ParticipantId::from_bytes([1; 16]),
        name: "Ann".to_owned().try_into().unwrap(),
        instance: InstanceId::from_random(generation),
        attempt: Attempt {
            tab: TabId::from_random(generation),
            number: 1,
        },
        since: 10,
        server: ServerId::from_random(server),
        generation,
        deadline: None,
        leave_reason: None,
        rest: Rest::default(),
    }
}

fn snapshot(sequence: u64, entry: Entry) -> Snapshot {
    Snapshot {
        born: 9,
        sequence,
        now: 0,
        entries: vec![entry],
    }
}

fn put(sequence: u64, entry: Entry) -> RoomRecord {
    RoomRecord {
        sequence,
        now: 0,
        change: Change::Put(entry),
    }
}

/// Ann comes to server 1, for the first time.
fn newcomer() -> (Newcomer, Inbox) {
    let (outbox, inbox) = outbox(&Tokio::shared());
    let own = OwnEntry {
        entry: ann(0, 1),
        given: TokenHash::from_bytes([1; 32]).into(),
        shown: None,
        remaining: None,
        remembered: Rest::default(),
    };
    let newcomer = Newcomer {
        own,
        outbox,
        seen: 0,
    };
    (newcomer, inbox)
}

const FIRST: SeatNumbers = SeatNumbers {
    generation: 11,
    continues: 0,
};

/// On a busy machine somebody read that they were reconnecting, and nobody corrected it.
#[test]
fn whoever_gets_in_while_others_take_the_server_for_dead_is_connected_and_the_others_are_told() {
    let (mut room, now) = (room(), Instant::now());
    let given_up = Entry {
        deadline: Some(15_000),
        ..ann(11, 1)
    };
    assert_eq!(room.follow(put(11, ann(11, 1)), now), Accord::Agrees);
    assert_eq!(room.follow(put(12, given_up.clone()), now), Accord::Agrees);
    let (newcomer, _inbox) = newcomer();
    let (found, accord) = room.admit(newcomer, FIRST, snapshot(12, given_up), now);
    let presences: Vec<_> = found.participants.iter().map(|one| one.presence).collect();
    assert_eq!(presences, [Presence::Connected]);
    assert_eq!(accord, Accord::Differs);
}

#[test]
fn an_event_that_overtakes_the_first_snapshot_is_not_missed() {
    let (mut room, now) = (room(), Instant::now());
    // Ann came here, and then at once to another server; that is heard before the answer is.
    assert_eq!(room.follow(put(11, ann(11, 1)), now), Accord::Agrees);
    assert_eq!(room.follow(put(12, ann(12, 2)), now), Accord::Agrees);
    let (newcomer, mut inbox) = newcomer();
    let (_, accord) = room.admit(newcomer, FIRST, snapshot(11, ann(11, 1)), now);
    assert_eq!(accord, Accord::Differs, "the second event is missing");

    let (_, asked_at) = room.held_seats(now);
    let (_, accord) = room.compare(snapshot(12, ann(12, 2)), asked_at, now);
    assert_eq!(accord, Accord::Agrees);
    assert_eq!(inbox.try_next(), Some(Err(OutboxEnd::Replaced)));
}

/// Redis used to be told that somebody who had left may come back, if it had not heard of it.
#[test]
fn whoever_left_unheard_has_left_and_whoever_vanished_may_come_back() {
    let (mut room, now) = (room(), Instant::now());
    let (newcomer, _inbox) = newcomer();
    let _ = room.admit(newcomer, FIRST, snapshot(11, ann(11, 1)), now);
    room.leave(&ParticipantId::from_bytes([1; 16]), LeaveReason::Left);
    let ghost = |room: &mut Room| {
        let (ghosts, _) = room.compare(snapshot(11, ann(11, 1)), 11, now);
        ghosts.first().map(|ghost| ghost.left)
    };
    assert_eq!(ghost(&mut room), Some(Some(LeaveReason::Left)));
    let mut stranger = self::room();
    assert_eq!(ghost(&mut stranger), Some(None));
}

/// Redis may have forgotten them, and this server is the one that writes them down again.
#[test]
fn whoever_is_written_down_again_has_what_a_newer_server_knew_of_them() {
    let (mut room, now) = (room(), Instant::now());
    let (newcomer, _inbox) = newcomer();
    let numbers = SeatNumbers {
        generation: 10,
        continues: 0,
    };
    let mut json = serde_json::to_value(ann(10, 1)).unwrap();
    json["role"] = serde_json::json!({ "host": true });
    let known: Entry = serde_json::from_value(json).unwrap();
    let (_, accord) = room.admit(newcomer, numbers, snapshot(10, known.clone()), now);
    assert_eq!(accord, Accord::Agrees);
    let (held, _) = room.held_seats(now);
    let [held] = &held[..] else {
        panic!("they are not held");
    };
    assert_ne!(held.remembered, Rest::default());
    assert_eq!(held.remembered, known.rest);
}

/// They came back by themselves, as somebody whose place another socket had taken.
#[test]
fn whoever_is_sent_away_before_they_are_in_stays_away() {
    let (mut room, now) = (room(), Instant::now());
    let nobody = Snapshot {
        entries: Vec::new(),
        ..snapshot(10, ann(10, 1))
    };
    let _ = room.compare(nobody, 0, now);
    let (newcomer, mut inbox) = newcomer();
    room.await_newcomer(newcomer.own.entry.id.clone());
    let _ = room.follow(put(11, ann(11, 1)), now);
    let gone = RoomRecord {
        sequence: 12,
        now: 0,
        change: Change::Gone {
            id: newcomer.own.entry.id.clone(),
            reason: LeaveReason::Removed,
            generation: Some(FIRST.generation),
        },
    };
    let _ = room.follow(gone, now);
    let _ = room.admit(newcomer, FIRST, snapshot(11, ann(11, 1)), now);
    assert_eq!(inbox.try_next(), Some(Err(OutboxEnd::Removed)));
}
