//! Beginning where the page before left off, and leaving off where the next one may begin.

use meeting::client::{Action, Status};
use meeting::devices::Device;

use super::Driver;
use super::handover::Note;
use super::stored_chat::{self, StoredChat};
use crate::clock;
use crate::view::Update;

impl Driver {
    /// Goes on with the chat where the page before left off, with so many messages of others not seen
    /// yet.
    pub(super) fn restore_chat(&mut self, unread: usize) {
        let StoredChat { entries, draft } = stored_chat::take(&self.local.room);
        self.chat_view.keep(draft.clone(), unread);
        self.chat_view.count_unread();
        self.local.update(Update::Draft(draft));
        self.client.restore_chat(entries);
        while let Some(Action::ShowChat(change)) = self.client.poll_action() {
            self.chat_view.restore(change);
        }
    }

    /// What a reload would need to come back.
    pub(super) fn note(&self) -> Option<Note> {
        let resume_state = match self.client.status() {
            Status::Ended(_) => return None,
            // The server may have let this page in, and the answer be lost.
            Status::Joining(_) | Status::Joined | Status::Away(_) => self.client.resume_state(),
        };
        Some(Note {
            name: self.client.name().clone(),
            resume_state,
            microphone: self.local.media.as_start(Device::Microphone),
            camera: self.local.media.as_start(Device::Camera),
            speaker: self.local.speaker.as_preference(),
            unread: self.chat_view.unread(),
            chat: self.chat_view.entries(),
            draft: self.chat_view.draft().to_owned(),
            at: clock::time_of_day(),
        })
    }
}
