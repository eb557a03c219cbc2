//! What the two ends of a data channel say to each other.

use super::{Action, Browser, Client, ConnectionKey, Notice, Remote};
use crate::conversation::{ConversationMessage, MediaState};
use crate::id::ParticipantId;
use crate::time::Timestamp;

impl Client {
    pub(super) fn on_conversation(
        &mut self,
        now: Timestamp,
        from: ParticipantId,
        key: ConnectionKey,
        message: ConversationMessage,
        browser: &impl Browser,
    ) {
        match message {
            ConversationMessage::Hello { have } => self.on_hello(&from, key, have),
            ConversationMessage::Media(media) => self.on_media(&from, media),
            ConversationMessage::Report(report) => {
                if let Some(remote) = self.remotes.get_mut(&from) {
                    remote.peer.on_report(report);
                }
            }
            ConversationMessage::Chat { message, late } => {
                let Some(remote) = self.remotes.get(&from) else {
                    return;
                };
                let news = self.chat.receive(&remote.participant, message);
                if let Some(message) = news.filter(|_| !late) {
                    let name = remote.participant.name.clone();
                    let notice = Notice::Message(name, message.text.clone());
                    self.actions.push_back(Action::Tell(notice));
                }
            }
            ConversationMessage::Signal { payload } => {
                self.on_signal(now, from, payload, browser);
            }
            ConversationMessage::Bye {} => self.on_bye(&from),
        }
    }

    /// Sends what is missing at the far end, once on each channel: asking again and again must not
    /// fill the memory here.
    fn on_hello(&mut self, from: &ParticipantId, key: ConnectionKey, have: u64) {
        let Some(remote) = self.remotes.get_mut(from) else {
            return;
        };
        if std::mem::replace(&mut remote.greeted, true) {
            return;
        }
        let missing: Vec<_> = self.chat.missing(have).cloned().collect();
        for message in missing {
            let late = ConversationMessage::Chat {
                message,
                late: true,
            };
            self.send_channel(key, &late);
        }
    }

    fn on_media(&mut self, from: &ParticipantId, media: MediaState) {
        let Some(remote) = self.remotes.get_mut(from) else {
            return;
        };
        let name = || remote.participant.name.clone();
        match (remote.media.screen, media.screen) {
            (false, true) => {
                self.actions
                    .push_back(Action::Tell(Notice::SharingStarted(name())));
            }
            (true, false) => {
                self.actions
                    .push_back(Action::Tell(Notice::SharingStopped(name())));
            }
            _ => {}
        }
        remote.media = media;
    }

    pub(super) fn set_media(&mut self, media: MediaState) {
        if media != self.media {
            self.media = media;
            self.tell_everyone(&ConversationMessage::Media(media), |_| true);
        }
    }

    pub(super) fn tell_everyone(
        &mut self,
        message: &ConversationMessage,
        ready: fn(&Remote) -> bool,
    ) {
        let open: Vec<ConnectionKey> = self
            .remotes
            .values()
            .filter(|remote| remote.peer.channel_is_open() && ready(remote))
            .map(|remote| remote.peer.key())
            .collect();
        for key in open {
            self.send_channel(key, message);
        }
    }

    pub(super) fn send_channel(&mut self, key: ConnectionKey, message: &ConversationMessage) {
        self.actions.push_back(match message.to_json() {
            Ok(text) => Action::SendChannel(key, text),
            Err(error) => Action::Report(error.to_string()),
        });
    }
}
