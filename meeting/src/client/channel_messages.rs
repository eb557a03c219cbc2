//! What the others say on the data channels, and who says it. What is said to them is in `sending.rs`.

use super::budget::{Budget, Intake};
use super::link::{Link, LinkId};
use super::{Action, Browser, Client, ConnectionKey, Handled, Notice};
use crate::chat::{ChatEntry, PagePair, Refused};
use crate::conversation::{
    Attributed, ChatMessage, ConversationMessage, Hello, HistoryMessage, MediaState,
};
use crate::id::ParticipantId;
use crate::signaling::Participant;
use crate::time::Timestamp;

/// Participants whose budgets are remembered when they are gone: coming back does not fill them.
const BUDGETS: usize = 128;

impl Client {
    /// Takes a text that came by a link, as far as its far end is listened to, and as far as the link
    /// may speak for whoever is said to say it.
    pub(super) fn on_channel_message(
        &mut self,
        now: Timestamp,
        link: LinkId,
        text: &str,
        browser: &impl Browser,
    ) -> Handled {
        let Some(far_end) = self.links.get(&link).map(|link| link.far_end().clone()) else {
            return Handled::Ignored;
        };
        // Who is named in it is not known before it is read, and reading is what costs.
        let intake = self.budget(now, &far_end).take_message(now, text.len());
        self.name_if_first(&far_end, intake);
        if intake != Intake::Taken {
            return intake.into();
        }
        let said = match Attributed::parse(text) {
            Ok(said) => said,
            Err(error) => {
                self.actions.push_back(Action::Report(error.to_string()));
                return Handled::Taken;
            }
        };
        let Some(speaker) = self.arrangement.speaker(link, said.from.clone()) else {
            return self.on_forgery(link);
        };
        self.note_unknown(text, &said);
        self.on_conversation_message(now, speaker, link, said.message, browser)
    }

    /// Something came in the name of somebody whom the link does not carry. The first is told of.
    fn on_forgery(&mut self, link: LinkId) -> Handled {
        if !self.links.get_mut(&link).is_some_and(Link::note_forgery) {
            return Handled::Ignored;
        }
        let first = "a message in the name of somebody else is left out";
        self.actions.push_back(Action::Report(first.to_owned()));
        Handled::Taken
    }

