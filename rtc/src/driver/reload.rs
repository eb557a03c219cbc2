//! Beginning where the page before left off, and leaving off where the next one may begin.

use meeting::client::Status;
use meeting::devices::{Device, Start, speaker};

use super::handover::Note;
use super::{Driver, handover, remembered, stored_chat, wanted};
use crate::clock;
use crate::files::KeptFiles;
use crate::view::{Notice, RecordingNotice, Update};

impl Driver {
    /// A reloaded page goes on where the page before it was; any other waits to be told.
    pub(super) fn begin(&mut self) {
        match handover::take(&self.room) {
            None => {
                // What another visit left is nothing to this one.
                drop(stored_chat::take(&self.room));
                self.files.begin(KeptFiles::default());
                let (devices, wanted) = (remembered::get(), wanted::get());
                let start = |on, device| Start { on, device };
                self.use_devices(
                    &start(wanted.microphone, devices.microphone),
                    &start(wanted.camera, devices.camera),
                    devices.speaker,
                );
            }
            Some(note) => {
                self.use_devices(&note.microphone, &note.camera, note.speaker);
                let kept = stored_chat::take(&self.room);
                self.chat_view.keep(kept.draft.clone(), note.unread);
                self.chat_view.count_unread();
                (self.on_update)(Update::Draft(kept.draft));
                if note.recording {
                    self.tell(Notice::Recording(RecordingNotice::Interrupted));
                }
                self.join(note.name, Some(note.resume_state), kept.entries);
                self.files.begin(note.files);
            }
        }
    }

    fn use_devices(&mut self, microphone: &Start, camera: &Start, speaker: Option<String>) {
        self.feed_speaker(speaker::Input::Prefer(speaker));
        self.local_media.begin(microphone, camera);
    }

    /// What a reload would need to come back.
    pub(super) fn note(&self) -> Option<Note> {
        let client = self.client.as_ref()?;
        let resume_state = match client.status() {
            Status::Ended(_) => return None,
            // The server may have let this page in, and the answer be lost.
            Status::Joining(_) | Status::Joined | Status::Away(_) => client.resume_state(),
        };
        Some(Note {
            name: client.name().clone(),
            resume_state,
            microphone: self.local_media.as_start(Device::Microphone),
            camera: self.local_media.as_start(Device::Camera),
            speaker: self.speaker.as_preference(),
            unread: self.chat_view.unread(),
            files: self.files.keep(),
            chat: self.chat_view.entries(),
            draft: self.chat_view.draft().clone(),
            recording: self.recording.phase().stored().bytes > 0,
            at: clock::time_of_day(),
        })
    }
}
