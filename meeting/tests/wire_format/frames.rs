//! Each message has one form, and nothing near it is accepted.

use std::fmt::Debug;

use meeting::signaling::{
    ClientMessage, LeaveReason, Presence, Resumption, Sequenced, Undeliverable,
};

use crate::examples::{client_messages, server_messages};

#[test]
fn each_message_of_a_browser_has_its_one_form() {
    for (message, frame) in client_messages() {
        assert_eq!(message.to_json().unwrap(), frame);
        assert_eq!(ClientMessage::parse(frame).unwrap(), message);
    }
}

#[test]
fn each_message_of_the_server_has_its_one_form() {
    for (message, frame) in server_messages() {
        let sequenced = Sequenced { seq: 3, message };
        assert_eq!(sequenced.to_json().unwrap(), frame);
        assert_eq!(Sequenced::parse(frame).unwrap(), sequenced);
    }
}

#[test]
fn the_words_of_a_value_have_their_one_form() {
    let word =
        |value: &dyn Debug, json: serde_json::Result<String>| (format!("{value:?}"), json.unwrap());
    macro_rules! words {
        ($($value:expr => $word:literal),+ $(,)?) => {
            $({
                let (value, json) = word(&$value, serde_json::to_string(&$value));
                assert_eq!(json, concat!("\"", $word, "\""), "{value}");
            })+
        };
    }
    words! {
        Resumption::Fresh => "fresh",
        Resumption::Replayed => "replayed",
        Resumption::Snapshot => "snapshot",
        Presence::Connected => "connected",
        Presence::Reconnecting => "reconnecting",
        Presence::Unloaded => "unloaded",
        LeaveReason::Left => "left",
        LeaveReason::Lost => "lost",
        LeaveReason::Removed => "removed",
        Undeliverable::NotInRoom => "not_in_room",
        Undeliverable::Reconnecting => "reconnecting",
        Undeliverable::Unreachable => "unreachable",
    }
}

/// Every object of a frame, with another field added to it.
fn with_a_field_more(frame: &str) -> Vec<String> {
    let objects = frame.match_indices('{').map(|(start, _)| start + 1);
    let comma = |start: usize| {
        if frame[start..].starts_with('}') {
            ""
        } else {
            ","
        }
    };
    objects
        .map(|start| {
            format!(
                "{}\"extra\":1{}{}",
                &frame[..start],
                comma(start),
                &frame[start..]
            )
        })
        .collect()
}

/// A frame with each of its fields in turn given twice.
fn with_a_field_twice(frame: &str) -> Vec<String> {
    let value: serde_json::Value = serde_json::from_str(frame).unwrap();
    let fields = value.as_object().unwrap().iter();
    fields
        .map(|(field, value)| format!("{{\"{field}\":{value},{}", frame.trim_start_matches('{')))
        .collect()
}

#[test]
fn an_unknown_field_is_refused_wherever_it_is() {
    for (_, frame) in client_messages() {
        for altered in with_a_field_more(frame) {
            assert!(ClientMessage::parse(&altered).is_err(), "{altered}");
        }
    }
    for (_, frame) in server_messages() {
        for altered in with_a_field_more(frame) {
            assert!(Sequenced::parse(&altered).is_err(), "{altered}");
        }
    }
}

#[test]
fn a_doubled_field_is_refused() {
    for (_, frame) in client_messages() {
        for altered in with_a_field_twice(frame) {
            assert!(ClientMessage::parse(&altered).is_err(), "{altered}");
        }
    }
    for (_, frame) in server_messages() {
        for altered in with_a_field_twice(frame) {
            assert!(Sequenced::parse(&altered).is_err(), "{altered}");
        }
    }
}

#[test]
fn a_missing_field_is_refused() {
    for frame in [
        r#"{"type":"join","room":"abc","name":"Ada","instance":"00000000000000aa"}"#,
        r#"{"type":"signal","to":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"}"#,
        r#"{"type":"ping"}"#,
        r#"{"ack":1}"#,
        r#"{"type":"join","versions":[1],"room":"abc","name":"Ada","instance":"00000000000000aa","resume":{"seen":1}}"#,
    ] {
        assert!(ClientMessage::parse(frame).is_err(), "{frame}");
    }
}
