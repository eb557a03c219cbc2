//! Each message has one form. What a newer version adds to it is ignored, and nothing else near it
//! is accepted.

use std::fmt::Debug;

use meeting::signaling::{
    ClientMessage, LeaveReason, Presence, Resumption, Sequenced, ServerMessage, Undeliverable,
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
fn an_unknown_field_is_ignored_wherever_it_is() {
    for (message, frame) in client_messages() {
        for altered in with_a_field_more(frame) {
            let read = ClientMessage::parse(&altered);
            assert_eq!(read.unwrap(), message, "{altered}");
        }
    }
    for (message, frame) in server_messages() {
        for altered in with_a_field_more(frame) {
            let read = Sequenced::parse(&altered);
            assert_eq!(read.unwrap().message, message, "{altered}");
        }
    }
}

#[test]
fn a_message_of_an_unknown_type_is_known_for_what_it_is() {
    let wave = ClientMessage::parse(r#"{"type":"wave","hand":{"left":true}}"#);
    assert_eq!(wave.unwrap(), ClientMessage::Unknown);
    let wave = Sequenced::parse(r#"{"seq":3,"message":{"type":"wave","hand":{"left":true}}}"#);
    let unknown = Sequenced {
        seq: 3,
        message: ServerMessage::Unknown,
    };
    assert_eq!(wave.unwrap(), unknown);
    for no_type in ["7", "null", "{}", "[]", r#"{"wave":1}"#] {
        let frame = format!(r#"{{"type":{no_type}}}"#);
        assert!(ClientMessage::parse(&frame).is_err(), "{frame}");
        let frame = format!(r#"{{"seq":3,"message":{frame}}}"#);
        assert!(Sequenced::parse(&frame).is_err(), "{frame}");
    }
}

/// They stand for what comes nearest, so that a newer server hides nobody and nothing.
#[test]
fn a_word_of_a_newer_server_does_no_harm() {
    for (message, frame) in server_messages() {
        for (word, nearest) in [
            ("presence", r#""connected""#),
            ("reason", ""),
            ("code", r#""unknown""#),
        ] {
            let mut newer: serde_json::Value = serde_json::from_str(frame).unwrap();
            let message = match &message {
                ServerMessage::ParticipantChanged { .. } => &mut newer["message"]["participant"],
                _ => &mut newer["message"],
            };
            let Some(value) = message.get_mut(word) else {
                continue;
            };
            *value = "dreaming".into();
            let read = Sequenced::parse(&newer.to_string()).unwrap();
            assert_ne!(read.message, ServerMessage::Unknown, "{newer}");
            assert!(read.to_json().unwrap().contains(nearest), "{newer}");
            let message = match &read.message {
                ServerMessage::ParticipantChanged { .. } => &mut newer["message"]["participant"],
                _ => &mut newer["message"],
            };
            message[word] = 7.into();
            assert!(Sequenced::parse(&newer.to_string()).is_err(), "{newer}");
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
