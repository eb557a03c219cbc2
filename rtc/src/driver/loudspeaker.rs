//! The loudspeaker: carries out what [`meeting::devices::speaker`] decides.

use meeting::devices::speaker::{Input, Notice as SpeakerNotice, Output};

use super::local_end::LocalEnd;
use super::remembered;
use crate::playback;
use crate::view::Notice;

impl LocalEnd {
    pub(super) fn feed_speaker(&mut self, input: Input) {
        self.speaker.handle(input);
        while let Some(output) = self.speaker.poll_output() {
            match output {
                Output::Try(id) => playback::try_speaker(id, self.mailbox.clone()),
                Output::Use(id) => {
                    if let Some(test) = &self.speaker_test {
                        test.use_speaker(id.as_deref());
                    }
                }
                Output::Remember(id) => remembered::update(|devices| devices.speaker = id),
                Output::Tell(notice) => {
                    let notice = self.in_words(notice);
                    self.tell(notice);
                }
            }
        }
    }

    fn in_words(&self, notice: SpeakerNotice) -> Notice {
        let offered = self.media.offered();
        match notice {
            SpeakerNotice::Kept(id, problem) => {
                let kept = self.speaker.in_use().and_then(|id| offered.speaker(id));
                Notice::SpeakerKept(offered.speaker(&id), problem, kept)
            }
            SpeakerNotice::Lost(problem) => Notice::SpeakerLost(problem),
        }
    }
}
