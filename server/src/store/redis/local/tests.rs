use meeting::id::InstanceId;
use meeting::room::TokenHash;

use super::super::super::outbox;
use super::*;

fn ann(generation: u64, server: u64) -> Entry {
    Entry {
        id: ParticipantId::from_bytes([1; 16]),
        name: "Ann".to_owned().try_into().unwrap(),
        instance: InstanceId::from_random(generation),
        attempt: 1,
        since: 10,
        server: ServerId::from_random(server),
        generation,
        deadline: None,
        farewell: None,
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

#[test]
fn an_event_that_overtakes_the_first_snapshot_is_not_missed() {
    let mut room = LocalRoom::default();
    room.begin();
    // Ann came here, and then at once to another server; that is heard before the answer is.
    assert!(!room.follow(put(11, ann(11, 1))).sync);
    assert!(!room.follow(put(12, ann(12, 2))).sync);
    let (outbox, mut inbox) = outbox();
    let newcomer = Newcomer {
        own: OwnEntry {
            entry: ann(0, 1),
            given: TokenHash::from_bytes([1; 32]).into(),
            shown: None,
            remaining: None,
        },
        outbox,
        seen: 0,
    };
    let grant = Grant {
        generation: 11,
        continues: 0,
    };
    let (_, needs) = room.register(newcomer, grant, snapshot(11, ann(11, 1)));
    assert!(needs.sync, "the second event is missing");

    room.settled();
    assert!(room.request_sync());
    room.begin_sync();
    let me = ServerId::from_random(1);
    let (_, needs) = room.finish_sync(snapshot(12, ann(12, 2)), &me);
    assert!(!needs.sync);
    assert_eq!(inbox.try_next(), Some(Err(SessionEnd::Replaced)));
}
