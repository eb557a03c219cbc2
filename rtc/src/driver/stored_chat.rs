//! The chat through a load of the page. Nobody else may be there to give it back.

use std::sync::Arc;

use meeting::chat::ChatEntry;
use meeting::id::RoomId;
use meeting::limits;

use super::handover::storage;

const CHAT: &str = "rotunda.chat.";
const DRAFT: &str = "rotunda.draft.";

/// What is kept of the chat at most, in bytes; browsers give a tab some five megabytes.
const BYTES: usize = 1024 * 1024;

/// What was kept.
#[derive(Debug)]
pub(super) struct StoredChat {
    /// What was written.
    pub(super) entries: Vec<ChatEntry>,
    /// What is being written.
    pub(super) draft: String,
}

/// Keeps the newest messages, and what is being written, for the next load of the page in this tab.
pub(super) fn leave(room: &RoomId, chat: &[Arc<ChatEntry>], draft: &str) {
    // A tab without storage, or without room in it, gets the chat from the others.
    if let Some(storage) = storage() {
        drop(storage.set_item(&key(CHAT, room), &write(chat)));
        drop(storage.set_item(&key(DRAFT, room), draft));
    }
}

/// Takes what was kept. It is good for one load only.
pub(super) fn take(room: &RoomId) -> StoredChat {
    StoredChat {
        entries: read(&take_item(&key(CHAT, room))),
        draft: take_item(&key(DRAFT, room)),
    }
}

/// Forgets what was kept.
pub(super) fn forget(room: &RoomId) {
    for kind in [CHAT, DRAFT] {
        drop(take_item(&key(kind, room)));
    }
}

fn take_item(key: &str) -> String {
    let storage = storage();
    let text = storage
        .as_ref()
        .and_then(|storage| storage.get_item(key).ok().flatten());
    // A storage that can be read can be written.
    drop(storage.map(|storage| storage.remove_item(key)));
    text.unwrap_or_default()
}

/// A line for each message: one that cannot be read costs no other.
fn write(chat: &[Arc<ChatEntry>]) -> String {
    let mut left = BYTES;
    let newest = chat.iter().rev().map_while(|entry| {
        let line = serde_json::to_string(&**entry).ok()?;
        left = left.checked_sub(line.len() + 1)?;
        Some(line)
    });
    let mut lines: Vec<String> = newest.collect();
    lines.reverse();
    lines.join("\n")
}

fn read(text: &str) -> Vec<ChatEntry> {
    let entries = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    entries
        .filter(|entry: &ChatEntry| entry.message.text.len() <= limits::CHAT_BYTES)
        .collect()
}

fn key(kind: &str, room: &RoomId) -> String {
    [kind, room.as_str()].concat()
}

#[cfg(test)]
pub(super) mod tests {
    use meeting::conversation::ChatMessage;
    use meeting::id::{InstanceId, ParticipantId};

    use super::*;

    /// What Ada wrote as this number.
    pub(in crate::driver) fn entry(number: u64, text: &str) -> Arc<ChatEntry> {
        Arc::new(ChatEntry {
            key: 0,
            author: ParticipantId::from_bytes([1; 16]),
            instance: InstanceId::from_random(1),
            name: "Ada".to_owned().try_into().unwrap(),
            mine: true,
            message: ChatMessage {
                number,
                clock: number + 1,
                at: 1,
                text: text.to_owned(),
            },
            position: number + 1,
            source: ParticipantId::from_bytes([1; 16]),
            passed_on_by: None,
        })
    }

    #[test]
    fn a_chat_is_read_as_it_was_written_whatever_stands_in_it() {
        let chat = [entry(0, "one\ntwo \u{2028} \"three\""), entry(1, "\\n")];
        let read: Vec<_> = read(&write(&chat)).into_iter().map(Arc::new).collect();
        assert_eq!(read, chat);
    }

    #[test]
    fn what_is_damaged_costs_no_other_message() {
        let text = format!("{{\n{}\n17", write(&[entry(0, "one")]));
        assert_eq!(read(&text).len(), 1);
        assert!(read("").is_empty());
    }

    #[test]
    fn of_too_much_the_newest_is_kept() {
        let long = "x".repeat(limits::CHAT_BYTES);
        let chat: Vec<_> = (0..1000).map(|number| entry(number, &long)).collect();
        let text = write(&chat);
        assert!(text.len() <= BYTES);
        let read = read(&text);
        assert!(read.len() > 200);
        assert_eq!(read.last().map(|it| it.message.number), Some(999));
    }
}
