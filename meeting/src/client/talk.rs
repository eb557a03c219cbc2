//! What the two ends of a data channel say to each other.

use super::budget::{Admission, Budget};
use super::chat::Ends;
use super::{Action, Browser, Client, ConnectionKey, Notice, Remote};
use crate::conversation::{ChatMessage, ConversationMessage, Hello, MediaState, PageMessage};
use crate::id::ParticipantId;
use crate::time::Timestamp;

/// Participants whose budgets are remembered when they are gone: coming back does not fill them.
const BUDGETS: usize = 128;

impl Client {
    /// Whether a text on this connection is listened to. One that is not must cost next to nothing.
    pub(super) fn listens_to(&mut self, now: Timestamp, key: ConnectionKey, text: &str) -> bool {
        let found = self.remotes.iter().find(|(_, it)| it.peer.key() == key);
        found
            .map(|(id, _)| id.clone())
            .is_some_and(|from| self.budget(now, &from).takes_message(now, text.len()))
    }

    /// What somebody may still say.
    pub(super) fn budget(&mut self, now: Timestamp, from: &ParticipantId) -> &mut Budget {
        if self.budgets.len() >= BUDGETS {
            let remotes = &self.remotes;
            self.budgets.retain(|id, _| remotes.contains_key(id));
        }
        self.budgets
            .entry(from.clone())
            .or_insert_with(|| Budget::full(now))
    }

    pub(super) fn on_conversation(
        &mut self,
        now: Timestamp,
        from: ParticipantId,
        key: ConnectionKey,
        message: ConversationMessage,
        browser: &impl Browser,
    ) {
        match message {
            ConversationMessage::Hello(hello) => self.on_hello(now, &from, key, &hello, browser),
            ConversationMessage::Media(media) => self.on_media(now, &from, media),
            ConversationMessage::Report(report) => {
                if let Some(remote) = self.remotes.get_mut(&from) {
                    remote.peer.on_report(report);
                }
            }
            ConversationMessage::Chat { message, late } => {
                self.on_chat(now, &from, message, late, browser);
            }
            ConversationMessage::History(passed_on) => {
                self.on_history(now, &from, passed_on, browser);
            }
            ConversationMessage::Signal { payload } => {
                self.on_signal(now, from, payload, browser);
            }
            ConversationMessage::Bye {} => self.on_bye(&from),
            ConversationMessage::ServerIsBack {} => {
                let wish = self.session.on_server_is_back(now);
                self.grant(wish);
            }
            // A newer page has more to say than this one understands.
            ConversationMessage::Unknown => {}
        }
    }

    /// Says on a channel what this page has of the chat, and so what it lacks.
    pub(super) fn say_hello(&mut self, key: ConnectionKey, browser: &impl Browser) {
        let remote = self.remotes.values().find(|it| it.peer.key() == key);
        let (Some(remote), Some(local)) = (remote, &self.local) else {
            return;
        };
        let ends = Ends {
            here: local,
            there: &remote.participant,
        };
        let hello = self.chat.hello(ends, browser.time_of_day());
        self.send_channel(key, &ConversationMessage::Hello(hello));
    }

    /// Asks the others for what somebody wrote who is gone, and could not be heard at the end.
    pub(super) fn ask_for_history(&mut self, browser: &impl Browser) {
        if !std::mem::take(&mut self.lacks_history) {
            return;
        }
        let open = self.remotes.values().filter(|it| it.peer.channel_is_open());
        let keys: Vec<_> = open.map(|remote| remote.peer.key()).collect();
        for key in keys {
            self.say_hello(key, browser);
        }
    }

    /// Sends what is missing at the far end. What was written on this page goes once on each
    /// channel: asking again and again must not fill the memory here.
    fn on_hello(
        &mut self,
        now: Timestamp,
        from: &ParticipantId,
        key: ConnectionKey,
        hello: &Hello,
        browser: &impl Browser,
    ) {
        let Some(remote) = self.remotes.get_mut(from) else {
            return;
        };
        let was_greeted = std::mem::replace(&mut remote.greeted, true);
        remote.clock_ahead = hello.now.map(|theirs| ahead(theirs, browser.time_of_day()));
        let there = remote.participant.clone();
        let Some(local) = &self.local else { return };
        let ends = Ends {
            here: local,
            there: &there,
        };
        let is_here = |it: &PageMessage| {
            let remote = self.remotes.get(&it.author);
            remote.is_some_and(|remote| {
                remote.participant.instance == it.instance && remote.peer.is_connected()
            })
        };
        let own = self.chat.missing(ends, hello).filter(|_| !was_greeted);
        let own = own.map(|message| ConversationMessage::Chat {
            message: message.clone(),
            late: true,
        });
        // Whoever is there says themselves what they wrote.
        let history = self.chat.missing_history(ends, hello);
        let history = history.filter(|it| !is_here(it));
        let missing: Vec<_> = history
            .map(ConversationMessage::History)
            .chain(own)
            .collect();
        for message in missing {
            if !self.budget(now, from).serves(now) {
                return;
            }
            self.send_channel(key, &message);
        }
    }

