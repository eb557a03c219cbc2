//! What this page says on the data channels.

use std::time::Duration;

use super::files::capabilities;
use super::link::{Link, LinkId};
use super::{Action, Browser, Client, ConnectionKey};
use crate::chat::{Believed, PagePair};
use crate::conversation::{Attributed, ConversationMessage, Hello, MediaState};
use crate::signaling::MessageError;
use crate::time::Timestamp;

/// How long the others are not asked again for what somebody wrote who is gone. Whoever comes and
/// goes all the time makes nobody ask all the time.
const HISTORY_PAUSE: Duration = Duration::from_secs(10);

impl Client {
    /// Says to everybody whom a link carries what this page has of the chat, and so what it lacks.
    pub(super) fn send_hello(&mut self, link: LinkId, browser: &impl Browser) {
        let (Some(by), Some(local)) = (self.links.get(&link), &self.local) else {
            return;
        };
        let key = by.key();
        let carried = self.arrangement.carried_by(link);
        let carried = carried.filter_map(|id| self.remotes.get(id));
        let believed = self.believed();
        let hellos: Vec<_> = carried
            .map(|remote| {
                let pair = PagePair {
                    here: local,
                    there: &remote.participant,
                };
                let hello = self.chat.hello(pair, browser.time_of_day(), &believed);
                Hello {
                    capabilities: Some(capabilities(browser)),
                    ..hello
                }
            })
            .collect();
        for hello in hellos {
            self.send_channel(key, ConversationMessage::Hello(hello));
        }
    }

    /// Whose clocks count for what is written here.
    pub(super) fn believed(&self) -> Believed {
        Believed::of(self.remotes.values().filter_map(|it| it.chat_clock))
    }

    /// When the others are to be asked what somebody wrote who is gone and could not be heard at
    /// the end.
    pub(super) fn lacks_history_at(&self) -> Option<Timestamp> {
        let asked = |at: Timestamp| at + HISTORY_PAUSE;
        self.lacks_history
            .then(|| self.asked_at.map_or(Timestamp::default(), asked))
    }

    pub(super) fn ask_for_history(&mut self, now: Timestamp, browser: &impl Browser) {
        if self.lacks_history_at().is_none_or(|at| now < at) {
            return;
        }
        self.lacks_history = false;
        self.asked_at = Some(now);
        let open = self.links.iter().filter(|(_, it)| it.channel_is_open());
        let open: Vec<_> = open.map(|(id, _)| *id).collect();
        for link in open {
            self.send_hello(link, browser);
        }
    }

    pub(super) fn set_media(&mut self, media: MediaState) {
        if media != self.media {
            self.media = media;
            self.send_to_everyone(ConversationMessage::Media(media), |_| true);
        }
    }

    /// Says something on every link whose channel is open and that is ready for it.
    pub(super) fn send_to_everyone(
        &mut self,
        message: ConversationMessage,
        ready: fn(&Link) -> bool,
    ) {
        let said = self.in_own_name(message);
        let open = (self.links.values()).filter(|link| link.channel_is_open() && ready(link));
        self.actions.extend(open.map(|link| match &said {
            Ok(text) => Action::SendChannel(link.key(), text.clone()),
            Err(error) => Action::Report(error.to_string()),
        }));
    }

    pub(super) fn send_channel(&mut self, key: ConnectionKey, message: ConversationMessage) {
        self.actions.push_back(match self.in_own_name(message) {
            Ok(text) => Action::SendChannel(key, text),
            Err(error) => Action::Report(error.to_string()),
        });
    }

    /// The text in which this participant says something. They have the same id as long as a channel
    /// lives: see [`Client::on_joined`].
    fn in_own_name(&self, message: ConversationMessage) -> Result<String, MessageError> {
        let from = self.local.as_ref().map(|local| local.id.clone());
        Attributed { message, from }.to_json()
    }
}