    /// Tells the person who it is that sends too much.
    pub(super) fn name_if_first(&mut self, from: &ParticipantId, intake: Intake) {
        if intake == Intake::FirstTooMany
            && let Some(remote) = self.remotes.get(from)
        {
            let notice = Notice::Quieted(remote.participant.name.clone());
            self.actions.push_back(Action::Tell(notice));
        }
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

    fn on_conversation_message(
        &mut self,
        now: Timestamp,
        from: ParticipantId,
        link: LinkId,
        message: ConversationMessage,
        browser: &impl Browser,
    ) -> Handled {
        match message {
            ConversationMessage::Hello(hello) => self.on_hello(now, &from, link, &hello, browser),
            ConversationMessage::Media(media) => self.on_media(now, &from, media),
            ConversationMessage::Recording { subject } => self.on_recording(&from, subject),
            ConversationMessage::Report(report) => {
                if let Some(link) = self.links.get_mut(&link) {
                    link.on_report(report);
                }
            }
            ConversationMessage::Chat { message, late } => {
                return self.on_chat_message(now, &from, message, late, browser);
            }
            ConversationMessage::History(passed_on) => {
                return self.on_history_message(now, &from, passed_on, browser);
            }
            ConversationMessage::Files { have } => self.on_files(&from, link, have),
            ConversationMessage::Signal { payload } => {
                self.on_signal(now, from, payload, browser);
            }
            ConversationMessage::Received { have } => self.on_received(&from, have),
            ConversationMessage::Typing { to } => self.on_typing(now, &from, to.as_ref()),
            ConversationMessage::Hand { raised } => self.on_hand(now, &from, raised),
            ConversationMessage::Reaction { reaction } => {
                return self.on_reaction(now, &from, reaction);
            }
            ConversationMessage::Bye {} => self.on_bye(&from),
            ConversationMessage::ServerIsBack {} => {
                let action = self.session.on_server_is_back(now);
                self.apply(action);
            }
            // A newer page has more to say than this one understands.
            ConversationMessage::Unknown => {}
        }
        Handled::Taken
    }

    /// Sends what is missing at the far end.
    fn on_hello(
        &mut self,
        now: Timestamp,
        from: &ParticipantId,
        link: LinkId,
        hello: &Hello,
        browser: &impl Browser,
    ) {
        let (Some(remote), Some(by)) = (self.remotes.get_mut(from), self.links.get_mut(&link))
        else {
            return;
        };
        let (key, is_first) = (by.key(), by.greet(from));
        remote.clock_ahead = hello.now.map(|theirs| ahead(theirs, browser.time_of_day()));
        remote.note_clock(hello.clock);
        remote.note_wire(hello);
        remote.received = remote.received.max(hello.have);
        let there = remote.participant.clone();
        let Some(here) = self.local.clone() else {
            return;
        };
        let pair = PagePair {
            here: &here,
            there: &there,
        };
        if is_first {
            self.send_own(key, pair, hello);
        }
        if self.budget(now, from).takes_hello(now) {
            self.send_history(now, key, pair, hello);
        }
    }

    /// Sends what was written on this page. It goes once on each channel: asking again and again
    /// must not fill the memory here.
    fn send_own(&mut self, key: ConnectionKey, pair: PagePair<'_>, hello: &Hello) {
        let own = self.chat.missing(pair, hello);
        let keeps_to_itself = self.keeps_to_itself(&pair.there.id);
        let own: Vec<_> = own
            .filter(|message| message.to.is_none() || keeps_to_itself)
            .map(|message| ConversationMessage::Chat {
                message: message.clone(),
                late: true,
            })
            .collect();
        for message in own {
            self.send_channel(key, message);
        }
    }

    /// Passes on what was written on other pages, as far as these cannot do it themselves.
    fn send_history(
        &mut self,
        now: Timestamp,
        key: ConnectionKey,
        pair: PagePair<'_>,
        hello: &Hello,
    ) {
        let keeps_to_itself = self.keeps_to_itself(&pair.there.id);
        let Some(budget) = self.budgets.get_mut(&pair.there.id) else {
            return;
        };
        let (remotes, arrangement, links) = (&self.remotes, &self.arrangement, &self.links);
        let is_here = |it: &ChatEntry| {
            let remote = remotes.get(&it.author);
            let link = arrangement
                .link_of(&it.author)
                .and_then(|it| links.get(&it));
            remote.is_some_and(|remote| remote.participant.instance == it.instance)
                && link.is_some_and(Link::is_connected)
        };
        let history = self.chat.missing_history(pair, hello);
        let history: Vec<_> = history
            .filter(|it| !is_here(it) && (it.message.to.is_none() || keeps_to_itself))
            .take_while(|it| budget.serves(now, it.message.text.len()))
            .map(|it| ConversationMessage::History(it.to_history_message()))
            .collect();
        for message in history {
            self.send_channel(key, message);
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

    fn on_chat_message(
        &mut self,
        now: Timestamp,
        from: &ParticipantId,
        mut message: ChatMessage,
        late: bool,
        browser: &impl Browser,
    ) -> Handled {
        let author = match self.take_chat(now, from, late) {
            Ok(author) => author,
            Err(handled) => return handled,
        };
        let own = self.local.as_ref().map(|local| &local.id);
        if !own.is_some_and(|own| message.is_for(from, own)) {
            let refused = Refused::NotForThisPage.to_string();
            self.actions.push_back(Action::Report(refused));
            return Handled::Taken;
        }
        message.at = if late {
            self.time_here(from, message.at, browser)
        } else {
            browser.time_of_day()
        };
        if let Some(remote) = self.remotes.get_mut(from) {
            remote.note_clock(Some(message.clock));
        }
        match self.chat.receive(&author, message, late) {
            Ok(Some(entry)) if !late && entry.message.is_shown() => {
                let notice = Notice::ChatMessage(entry.name.clone(), entry.message.text.clone());
                self.actions.push_back(Action::Tell(notice));
            }
            Ok(_) => {}
            Err(refused) => self.actions.push_back(Action::Report(refused.to_string())),
        }
        self.owe_receipt(now, from);
        self.show_chat_changes();
        Handled::Taken
    }

    fn on_history_message(
        &mut self,
        now: Timestamp,
        from: &ParticipantId,
        mut passed_on: HistoryMessage,
        browser: &impl Browser,
    ) -> Handled {
        // Several pass on the same, and nobody sends too much because others were faster.
        if self.chat.has(&passed_on) {
            return Handled::Ignored;
        }
        let sender = match self.take_chat(now, from, true) {
            Ok(sender) => sender,
            Err(handled) => return handled,
        };
        let taken = if self.is_page_here(&passed_on) {
            Err(Refused::NotTheAuthor)
        } else {
            passed_on.message.at = self.time_here(from, passed_on.message.at, browser);
            self.chat
                .receive_history(self.local.as_ref(), &sender, passed_on)
        };
        if let Err(refused) = taken {
            self.actions.push_back(Action::Report(refused.to_string()));
        }
        self.show_chat_changes();
        Handled::Taken
    }

    /// Whether a message would come from a page that can speak for itself.
    fn is_page_here(&self, passed_on: &HistoryMessage) -> bool {
        let HistoryMessage {
            author, instance, ..
        } = passed_on;
        let mine = self.local.as_ref().is_some_and(|it| it.id == *author);
        let theirs = self.remotes.get(author);
        mine && *instance == self.identity.instance
            || theirs.is_some_and(|it| it.participant.instance == *instance)
    }

    /// Who said something in the chat, if it is to be listened to; otherwise what became of it.
    fn take_chat(
        &mut self,
        now: Timestamp,
        from: &ParticipantId,
        late: bool,
    ) -> Result<Participant, Handled> {
        let remote = self.remotes.get(from).ok_or(Handled::Ignored)?;
        let participant = remote.participant.clone();
        let intake = self.budget(now, from).take_chat(now, late);
        self.name_if_first(from, intake);
        match intake {
            Intake::Taken => Ok(participant),
            Intake::FirstTooMany | Intake::LeftOut => Err(intake.into()),
        }
    }

    /// When something was, by the clock of this machine. Nothing is from the future.
    fn time_here(&self, from: &ParticipantId, at: u64, browser: &impl Browser) -> u64 {
        let ahead = self.remotes.get(from).and_then(|remote| remote.clock_ahead);
        at.saturating_add_signed(ahead.unwrap_or_default().saturating_neg())
            .min(browser.time_of_day())
    }

    /// Passes on what is different in the list of messages.
    pub(super) fn show_chat_changes(&mut self) {
        while let Some(change) = self.chat.poll_change() {
            self.actions.push_back(Action::ShowChat(change));
        }
    }
}

/// By how much one time of day is ahead of another, in milliseconds.
fn ahead(theirs: u64, ours: u64) -> i64 {
    let difference = i128::from(theirs) - i128::from(ours);
    i64::try_from(difference).unwrap_or_default()
}
