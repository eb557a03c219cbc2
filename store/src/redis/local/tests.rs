use meeting::id::{Attempt, InstanceId, TabId};
use meeting::room::TokenHash;

use super::super::record::Rest;
use super::*;
use crate::{Inbox, outbox};

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
        farewell: None,
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
    let (outbox, inbox) = outbox();
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

const FIRST: Grant = Grant {
    generation: 11,
    continues: 0,
};

/// On a busy machine somebody read that they were reconnecting, and nobody corrected it.
#[test]
fn whoever_gets_in_while_others_take_the_server_for_dead_is_connected_and_the_others_are_told() {
    let mut room = LocalRoom::default();
    room.begin();
    let given_up = Entry {
        deadline: Some(15_000),
        ..ann(11, 1)
    };
    assert!(!room.follow(put(11, ann(11, 1))).sync);
    assert!(!room.follow(put(12, given_up.clone())).sync);
    let (newcomer, _inbox) = newcomer();
    let ((participants, _), needs) = room.register(newcomer, FIRST, snapshot(12, given_up));
    assert_eq!(
        participants
            .iter()
            .map(|one| one.presence)
            .collect::<Vec<_>>(),
        [Presence::Connected]
    );
    assert!(needs.sync);
}

#[test]
fn an_event_that_overtakes_the_first_snapshot_is_not_missed() {
    let mut room = LocalRoom::default();
    room.begin();
    // Ann came here, and then at once to another server; that is heard before the answer is.
    assert!(!room.follow(put(11, ann(11, 1))).sync);
    assert!(!room.follow(put(12, ann(12, 2))).sync);
    let (newcomer, mut inbox) = newcomer();
    let (_, needs) = room.register(newcomer, FIRST, snapshot(11, ann(11, 1)));
    assert!(needs.sync, "the second event is missing");

    room.settled();
    assert!(room.request_sync());
    room.begin_sync();
    let me = ServerId::from_random(1);
    let (_, needs) = room.finish_sync(snapshot(12, ann(12, 2)), &me);
    assert!(!needs.sync);
    assert_eq!(inbox.try_next(), Some(Err(SessionEnd::Replaced)));
}

/// Redis may have forgotten them, and this server is the one that writes them down again.
#[test]
fn whoever_is_written_down_again_has_what_a_newer_server_knew_of_them() {
    let (newcomer, _inbox) = newcomer();
    let grant = Grant {
        generation: 10,
        continues: 0,
    };
    let mut json = serde_json::to_value(ann(10, 1)).unwrap();
    json["role"] = serde_json::json!({ "host": true });
    let known: Entry = serde_json::from_value(json).unwrap();
    let mut room = LocalRoom::default();
    let (_, needs) = room.register(newcomer, grant, snapshot(10, known.clone()));
    assert!(!needs.sync);
    let [held] = &room.begin_sync()[..] else {
        panic!("they are not held");
    };
    assert_ne!(held.remembered, Rest::default());
    assert_eq!(held.remembered, known.rest);
}
