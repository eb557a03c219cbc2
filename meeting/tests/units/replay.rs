use std::collections::VecDeque;
use std::time::Duration;

use meeting::id::{DisplayName, InstanceId, ParticipantId};
use meeting::limits;
use meeting::replay::{Replay, weight};
use meeting::signaling::{LeaveReason, Participant, Presence, ServerMessage};
use meeting::time::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;

const START: Timestamp = Timestamp::from_millis(0);

fn id(number: u8) -> ParticipantId {
    ParticipantId::from_bytes([number; 16])
}

fn person(number: u8) -> Participant {
    Participant {
        id: id(number),
        name: DisplayName::try_from(format!("Person {number}")).unwrap(),
        instance: InstanceId::from_random(u64::from(number)),
        since: u64::from(number),
        presence: Presence::Connected,
    }
}

fn signal(text: &str) -> ServerMessage {
    ServerMessage::Signal {
        from: id(1),
        payload: text.to_owned().try_into().unwrap(),
    }
}

fn came(number: u8) -> ServerMessage {
    ServerMessage::ParticipantJoined {
        participant: person(number),
    }
}

fn left(number: u8) -> ServerMessage {
    ServerMessage::ParticipantLeft {
        id: id(number),
        reason: LeaveReason::Left,
    }
}

fn said(messages: impl IntoIterator<Item = ServerMessage>) -> Replay {
    let mut replay = Replay::after(0);
    for message in messages {
        replay.record(START, &message);
    }
    replay
}

fn after(mut replay: Replay, seen: u64) -> Option<Vec<ServerMessage>> {
    replay.replay_after(START, seen, &[]).map(Vec::from)
}

#[test]
fn what_was_not_seen_is_said_again_in_order() {
    let replay = said([signal("a"), signal("b"), signal("c")]);
    assert_eq!(after(replay, 1), Some(vec![signal("b"), signal("c")]));
}

#[test]
fn whoever_saw_everything_hears_nothing_again() {
    assert_eq!(after(said([signal("a")]), 1), Some(vec![]));
    assert_eq!(after(said([]), 0), Some(vec![]));
}

#[test]
fn a_number_that_was_never_used_proves_nothing() {
    assert_eq!(after(said([signal("a")]), 2), None);
    let mut replay = said([signal("a")]);
    replay.acknowledge(2);
    assert_eq!(after(replay, 0), Some(vec![signal("a")]));
}

#[test]
fn what_was_acknowledged_is_forgotten() {
    let mut replay = said([signal("a"), signal("b")]);
    replay.acknowledge(1);
    assert_eq!(after(replay, 1), Some(vec![signal("b")]));
    let mut replay = said([signal("a"), signal("b")]);
    replay.acknowledge(1);
    assert_eq!(after(replay, 0), None);
    let mut replay = said((0..limits::REPLAY_MESSAGES).map(|_| left(1)));
    assert!(!replay.has_room_for(&left(1)));
    replay.acknowledge(1);
    assert!(replay.has_room_for(&left(1)), "there is room for another");
}

#[test]
fn the_roster_is_not_said_twice() {
    let mut replay = said([came(2), signal("a"), left(3), left(2), came(2)]);
    assert_eq!(
        replay.replay_after(START, 0, &[person(2)]).map(Vec::from),
        Some(vec![signal("a"), left(3)])
    );
}

#[test]
fn a_departure_is_told_once_however_often_it_happened() {
    let replay = said([left(2), came(2), signal("a"), left(2)]);
    assert_eq!(after(replay, 0), Some(vec![signal("a"), left(2)]));
}

#[test]
fn the_count_is_bounded_and_giving_one_up_is_noticed() {
    for count in [
        limits::REPLAY_MESSAGES - 1,
        limits::REPLAY_MESSAGES,
        limits::REPLAY_MESSAGES + 1,
    ] {
        let replay = said((0..count).map(|_| left(1)));
        let has_room = count < limits::REPLAY_MESSAGES;
        assert_eq!(replay.has_room_for(&left(1)), has_room, "{count}");
        assert_eq!(
            after(replay, 0).is_some(),
            count <= limits::REPLAY_MESSAGES,
            "{count}"
        );
    }
}

#[test]
fn the_bytes_are_bounded_and_giving_one_up_is_noticed() {
    let room = limits::REPLAY_BYTES - 4 * weight(&signal(""));
    for (last, fits) in [
        (room / 4 - 1, true),
        (room / 4, true),
        (room / 4 + 1, false),
    ] {
        let text = "x".repeat(room / 4);
        let three = (0..3).map(|_| signal(&text));
        let fourth = signal(&"x".repeat(last));
        let mut replay = said(three);
        assert_eq!(replay.has_room_for(&fourth), fits, "{last}");
        replay.record(START, &fourth);
        assert_eq!(after(replay, 0).is_some(), fits, "{last}");
    }
}

