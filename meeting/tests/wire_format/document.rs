//! `docs/protocol.md` tells of every message and every code.

use meeting::signaling::{ClientMessage, ErrorCode, ServerMessage};

use crate::examples::{client_messages, server_messages};

const PROTOCOL: &str = include_str!("../../../docs/protocol.md");

/// The name of the heading. Without a wildcard, so that a new message is missed here first.
pub(crate) fn heading_of_client(message: &ClientMessage) -> Option<&'static str> {
    Some(match message {
        ClientMessage::Join(_) => "join",
        ClientMessage::Signal { .. } => "signal",
        ClientMessage::Ping { .. } => "ping",
        ClientMessage::Leave {} => "leave",
        ClientMessage::Unknown => return None,
    })
}

/// The name of the heading. Without a wildcard, so that a new message is missed here first.
pub(crate) fn heading_of_server(message: &ServerMessage) -> Option<&'static str> {
    Some(match message {
        ServerMessage::Joined(_) => "joined",
        ServerMessage::ParticipantJoined { .. } => "participant_joined",
        ServerMessage::ParticipantChanged { .. } => "participant_changed",
        ServerMessage::ParticipantLeft { .. } => "participant_left",
        ServerMessage::Signal { .. } => "signal",
        ServerMessage::Undeliverable { .. } => "undeliverable",
        ServerMessage::IceServers(_) => "ice_servers",
        ServerMessage::GoingAway { .. } => "going_away",
        ServerMessage::Error { .. } => "error",
        ServerMessage::Pong {} => "pong",
        ServerMessage::Unknown => return None,
    })
}

/// The error code that follows in the list; a new one has to be put into the row.
fn after(code: ErrorCode) -> Option<ErrorCode> {
    Some(match code {
        ErrorCode::BadMessage => ErrorCode::TooLong,
        ErrorCode::TooLong => ErrorCode::UnsupportedVersion,
        ErrorCode::UnsupportedVersion => ErrorCode::OutOfPlace,
        ErrorCode::OutOfPlace => ErrorCode::JoinTimeout,
        ErrorCode::JoinTimeout => ErrorCode::RoomFull,
        ErrorCode::RoomFull => ErrorCode::ResumeRefused,
        ErrorCode::ResumeRefused => ErrorCode::Replaced,
        ErrorCode::Replaced => ErrorCode::RateLimited,
        ErrorCode::RateLimited => ErrorCode::TooSlow,
        ErrorCode::TooSlow => ErrorCode::Silent,
        ErrorCode::Silent => ErrorCode::Unavailable,
        ErrorCode::Unavailable => ErrorCode::GoingAway,
        ErrorCode::GoingAway => ErrorCode::Removed,
        ErrorCode::Removed => ErrorCode::UnknownType,
        ErrorCode::UnknownType | ErrorCode::Unknown => return None,
    })
}

/// The part of the document under a heading of the second level.
pub(crate) fn section(title: &str) -> &'static str {
    let (_, rest) = PROTOCOL.split_once(&format!("\n## {title}\n")).unwrap();
    rest.split("\n## ").next().unwrap()
}

#[test]
fn the_document_has_a_heading_for_each_message() {
    for (message, frame) in client_messages() {
        let name = heading_of_client(&message).unwrap();
        assert!(
            frame.starts_with(&format!("{{\"type\":\"{name}\"")),
            "{frame}"
        );
        assert!(
            section("From the browser").contains(&format!("### `{name}`\n")),
            "{name}"
        );
    }
    for (message, frame) in server_messages() {
        let name = heading_of_server(&message).unwrap();
        assert!(
            frame.contains(&format!("\"message\":{{\"type\":\"{name}\"")),
            "{frame}"
        );
        assert!(
            section("From the server").contains(&format!("### `{name}`\n")),
            "{name}"
        );
    }
}

#[test]
fn the_document_has_a_row_for_each_error_code_with_its_close_code() {
    let rows: Vec<_> = section("Error codes").lines().collect();
    let codes = std::iter::successors(Some(ErrorCode::BadMessage), |code| after(*code));
    for code in codes {
        let name = serde_json::to_string(&code).unwrap().replace('"', "`");
        let row = rows
            .iter()
            .find(|row| row.starts_with(&format!("| {name} |")));
        let row = row.unwrap_or_else(|| panic!("no row for {name}"));
        let close = code
            .close_code()
            .map_or("none".to_owned(), |code| code.as_u16().to_string());
        assert!(
            row.contains(&format!("| {close}")),
            "{close} is not in {row}"
        );
    }
}
