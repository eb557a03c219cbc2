//! What crosses the wires, and the names in it: whatever is read is within its bounds, and reads
//! the same when it is written again.

use std::fmt::Debug;

use meeting::conversation::Attributed;
use meeting::delivery::Parcel;
use meeting::files::{FileMessage, FileName};
use meeting::id::{DisplayName, RoomId};
use meeting::limits;
use meeting::signaling::{ClientMessage, MessageError, Sequenced, SignalPayload};

/// What was read reads the same when it is written, unless writing makes it too long.
fn stays<T: Debug + PartialEq>(
    message: &T,
    written: Result<String, MessageError>,
    read: impl Fn(&str) -> Result<T, MessageError>,
) {
    if let Ok(text) = written {
        let again = read(&text);
        assert!(again.is_ok_and(|again| again == *message), "{text}");
    }
}

/// A frame of a browser.
pub fn client_message(text: &str) {
    if let Ok(message) = ClientMessage::parse(text) {
        assert!(text.len() <= limits::MESSAGE_BYTES);
        stays(&message, message.to_json(), ClientMessage::parse);
    }
}

/// A frame of the server.
pub fn server_message(text: &str) {
    if let Ok(message) = Sequenced::parse(text) {
        stays(&message, message.to_json(), Sequenced::parse);
    }
}

/// A message on a data channel.
pub fn conversation_message(text: &str) {
    if let Ok(message) = Attributed::parse(text) {
        assert!(text.len() <= limits::CONVERSATION_BYTES);
        stays(&message, message.to_json(), Attributed::parse);
    }
}

/// A message on a file channel.
pub fn file_message(bytes: &[u8]) {
    if let Ok(message) = FileMessage::parse(bytes) {
        if let FileMessage::Data(data) = message {
            assert!(data.bytes.len() <= limits::FILE_DATA_BYTES);
        }
        let written = message.to_bytes();
        assert!(bytes.starts_with(&written));
        assert_eq!(FileMessage::parse(&written), Ok(message));
    }
}

/// What a file is called.
pub fn file_name(text: &str) {
    let name = FileName::from(text.to_owned());
    let shown = name.as_str();
    assert!((1..=limits::FILE_NAME_BYTES).contains(&shown.len()));
    assert!(!shown.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']));
    assert!(!shown.chars().any(char::is_control));
    assert!(shown != "." && !shown.ends_with(['.', ' ']));
    assert_eq!(FileName::from(shown.to_owned()), name);
}

/// What is inside a signal.
pub fn parcel(text: &str) {
    let read = |text: &str| Parcel::parse(&SignalPayload::try_from(text.to_owned())?);
    if let Ok(parcel) = read(text) {
        assert!(text.len() <= limits::SIGNAL_PAYLOAD_BYTES);
        stays(&parcel, parcel.to_payload().map(String::from), read);
    }
}

/// What somebody wants to be called.
pub fn display_name(text: &str) {
    if let Ok(name) = DisplayName::try_from(text.to_owned()) {
        assert!(!name.as_str().trim().is_empty());
        assert!(name.as_str().chars().count() <= limits::DISPLAY_NAME_CHARS);
        assert!(!name.as_str().chars().any(char::is_control));
        let again = DisplayName::try_from(name.as_str().to_owned());
        assert_eq!(again.as_ref(), Ok(&name));
    }
}

/// Where somebody wants to go.
pub fn room_id(text: &str) {
    let rooms = [
        text.parse::<RoomId>(),
        RoomId::from_path(text),
        RoomId::from_code_or_link(text),
    ];
    for room in rooms.into_iter().flatten() {
        let name = room.as_str();
        assert!((limits::ROOM_ID_MIN..=limits::ROOM_ID_MAX).contains(&name.len()));
        assert_eq!(name, name.to_ascii_lowercase());
        let in_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        assert!(name.bytes().all(in_name));
        for again in [
            name.parse::<RoomId>(),
            RoomId::from_path(name),
            RoomId::from_code_or_link(name),
            RoomId::from_code_or_link(&format!("https://meet.example/{name}.")),
        ] {
            assert_eq!(again.as_ref(), Ok(&room));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus;

    #[test]
    fn every_text_of_the_corpus_is_read_within_bounds_and_the_same_again() {
        corpus::each("client_message", client_message);
        corpus::each("server_message", server_message);
        corpus::each("conversation_message", conversation_message);
        corpus::each_bytes("file_message", file_message);
        corpus::each("file_name", file_name);
        corpus::each("parcel", parcel);
        corpus::each("display_name", display_name);
        corpus::each("room_id", room_id);
    }
}
