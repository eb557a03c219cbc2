//! Each bound, at one less, exactly, and one more.

use meeting::id::{InstanceId, ParticipantId, ResumeToken, RoomId};
use meeting::limits;
use meeting::signaling::{ClientMessage, MessageError, SignalPayload};

use crate::examples::{ada, payload};

#[test]
fn a_frame_may_be_as_long_as_the_limit_and_no_longer() {
    const LEAVE: &str = r#"{"type":"leave"}"#;
    let frame = |bytes: usize| LEAVE.to_owned() + &" ".repeat(bytes - LEAVE.len());
    for allowed in [limits::MESSAGE_BYTES - 1, limits::MESSAGE_BYTES] {
        assert!(ClientMessage::parse(&frame(allowed)).is_ok());
    }
    let refused = ClientMessage::parse(&frame(limits::MESSAGE_BYTES + 1));
    assert!(matches!(refused, Err(MessageError::TooLong)));
}

#[test]
fn a_payload_may_be_as_long_as_the_limit_and_no_longer() {
    let carries = |bytes: usize| SignalPayload::try_from("x".repeat(bytes)).is_ok();
    assert!(carries(limits::SIGNAL_PAYLOAD_BYTES - 1));
    assert!(carries(limits::SIGNAL_PAYLOAD_BYTES));
    assert!(!carries(limits::SIGNAL_PAYLOAD_BYTES + 1));
}

#[test]
fn a_payload_that_grows_over_the_limit_by_escaping_is_not_sent() {
    let quotes = payload(&"\"".repeat(limits::SIGNAL_PAYLOAD_BYTES));
    let message = ClientMessage::Signal {
        to: ada().id,
        payload: quotes,
    };
    assert!(matches!(message.to_json(), Err(MessageError::TooLong)));
}

#[test]
fn names_and_ids_are_bounded_at_both_ends() {
    fn accepts<T: std::str::FromStr>(text: &str) -> bool {
        text.parse::<T>().is_ok()
    }
    for (count, accepted) in [
        (2, false),
        (3, true),
        (4, true),
        (63, true),
        (64, true),
        (65, false),
    ] {
        assert_eq!(
            accepts::<RoomId>(&"a".repeat(count)),
            accepted,
            "a room of {count}"
        );
    }
    for (count, accepted) in [(31, false), (32, true), (33, false)] {
        assert_eq!(
            accepts::<ParticipantId>(&"a".repeat(count)),
            accepted,
            "{count} digits"
        );
    }
    for (count, accepted) in [(15, false), (16, true), (17, false)] {
        assert_eq!(
            accepts::<InstanceId>(&"a".repeat(count)),
            accepted,
            "{count} digits"
        );
    }
    for (count, accepted) in [
        (0, false),
        (1, true),
        (255, true),
        (256, true),
        (257, false),
    ] {
        assert_eq!(
            accepts::<ResumeToken>(&"a".repeat(count)),
            accepted,
            "a token of {count}"
        );
    }
}
