//! What one load of the page leaves to the next, so that a reload comes back as the same
//! participant.
//!
//! The note is written when the page goes, and read and forgotten when one comes, in the tab's own
//! storage. A tab that was duplicated finds none, since the page it was copied from is still there: it
//! joins as somebody else instead of taking the seat.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use meeting::chat::ChatEntry;
use meeting::client::ResumeState;
use meeting::devices::Start;
use meeting::id::{DisplayName, RoomId};
use meeting::limits;
use serde::{Deserialize, Serialize};
use web_sys::Storage;

use super::stored_chat;
use crate::clock;
use crate::listener::Listener;
use crate::object::{flag, get, moment, parse, text};

/// What the next load of the page needs. What another version of the page wrote is read as far as
/// it is known; a microphone and a camera it says nothing about are off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    pub(super) name: DisplayName,
    #[serde(rename = "past")]
    pub(super) resume_state: ResumeState,
    /// Which microphone, and whether it was wanted: who was muted stays muted.
    #[serde(default)]
    pub(super) microphone: Start,
    /// Which camera, and whether it was wanted.
    #[serde(default)]
    pub(super) camera: Start,
    /// Which loudspeaker; none is the browser's default.
    #[serde(default)]
    pub(super) speaker: Option<String>,
    /// How many messages of others were not seen yet.
    #[serde(default)]
    pub(super) unread: usize,
    /// The chat, which is kept beside it.
    #[serde(skip)]
    pub(super) chat: Arc<Vec<Arc<ChatEntry>>>,
    /// What is being written, which is kept beside it, too: it may be longer than there is room.
    #[serde(skip)]
    pub(super) draft: String,
    /// When the page went, in milliseconds since 1970.
    pub(super) at: u64,
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
                    stored_chat::leave(&room, &note.chat, &note.draft);
                }
            })
        });
        Self {
            note,
            _listener: listener,
        }
    }

    /// Sets what would be left now; nothing before somebody asks to join and after they left.
    pub(super) fn set(&self, note: Option<Note>) {
        self.note.replace(note);
    }
}

/// Somebody whose page was loaded again: what the lobby needs to know of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Returning {
    pub(super) name: DisplayName,
    pub(super) microphone: Start,
    pub(super) camera: Start,
    pub(super) speaker: Option<String>,
}

/// Looks at the note that an earlier load of this page left for this room, and leaves it there.
pub(super) fn look(room: &RoomId) -> Option<Returning> {
    let text = storage()?.get_item(&key(room)).ok()??;
    Returning::read(&text, clock::time_of_day())
}

impl Returning {
    fn read(note: &str, now: u64) -> Option<Self> {
        let note = parse(note);
        // Later than this it is not a reload but somebody who comes back, and wants to be asked.
        let age = Duration::from_millis(now.saturating_sub(moment(&note, "at")?));
        if age > limits::GRACE {
            return None;
        }
        let start = |name| {
            let start = get(&note, name);
            Start {
                on: flag(&start, "on").unwrap_or(false),
                device: text(&start, "device"),
            }
        };
        Some(Self {
            name: text(&note, "name")?.try_into().ok()?,
            microphone: start("microphone"),
            camera: start("camera"),
            speaker: text(&note, "speaker"),
        })
    }
}

/// Takes the note. It is good for one call only.
pub(super) fn take(room: &RoomId) -> Option<Note> {
    let text = storage()?.get_item(&key(room)).ok()??;
    forget(room);
    serde_json::from_str(&text).ok()
}

/// Forgets the note.
pub(super) fn forget(room: &RoomId) {
    if let Some(storage) = storage() {
        // A storage that can be read can be written.
        drop(storage.remove_item(&key(room)));
    }
}

fn leave(key: &str, note: &Note) {
    // A tab without storage comes back as a newcomer.
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(note)) {
        drop(storage.set_item(key, &text));
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
    use meeting::id::{Attempt, TabId};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn note() -> Note {
        let start = |on, device: &str| Start {
            on,
            device: Some(device.to_owned()),
        };
        Note {
            name: "Ada \"Countess\" Lovelace".to_owned().try_into().unwrap(),
            resume_state: ResumeState {
                attempt: Attempt {
                    tab: TabId::from_random(7),
                    number: 3,
                },
                token: Some("a.b-c".parse().unwrap()),
            },
            microphone: start(false, "third microphone"),
            camera: start(true, "third camera"),
            speaker: Some("third speaker".to_owned()),
            unread: 3,
            chat: Arc::default(),
            draft: String::new(),
            at: 1_795_000_000_000,
        }
    }

    fn read(text: &str) -> Option<Note> {
        serde_json::from_str(text).ok()
    }

    #[test]
    fn a_note_is_read_as_it_was_written() {
        let text = serde_json::to_string(&note()).unwrap();
        assert_eq!(read(&text), Some(note()));
        assert_eq!(read("12\non"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn a_note_of_another_version_is_read_as_far_as_it_is_known() {
        let mut value = serde_json::to_value(note()).unwrap();
        let fields = value.as_object_mut().unwrap();
        for field in ["microphone", "camera", "speaker", "unread"] {
            fields.remove(field);
        }
        fields.insert("lamp".to_owned(), true.into());
        let read = read(&value.to_string()).unwrap();
        assert_eq!(read.resume_state, note().resume_state);
        assert_eq!(read.microphone, Start::any(false), "nobody is unmuted");
        assert_eq!(read.speaker, None);
        assert_eq!(read.unread, 0);
    }

    #[cfg(target_arch = "wasm32")]
    #[wasm_bindgen_test]
    fn the_lobby_reads_of_a_note_what_it_needs_as_long_as_it_is_a_reload() {
        let text = serde_json::to_string(&note()).unwrap();
        let grace = u64::try_from(limits::GRACE.as_millis()).unwrap();
        let read = Returning::read(&text, note().at + grace).unwrap();
        assert_eq!(read.name, note().name);
        assert_eq!(read.microphone, note().microphone);
        assert_eq!(read.camera, note().camera);
        assert_eq!(read.speaker, note().speaker);
        assert_eq!(Returning::read(&text, note().at + grace + 1), None);
    }

    #[cfg(target_arch = "wasm32")]
    #[wasm_bindgen_test]
    fn the_lobby_reads_a_note_of_another_version_as_far_as_it_is_known() {
        let read = Returning::read(r#"{"name": "Ada", "at": 17, "lamp": true}"#, 17).unwrap();
        assert_eq!(read.microphone, Start::any(false), "nobody is unmuted");
        assert_eq!(read.speaker, None);
        for nonsense in [
            "",
            "17",
            "null",
            r#"{"at": 17}"#,
            r#"{"name": "", "at": 17}"#,
        ] {
            assert_eq!(Returning::read(nonsense, 17), None);
        }
    }
}
