//! The rooms this browser was in lately, kept as one line of text: room names do not contain
//! spaces.

use meeting::id::RoomId;

/// Where the line is stored.
pub(crate) const KEY: &str = "rotunda.recent";

/// How many rooms are worth remembering.
const KEPT: usize = 5;

/// Reads the rooms, the newest first, each once. What is not a room name is skipped.
pub(crate) fn read(line: &str) -> Vec<RoomId> {
    let mut rooms = Vec::new();
    for room in line.split_whitespace().filter_map(|word| word.parse().ok()) {
        if rooms.len() < KEPT && !rooms.contains(&room) {
            rooms.push(room);
        }
    }
    rooms
}

/// The line with one more room, which becomes the newest.
pub(crate) fn with_room(line: &str, room: &RoomId) -> String {
    let older = read(line);
    let others = older
        .iter()
        .filter(|&other| other != room)
        .map(RoomId::as_str);
    let rooms: Vec<&str> = std::iter::once(room.as_str())
        .chain(others)
        .take(KEPT)
        .collect();
    rooms.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(name: &str) -> RoomId {
        name.parse().unwrap()
    }

    #[test]
    fn the_newest_room_comes_first_and_only_once() {
        let line = ["aaa", "bbb", "aaa"]
            .iter()
            .fold(String::new(), |line, &name| with_room(&line, &room(name)));
        assert_eq!(line, "aaa bbb");
    }

    #[test]
    fn old_rooms_are_forgotten() {
        let line = (0..9).fold(String::new(), |line, n| {
            with_room(&line, &room(&format!("room-{n}")))
        });
        assert_eq!(read(&line).first(), Some(&room("room-8")));
        assert_eq!(read(&line).len(), KEPT);
    }

    #[test]
    fn a_damaged_line_costs_only_what_is_damaged() {
        assert_eq!(read("aaa <script> x bbb"), [room("aaa"), room("bbb")]);
    }

    #[test]
    fn a_room_that_was_kept_under_several_spellings_is_there_once() {
        assert_eq!(read("AAA aaa Bbb Aaa"), [room("aaa"), room("bbb")]);
    }
}
