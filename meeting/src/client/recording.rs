//! Who records the meeting: what this page says of itself, and what it knows and tells of the others.

use std::time::Duration;

use super::{Action, Client, ConnectionKey, Notice};
use crate::conversation::ConversationMessage;
use crate::id::{DisplayName, ParticipantId};
use crate::recording::Subject;
use crate::time::Timestamp;

/// For how long nothing more is told of somebody's recording after a word about it. What it is then is
/// told then, so whoever starts and stops all the time does not fill the page, and hides nothing.
const PAUSE: Duration = Duration::from_secs(3);

/// What this page records.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LocalRecording {
    subject: Option<Subject>,
    /// Whether anything was ever recorded. A channel may have been lost together with the word that it
    /// is over, so each new one is told.
    has_recorded: bool,
}

/// What somebody else records, and what of it the person was told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RemoteRecording {
    subject: Option<Subject>,
    told: Option<Subject>,
    quiet_until: Timestamp,
}

impl RemoteRecording {
    pub(super) const fn subject(self) -> Option<Subject> {
        self.subject
    }

    /// What there is to know of the next load of their page: a recording ends with its page.
    pub(super) const fn of_next_page(self) -> Self {
        Self {
            subject: None,
            ..self
        }
    }

    /// When the person is to be told, if there is anything.
    fn poll_timeout(self) -> Option<Timestamp> {
        (self.subject != self.told).then_some(self.quiet_until)
    }

    fn poll_notice(&mut self, now: Timestamp, name: &DisplayName) -> Option<Notice> {
        if self.poll_timeout().is_none_or(|due| now < due) {
            return None;
        }
        self.told = self.subject;
        self.quiet_until = now + PAUSE;
        let name = name.clone();
        Some(match self.subject {
            Some(subject) => Notice::RecordingStarted(name, subject),
            None => Notice::RecordingStopped(name),
        })
    }
}

impl Client {
    /// What this page records.
    pub const fn recording(&self) -> Option<Subject> {
        self.recording.subject
    }

    pub(super) fn set_recording(&mut self, subject: Option<Subject>) {
        if subject != self.recording.subject {
            self.recording = LocalRecording {
                subject,
                has_recorded: true,
            };
            self.send_to_everyone(ConversationMessage::Recording { subject }, |_| true);
        }
    }

    /// Says on a new channel what this page records, if it is worth saying.
    pub(super) fn send_recording(&mut self, key: ConnectionKey) {
        let LocalRecording {
            subject,
            has_recorded,
        } = self.recording;
        if has_recorded {
            self.send_channel(key, ConversationMessage::Recording { subject });
        }
    }

    pub(super) fn on_recording(&mut self, from: &ParticipantId, subject: Option<Subject>) {
        if let Some(remote) = self.remotes.get_mut(from) {
            remote.recording.subject = subject;
        }
    }

    /// Tells the person who began or ceased to record.
    pub(super) fn tell_of_recordings(&mut self, now: Timestamp) {
        for remote in self.remotes.values_mut() {
            let name = &remote.participant.name;
            let notice = remote.recording.poll_notice(now, name);
            self.actions.extend(notice.map(Action::Tell));
        }
    }

    /// When the person is to be told of somebody's recording.
    pub(super) fn untold_recording_at(&self) -> Option<Timestamp> {
        let remotes = self.remotes.values();
        remotes
            .filter_map(|remote| remote.recording.poll_timeout())
            .min()
    }
}
