//! The loudspeaker: carries out what [`meeting::devices::speaker`] decides.

use meeting::devices::speaker::{Input, Notice as SpeakerNotice, Output};

use super::{Driver, remembered};
use crate::error::report;
use crate::playback::{self, SpeakerTest};
use crate::view::Notice;

impl Driver {
    pub(super) fn feed_speaker(&mut self, input: Input) {
        self.speaker.handle(input);
        while let Some(output) = self.speaker.poll_output() {
            match output {
                Output::Try(id) => playback::try_speaker(id, self.mailbox.clone()),
                Output::Use(id) => {
                    if let Some(test) = &self.speaker_test {
                        test.use_speaker(id.as_deref());
                    }
                    self.sounds.use_speaker(id.as_deref());
                }
                Output::Remember(id) => remembered::update(|devices| devices.speaker = id),
                Output::Tell(notice) => {
                    let notice = self.in_words(notice);
                    self.tell(notice);
                }
            }
        }
    }

    /// Plays the test sound, in place of the one that may still be playing.
    pub(super) fn test_speaker(&mut self) {
        self.speaker_test = None;
        match SpeakerTest::new(self.speaker.in_use(), self.mailbox.clone()) {
            Ok(test) => self.speaker_test = Some(test),
            Err(error) => report(&error.to_string()),
        }
    }

    fn in_words(&self, notice: SpeakerNotice) -> Notice {
        let offered = self.local_media.offered();
        match notice {
            SpeakerNotice::Kept(id, problem) => {
                let kept = self.speaker.in_use().and_then(|id| offered.speaker(id));
                Notice::SpeakerKept(offered.speaker(&id), problem, kept)
            }
            SpeakerNotice::Lost(problem) => Notice::SpeakerLost(problem),
        }
    }
}
