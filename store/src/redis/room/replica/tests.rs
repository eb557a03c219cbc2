use meeting::id::{Attempt, DisplayName, InstanceId, TabId};

use super::*;
use crate::redis::record::{Rest, ServerId};

fn id(number: u8) -> ParticipantId {
    ParticipantId::from_bytes([number; 16])
}

fn entry(number: u8, since: u64) -> Entry {
    Entry {
        id: id(number),
        name: DisplayName::try_from(format!("Person {number}")).unwrap(),
        instance: InstanceId::from_random(1),
        attempt: Attempt {
            tab: TabId::from_random(1),
            number: 1,
        },
        since,
        server: ServerId::from_random(1),
        generation: since,
        deadline: None,
        leave_reason: None,
        rest: Rest::default(),
    }
}

fn snapshot(born: u64, sequence: u64, entries: &[Entry]) -> Snapshot {
    Snapshot {
        born,
        sequence,
        now: 0,
        entries: entries.to_vec(),
    }
}

fn put(sequence: u64, entry: Entry) -> RoomRecord {
    RoomRecord {
        sequence,
        now: 0,
        change: Change::Put(entry),
    }
}

fn gone(sequence: u64, id: ParticipantId) -> RoomRecord {
    let reason = LeaveReason::Lost;
    RoomRecord {
        sequence,
        now: 0,
        change: Change::Gone {
            id,
            reason,
            generation: None,
        },
    }
}

fn now() -> Instant {
    Instant::now()
}

fn has_doubts(replica: &Replica) -> bool {
    !replica.doubtful.is_empty()
}

#[test]
fn events_count_once_and_in_order() {
    let mut replica = Replica::new(snapshot(10, 11, &[entry(1, 11)]), now());
    let joined = RoomEvent::Joined(entry(2, 12).participant());
    assert_eq!(
        replica.follow(put(12, entry(2, 12)), now()),
        Step::Next(vec![joined])
    );
    assert_eq!(replica.follow(put(12, entry(2, 12)), now()), Step::Known);
    assert_eq!(replica.follow(put(14, entry(4, 14)), now()), Step::Gap);
    assert_eq!(replica.participants().len(), 2);
}

#[test]
fn a_snapshot_tells_the_differences_and_an_old_one_nothing() {
    let mut replica = Replica::new(snapshot(10, 12, &[entry(1, 11), entry(2, 12)]), now());
    assert_eq!(
        replica.adopt(
            snapshot(10, 15, &[entry(2, 12), entry(3, 15)]),
            12,
            now(),
            []
        ),
        [
            RoomEvent::Left {
                id: id(1),
                reason: LeaveReason::Left
            },
            RoomEvent::Joined(entry(3, 15).participant()),
        ]
    );
    assert_eq!(
        replica.adopt(
            snapshot(10, 12, &[entry(1, 11), entry(2, 12)]),
            12,
            now(),
            []
        ),
        []
    );
}

#[test]
fn whose_grace_period_was_over_is_told_as_lost() {
    let away = Entry {
        deadline: Some(500),
        ..entry(1, 11)
    };
    let mut replica = Replica::new(snapshot(10, 12, &[away]), now());
    assert_eq!(
        replica.adopt(
            Snapshot {
                now: 500,
                ..snapshot(10, 13, &[])
            },
            12,
            now(),
            []
        ),
        [RoomEvent::Left {
            id: id(1),
            reason: LeaveReason::Lost
        }]
    );
}

#[test]
fn nobody_leaves_because_redis_forgot_them_unless_nobody_vouches_for_them() {
    let mut replica = Replica::new(snapshot(10, 12, &[entry(1, 11), entry(2, 12)]), now());
    assert_eq!(replica.adopt(snapshot(90, 90, &[]), 12, now(), []), []);
    assert!(has_doubts(&replica));
    assert_eq!(
        replica.follow(put(91, entry(1, 11)), now()),
        Step::Next(vec![])
    );
    assert_eq!(
        replica.settle(Duration::ZERO, now()),
        [RoomEvent::Left {
            id: id(2),
            reason: LeaveReason::Lost
        }]
    );
    assert!(!has_doubts(&replica));
}

#[test]
fn whoever_comes_back_to_a_redis_that_forgot_them_has_not_left() {
    let anew = |since| entry(2, since);
    let changed = |since| RoomEvent::Changed(anew(since).participant());
    let mut replica = Replica::new(snapshot(10, 12, &[entry(1, 11), entry(2, 12)]), now());
    assert_eq!(
        replica.adopt(snapshot(90, 92, &[entry(1, 11), anew(92)]), 12, now(), []),
        [changed(92)]
    );
    assert_eq!(
        replica.adopt(snapshot(190, 191, &[entry(1, 11)]), 92, now(), []),
        []
    );
    assert_eq!(
        replica.follow(put(192, anew(192)), now()),
        Step::Next(vec![changed(192)])
    );
    assert!(!has_doubts(&replica));
}

#[test]
fn whoever_is_gone_against_better_knowledge_has_not_left() {
    let mut replica = Replica::new(snapshot(10, 12, &[entry(1, 11), entry(2, 12)]), now());
    assert_eq!(replica.doubt(&gone(12, id(1)), &id(1), now()), Step::Known);
    assert_eq!(replica.doubt(&gone(14, id(1)), &id(1), now()), Step::Gap);
    assert_eq!(
        replica.doubt(&gone(13, id(1)), &id(1), now()),
        Step::Next(vec![])
    );
    assert!(replica.doubts(&id(1)) && !replica.doubts(&id(2)));
    assert_eq!(
        replica.follow(put(14, entry(1, 11)), now()),
        Step::Next(vec![])
    );
    assert!(!has_doubts(&replica));
}

#[test]
fn whoever_is_here_has_not_left_because_a_snapshot_lacks_them() {
    let mut replica = Replica::new(snapshot(10, 12, &[entry(1, 11), entry(2, 12)]), now());
    let both = [id(1), id(2)];
    assert_eq!(
        replica.adopt(snapshot(10, 13, &[entry(1, 11)]), 12, now(), &both),
        []
    );
    assert!(replica.doubts(&id(2)) && !replica.doubts(&id(1)));
}

#[test]
fn nobody_leaves_because_redis_was_set_back() {
    let mut replica = Replica::new(snapshot(10, 12, &[entry(1, 11), entry(2, 12)]), now());
    assert_eq!(
        replica.adopt(snapshot(10, 11, &[entry(1, 11)]), 12, now(), []),
        []
    );
    assert!(replica.doubts(&id(2)));
    // The numbers go on from where Redis is now.
    let joined = RoomEvent::Joined(entry(3, 12).participant());
    assert_eq!(
        replica.follow(put(12, entry(3, 12)), now()),
        Step::Next(vec![joined])
    );
}

#[test]
fn leaving_and_coming_anew_between_two_snapshots_is_told_as_both() {
    let mut replica = Replica::new(snapshot(10, 11, &[entry(1, 11)]), now());
    assert_eq!(
        replica.adopt(snapshot(10, 15, &[entry(1, 14)]), 11, now(), []),
        [
            RoomEvent::Left {
                id: id(1),
                reason: LeaveReason::Left
            },
            RoomEvent::Joined(entry(1, 14).participant()),
        ]
    );
}