#[test]
fn what_is_too_old_is_given_up() {
    let millisecond = Duration::from_millis(1);
    for (age, kept) in [
        (limits::REPLAY_AGE - millisecond, true),
        (limits::REPLAY_AGE, false),
        (limits::REPLAY_AGE + millisecond, false),
    ] {
        let mut replay = said([signal("a")]);
        assert_eq!(replay.replay_after(START + age, 0, &[]).is_some(), kept);
    }
}

#[test]
fn the_numbers_go_on_where_they_were() {
    let mut replay = Replay::after(41);
    assert_eq!(replay.record(START, &signal("a")), 42);
    assert_eq!(after(replay, 41), Some(vec![signal("a")]));
}

#[test]
fn after_a_break_nothing_can_be_said_again_but_the_numbers_go_on() {
    let mut replay = said([signal("a")]);
    replay.break_off();
    assert!(!replay.has_room_for(&signal("b")));
    assert_eq!(replay.record(START, &signal("b")), 2);
    assert_eq!(after(replay, 1), None);
}

/// One socket of a browser: what is said on it, how much of that arrives before it is cut, and
/// what is said while there is none.
#[derive(Clone, Debug)]
struct Visit {
    said: Vec<Saying>,
    /// How many of the messages on this socket arrive.
    arrive: usize,
    /// After how many arrivals the last acknowledgement was made.
    acknowledged: usize,
    meanwhile: Vec<Saying>,
    /// Whether the answer to the return is heard; if not, the browser asks once more.
    answered: bool,
}

#[derive(Clone, Debug)]
enum Saying {
    Signal,
    Arrival,
    Departure,
}

fn saying() -> impl Strategy<Value = Saying> {
    prop_oneof![
        4 => Just(Saying::Signal),
        1 => Just(Saying::Arrival),
        1 => Just(Saying::Departure),
    ]
}

fn visit() -> impl Strategy<Value = Visit> {
    (
        vec(saying(), 0..12),
        0..24_usize,
        0..24_usize,
        vec(saying(), 0..6),
        any::<bool>(),
    )
        .prop_map(|(said, arrive, acknowledged, meanwhile, answered)| Visit {
            said,
            arrive,
            acknowledged: acknowledged.min(arrive),
            meanwhile,
            answered,
        })
}

/// A server that says numbered texts, and a browser that hears a part of them.
#[derive(Default)]
struct Story {
    spoken: u32,
    expected: Vec<ServerMessage>,
    heard: Vec<ServerMessage>,
}

impl Story {
    fn message(&mut self, saying: &Saying) -> ServerMessage {
        match saying {
            Saying::Signal => {
                self.spoken += 1;
                let message = signal(&self.spoken.to_string());
                self.expected.push(message.clone());
                message
            }
            Saying::Arrival => came(9),
            Saying::Departure => left(9),
        }
    }
}

proptest! {
    /// However often the socket is cut, every signal arrives exactly once and in order.
    #[test]
    fn every_signal_arrives_once_and_in_order(visits in vec(visit(), 1..20)) {
        let mut story = Story::default();
        let mut seen = 0;
        let mut replay = Replay::after(0);
        let mut waiting = VecDeque::new();
        for visit in visits {
            for saying in &visit.said {
                let message = story.message(saying);
                waiting.push_back(message);
            }
            for (position, message) in waiting.drain(..).enumerate() {
                let number = replay.record(START, &message);
                if position < visit.arrive {
                    seen = number;
                    story.heard.push(message);
                }
                if position + 1 == visit.acknowledged {
                    replay.acknowledge(number);
                }
            }
            for saying in &visit.meanwhile {
                let message = story.message(saying);
                replay.record(START, &message);
            }
            let again = if visit.answered { 1 } else { 2 };
            for _ in 0..again {
                // A message that was to be said again but was cut off is recorded as unsent.
                for message in waiting.drain(..) {
                    replay.record(START, &message);
                }
                waiting = replay
                    .replay_after(START, seen, &[person(9)])
                    .expect("far below the limits");
                replay = Replay::after(seen);
            }
        }
        story.heard.extend(waiting);
        let is_signal = |message: &ServerMessage| matches!(message, ServerMessage::Signal { .. });
        story.heard.retain(is_signal);
        prop_assert_eq!(story.heard, story.expected);
    }
}
