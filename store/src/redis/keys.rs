//! The names of keys and channels.
//!
//! | name | what |
//! |---|---|
//! | `meeting-room::{room}` | hash: the roster, participant id → [entry](super::record::Entry) |
//! | `meeting-room::{room}:state` | hash: `born`, `sequence`, and `capacity` if it is of its own |
//! | `meeting-room::{room}:removed` | hash: who was sent away lately, participant id → generation |
//! | `meeting-room::{room}:events` | channel: [what happens in the room](super::record::RoomRecord) |
//! | `meeting-server::{server}` | channel: [what is for one server](super::record::Note) |
//! | `meeting-servers` | sorted set: servers by their last beat |
//!
//! The braces are part of the names: a Redis Cluster keeps names with the same text in braces
//! together, so that a script may touch them at once.

use meeting::id::RoomId;

use super::record::ServerId;

pub(super) const SERVERS: &str = "meeting-servers";

const ROOM: &str = "meeting-room::{";
const EVENTS: &str = "}:events";

pub(super) fn roster(room: &RoomId) -> String {
    format!("{ROOM}{room}}}")
}

pub(super) fn state(room: &RoomId) -> String {
    format!("{ROOM}{room}}}:state")
}

pub(super) fn events(room: &RoomId) -> String {
    format!("{ROOM}{room}{EVENTS}")
}

/// A pattern for the rosters of all rooms.
pub(super) fn every_roster() -> String {
    format!("{ROOM}*}}")
}

/// The room of this roster.
pub(super) fn room_of_roster(name: &str) -> Option<RoomId> {
    name.strip_prefix(ROOM)?.strip_suffix('}')?.parse().ok()
}

/// The room whose events come on this channel.
pub(super) fn room_of_events(channel: &str) -> Option<RoomId> {
    channel
        .strip_prefix(ROOM)?
        .strip_suffix(EVENTS)?
        .parse()
        .ok()
}

pub(super) fn server_channel(server: &ServerId) -> String {
    format!("meeting-server::{{{server}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_a_room_lead_back_to_the_room() {
        let room: RoomId = "abc-defg-hij".parse().unwrap();
        assert_eq!(events(&room), "meeting-room::{abc-defg-hij}:events");
        assert_eq!(room_of_events(&events(&room)), Some(room.clone()));
        assert_eq!(room_of_events(&roster(&room)), None);
        assert_eq!(room_of_roster(&roster(&room)), Some(room.clone()));
        assert_eq!(room_of_roster(&state(&room)), None);
    }
}