    fn on_media(&mut self, now: Timestamp, from: &ParticipantId, media: MediaState) {
        let Some(remote) = self.remotes.get_mut(from) else {
            return;
        };
        let before = std::mem::replace(&mut remote.media, media);
        let name = remote.participant.name.clone();
        let notice = match (before.screen, media.screen) {
            (false, true) => Notice::SharingStarted(name),
            (true, false) => Notice::SharingStopped(name),
            _ => return,
        };
        if self.budget(now, from).takes_notice(now) {
            self.actions.push_back(Action::Tell(notice));
        }
    }

    fn on_chat(
        &mut self,
        now: Timestamp,
        from: &ParticipantId,
        mut message: ChatMessage,
        late: bool,
        browser: &impl Browser,
    ) {
        let Some(author) = self.admit_chat(now, from, late) else {
            return;
        };
        message.at = if late {
            self.time_here(from, message.at, browser)
        } else {
            browser.time_of_day()
        };
        match self.chat.receive(&author, message, late) {
            Ok(Some(entry)) if !late => {
                let notice = Notice::Message(entry.name.clone(), entry.message.text.clone());
                self.actions.push_back(Action::Tell(notice));
            }
            Ok(_) => {}
            Err(refused) => self.actions.push_back(Action::Report(refused.to_string())),
        }
        self.tell_chat_changes();
    }

    fn on_history(
        &mut self,
        now: Timestamp,
        from: &ParticipantId,
        mut passed_on: PageMessage,
        browser: &impl Browser,
    ) {
        let Some(sender) = self.admit_chat(now, from, true) else {
            return;
        };
        let taken = if self.is_page_here(&passed_on) {
            Err(super::chat::Refused::NotTheAuthor)
        } else {
            passed_on.message.at = self.time_here(from, passed_on.message.at, browser);
            self.chat
                .take_history(self.local.as_ref(), &sender, passed_on)
        };
        if let Err(refused) = taken {
            self.actions.push_back(Action::Report(refused.to_string()));
        }
        self.tell_chat_changes();
    }

    /// Whether a message would come from a page that can speak for itself.
    fn is_page_here(&self, passed_on: &PageMessage) -> bool {
        let PageMessage {
            author, instance, ..
        } = passed_on;
        let mine = self.local.as_ref().is_some_and(|it| it.id == *author);
        let theirs = self.remotes.get(author);
        mine && *instance == self.identity.instance
            || theirs.is_some_and(|it| it.participant.instance == *instance)
    }

    /// Who said something in the chat, if it is to be listened to.
    fn admit_chat(
        &mut self,
        now: Timestamp,
        from: &ParticipantId,
        late: bool,
    ) -> Option<crate::signaling::Participant> {
        let participant = self.remotes.get(from)?.participant.clone();
        match self.budget(now, from).admit_chat(now, late) {
            Admission::Taken => Some(participant),
            Admission::FirstTooMany => {
                let notice = Notice::Quieted(participant.name);
                self.actions.push_back(Action::Tell(notice));
                None
            }
            Admission::LeftOut => None,
        }
    }

    /// When something was, by the clock of this machine. Nothing is from the future.
    fn time_here(&self, from: &ParticipantId, at: u64, browser: &impl Browser) -> u64 {
        let ahead = self.remotes.get(from).and_then(|remote| remote.clock_ahead);
        at.saturating_add_signed(ahead.unwrap_or_default().saturating_neg())
            .min(browser.time_of_day())
    }

    /// Passes on what is different in the list of messages.
    pub(super) fn tell_chat_changes(&mut self) {
        while let Some(change) = self.chat.poll_change() {
            self.actions.push_back(Action::ShowChat(change));
        }
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

/// By how much one time of day is ahead of another, in milliseconds.
fn ahead(theirs: u64, ours: u64) -> i64 {
    let difference = i128::from(theirs) - i128::from(ours);
    i64::try_from(difference).unwrap_or_default()
}
