//! Beginning where the page before left off, and leaving off where the next one may begin.

use meeting::client::Status;
use meeting::devices::{Device, Start, speaker};

use super::handover::Note;
use super::{Driver, handover, kept_chat, remembered, wanted};
use crate::clock;
use crate::view::Update;

impl Driver {
    /// A reloaded page goes on where the page before it was; any other waits to be told.
    pub(super) fn begin(&mut self) {
        match handover::take(&self.room) {
            None => {
                // What another visit left is nothing to this one.
                drop(kept_chat::take(&self.room));
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
                let kept = kept_chat::take(&self.room);
                self.transcript.keep(kept.draft.clone(), note.unread);
                self.transcript.count_unread();
                (self.on_update)(Update::Draft(kept.draft));
                self.join(note.name, Some(note.past), kept.entries);
            }
        }
    }

    fn use_devices(&mut self, microphone: &Start, camera: &Start, speaker: Option<String>) {
        self.feed_speaker(speaker::Input::Prefer(speaker));
        self.studio.begin(microphone, camera);
    }

    /// What a reload would need to come back.
    pub(super) fn note(&self) -> Option<Note> {
        let client = self.client.as_ref()?;
        let past = match client.status() {
            Status::Ended(_) => return None,
            // The server may have let this page in, and the answer be lost.
            Status::Joining(_) | Status::Joined | Status::Away(_) => client.past(),
        };
        Some(Note {
            name: client.name().clone(),
            past,
            microphone: self.studio.as_start(Device::Microphone),
            camera: self.studio.as_start(Device::Camera),
            speaker: self.speaker.as_preference(),
            unread: self.transcript.unread(),
            chat: self.transcript.lines(),
            draft: self.transcript.draft().to_owned(),
            at: clock::time_of_day(),
        })
    }
}
