//! What one load of the page leaves to the next, so that a reload comes back as the same
//! participant.
//!
//! The note is written when the page goes and taken when one comes, in the tab's own storage. A
//! tab that was duplicated finds none, since the page it was copied from is still there: it joins
//! as somebody else instead of taking the place.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use meeting::client::{ChatEntry, Past};
use meeting::id::{Attempt, DisplayName, ResumeToken, RoomId};
use meeting::limits;
use web_sys::Storage;

use super::kept_chat;
use crate::clock;
use crate::listener::Listener;

/// What the next load of the page needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) name: DisplayName,
    pub(super) past: Past,
    /// Whether the microphone was wanted: who was muted stays muted.
    pub(super) microphone: bool,
    /// Whether the camera was wanted.
    pub(super) camera: bool,
    /// The conversation, which is kept beside it.
    pub(super) chat: Arc<Vec<Arc<ChatEntry>>>,
    /// When the page went, in milliseconds since 1970.
    pub(super) at: u64,
}

impl Note {
    /// A line for each thing; none of them has line ends in it.
    fn write(&self) -> String {
        let flag = |on| if on { "on" } else { "off" };
        let (at, number) = (self.at.to_string(), self.past.attempt.number.to_string());
        let lines = [
            at.as_str(),
            flag(self.microphone),
            flag(self.camera),
            self.past.attempt.tab.as_str(),
            number.as_str(),
            self.past.token.as_ref().map_or("", ResumeToken::as_str),
            self.name.as_str(),
        ];
        lines.join("\n")
    }

    fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        Some(Self {
            at: lines.next()?.parse().ok()?,
            chat: Arc::default(),
            microphone: lines.next()? == "on",
            camera: lines.next()? == "on",
            past: Past {
                attempt: Attempt {
                    tab: lines.next()?.parse().ok()?,
                    number: lines.next()?.parse().ok()?,
                },
                token: lines.next()?.parse().ok(),
            },
            name: lines.next()?.to_owned().try_into().ok()?,
        })
    }
}

/// Leaves a note when the page goes.
#[derive(Debug)]
pub(super) struct Handover {
    note: Rc<RefCell<Option<Note>>>,
    _listener: Option<Listener>,
}

impl Handover {
    pub(super) fn new(room: &RoomId) -> Self {
        let note: Rc<RefCell<Option<Note>>> = Rc::default();
        let (left, room, key) = (Rc::clone(&note), room.clone(), key(room));
        let listener = web_sys::window().map(|window| {
            Listener::new(&window, "pagehide", move |_| {
                if let Some(note) = left.borrow_mut().as_mut() {
                    note.at = clock::time_of_day();
                    leave(&key, note);
                    kept_chat::leave(&room, &note.chat);
                }
            })
        });
        Self {
            note,
            _listener: listener,
        }
    }

    /// Sets what would be left now; nothing before somebody asks to join and after he left.
    pub(super) fn set(&self, note: Option<Note>) {
        self.note.replace(note);
    }
}

/// Takes the note that an earlier load of this page left for this room.
pub(super) fn take(room: &RoomId) -> Option<Note> {
    let (storage, key) = (storage()?, key(room));
    let text = storage.get_item(&key).ok()??;
    // It is good for one load only. A storage that can be read can be written.
    drop(storage.remove_item(&key));
    let note = Note::read(&text)?;
    // Later than this it is not a reload but somebody who comes back, and wants to be asked.
    let age = Duration::from_millis(clock::time_of_day().saturating_sub(note.at));
    (age <= limits::GRACE).then_some(note)
}

fn leave(key: &str, note: &Note) {
    // A tab without storage comes back as a newcomer.
    if let Some(storage) = storage() {
        drop(storage.set_item(key, &note.write()));
    }
}

fn key(room: &RoomId) -> String {
    ["rotunda.session.", room.as_str()].concat()
}

pub(super) fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use meeting::id::TabId;

    use super::*;

    #[test]
    fn a_note_is_read_as_it_was_written() {
        let note = Note {
            name: "Ada Lovelace".to_owned().try_into().unwrap(),
            past: Past {
                attempt: Attempt {
                    tab: TabId::from_random(7),
                    number: 3,
                },
                token: Some("a.b-c".parse().unwrap()),
            },
            microphone: false,
            camera: true,
            chat: Arc::default(),
            at: 1_795_000_000_000,
        };
        assert_eq!(Note::read(&note.write()), Some(note));
        assert_eq!(Note::read("12\non"), None);
        assert_eq!(Note::read(""), None);
    }
}
