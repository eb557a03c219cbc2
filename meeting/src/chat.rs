//! The chat, as one list that everybody has in the same order.
//!
//! A message is known by the page on which it was written and its number there: participant,
//! instance, number. Only that page itself says what was written on it as long as it is there; what
//! was written on pages that are gone is passed on by whoever has it, and shown with the name of
//! whoever passed it on. Messages stand in the order of their Lamport clocks; news always come last,
//! so that nothing that was seen ever moves.

mod clock;
mod entry;
mod heard;
mod kept;

use std::sync::Arc;

use crate::conversation::{self, Capabilities, ChatMessage, Hello, HistoryMessage, KnownPage};
use crate::id::ParticipantId;
use crate::limits;
use crate::signaling::Participant;
use crate::visible::has_visible;

pub use clock::Believed;
pub use entry::{ChatChange, ChatEntry, ChatError, Refused};
use heard::Heard;
use kept::Kept;

/// Two pages with a channel between them, as one of them sees it.
#[derive(Clone, Copy, Debug)]
pub struct PagePair<'a> {
    /// The page itself.
    pub here: &'a Participant,
    /// The page at the far end.
    pub there: &'a Participant,
}

/// What people wrote to each other, as this page knows it.
#[derive(Debug, Default)]
pub struct Chat {
    kept: Kept,
    heard: Heard,
    /// The number of the next message written on this page.
    next: u64,
    /// The highest position there is or was.
    last: u64,
}

impl Chat {
    /// The messages, in order.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &ChatEntry> {
        self.kept.entries().map(|entry| &**entry)
    }

    /// The next thing that is different in the list.
    pub fn poll_change(&mut self) -> Option<ChatChange> {
        self.kept.poll_change()
    }

    /// Somebody is in the room, and has a share of what is kept.
    pub fn arrive(&mut self, id: &ParticipantId) {
        if !self.kept.present.contains(id) {
            self.kept.present.push(id.clone());
        }
    }

    /// Somebody is gone. All who are share what one has who is there.
    pub fn depart(&mut self, id: &ParticipantId) {
        self.kept.present.retain(|present| present != id);
    }

    /// Takes back what the load of the page before this one had, in any order.
    pub fn restore(&mut self, entries: Vec<ChatEntry>) {
        for entry in entries.into_iter().take(limits::CHAT_KEPT) {
            if entry.is_by_author() {
                self.heard.restore(&entry);
            }
            self.insert(entry);
        }
    }

    /// Makes this person's next message, to be sent to everyone. `at` is the time of day.
    pub fn send(
        &mut self,
        local: &Participant,
        at: u64,
        text: &str,
        believed: &Believed,
    ) -> Result<ChatMessage, ChatError> {
        let text = plain(text.trim());
        if !has_visible(&text) {
            return Err(ChatError::Empty);
        }
        if text.len() > limits::CHAT_BYTES {
            return Err(ChatError::TooLong);
        }
        let clock = self.clock(local, believed).saturating_add(1);
        let message = ChatMessage {
            number: self.next,
            clock,
            at,
            text,
        };
        self.next += 1;
        let position = self.position_of_news(clock);
        let entry = ChatEntry::written_by(local, message.clone(), position, true);
        self.insert(entry);
        Ok(message)
    }

    /// Takes what its author wrote on the present load of their page. Gives it back when it is new.
    ///
    /// Each channel brings the messages of a page in order, beginning with the first one missing
    /// here. So a lower number has been here before; a higher one than the next means that the
    /// author no longer keeps what lies between, or that too much came at once.
    pub fn receive(
        &mut self,
        author: &Participant,
        mut message: ChatMessage,
        late: bool,
    ) -> Result<Option<Arc<ChatEntry>>, Refused> {
        let is_present = |id: &ParticipantId| self.kept.present.contains(id);
        let is_news = self.heard.take(author, message.number, is_present);
        if !is_news.ok_or(Refused::Gap)? {
            return Ok(None);
        }
        message.text = plain(&message.text);
        if !has_visible(&message.text) {
            return Err(Refused::Blank);
        }
        message.clock = message.clock.min(clock::MOST);
        if self.kept.confirm(author, &message) {
            return Ok(None);
        }
        let position = if late && message.clock > 0 {
            message.clock
        } else {
            self.position_of_news(message.clock)
        };
        if message.clock == 0 {
            message.clock = position;
        }
        let entry = ChatEntry::written_by(author, message, position, false);
        Ok(Some(self.insert(entry)))
    }

    /// Whether a message is here already, from its author or as it is passed on now.
    pub fn has(&self, passed_on: &HistoryMessage) -> bool {
        let HistoryMessage {
            author,
            instance,
            message,
            ..
        } = passed_on;
        // Its author said so; nobody knows better.
        self.heard.has(author, instance, message.number)
            || self.entries().any(|known| {
                known.message.number == message.number
                    && known.is_of(author, instance)
                    && known.message.text == message.text
            })
    }

    /// Takes what `from` says was written on a page that is gone. The caller knows that it is.
    pub fn receive_history(
        &mut self,
        local: Option<&Participant>,
        from: &Participant,
        mut passed_on: HistoryMessage,
    ) -> Result<(), Refused> {
        passed_on.message.text = plain(&passed_on.message.text);
        if self.has(&passed_on) {
            return Ok(());
        }
        let HistoryMessage {
            author,
            instance,
            name,
            mut message,
        } = passed_on;
        if message.number > limits::CHAT_NUMBER {
            return Err(Refused::Gap);
        }
        if !has_visible(&message.text) {
            return Err(Refused::Blank);
        }
        message.clock = message.clock.min(clock::MOST);
        let by_author = author == from.id;
        let mine = local.is_some_and(|local| local.id == author);
        self.insert(ChatEntry {
            key: 0,
            author,
            instance,
            // Nobody goes by another name than they have in the room.
            name: if by_author { from.name.clone() } else { name },
            mine,
            position: message.clock,
            message,
            source: from.id.clone(),
            passed_on_by: (!by_author).then(|| from.name.clone()),
        });
        Ok(())
    }

    /// What this page says when a channel opens. `now` is the time of day.
    pub fn hello(&self, pair: PagePair<'_>, now: u64, believed: &Believed) -> Hello {
        let mut known: Vec<KnownPage> = Vec::new();
        for entry in self.entries() {
            let is_end =
                is_own(entry, pair.here) || entry.is_of(&pair.there.id, &pair.there.instance);
            // What others passed on proves nothing of what was written, and so of what is missing.
            let counts = entry.is_by_author() || entry.source == pair.there.id;
            if is_end || !counts {
                continue;
            }
            let have = entry.message.number.saturating_add(1);
            let is_page =
                |it: &&mut KnownPage| it.author == entry.author && it.instance == entry.instance;
            if let Some(page) = known.iter_mut().find(is_page) {
                page.have = page.have.max(have);
            } else if known.len() < limits::CHAT_PAGES {
                known.push(KnownPage {
                    author: entry.author.clone(),
                    instance: entry.instance.clone(),
                    have,
                });
            }
        }
        Hello {
            have: self.heard.next(pair.there),
            now: Some(now),
            clock: Some(self.clock(pair.here, believed)),
            known: Some(known),
            version: Some(conversation::VERSION),
            capabilities: Some(Capabilities::default()),
        }
    }

    /// What whoever said `hello` is missing of this page.
    pub fn missing<'a>(
        &'a self,
        pair: PagePair<'a>,
        hello: &Hello,
    ) -> impl DoubleEndedIterator<Item = &'a ChatMessage> {
        let have = hello.have;
        self.entries()
            .filter(move |entry| is_own(entry, pair.here) && entry.message.number >= have)
            .map(|entry| &entry.message)
    }

    /// What whoever said `hello` is missing of other pages, and of earlier loads of this one.
    pub fn missing_history<'a>(
        &'a self,
        pair: PagePair<'a>,
        hello: &'a Hello,
    ) -> impl Iterator<Item = &'a ChatEntry> + 'a {
        let known = hello.known.as_deref();
        let is_missing = move |entry: &ChatEntry| {
            let mut pages = known.unwrap_or_default().iter();
            let page = pages.find(|it| it.author == entry.author && it.instance == entry.instance);
            page.is_none_or(|page| entry.message.number >= page.have)
        };
        self.entries()
            .filter(move |_| known.is_some())
            .filter(move |entry| {
                !is_own(entry, pair.here) && !entry.is_of(&pair.there.id, &pair.there.instance)
            })
            .filter(move |entry| is_missing(entry))
    }

    /// The highest clock of what is believed. Nobody believes their own words less than others'.
    fn clock(&self, local: &Participant, believed: &Believed) -> u64 {
        let is_own = |entry: &&ChatEntry| entry.source == local.id;
        let clock_of = |entry: &ChatEntry| entry.message.clock;
        let own = self.entries().filter(is_own).map(clock_of).max();
        let up_to = believed.up_to(own.unwrap_or(0));
        let others = self.entries().map(clock_of).filter(|it| *it <= up_to);
        own.max(others.max()).unwrap_or(0)
    }

    /// News come after everything that is here.
    const fn position_of_news(&self, clock: u64) -> u64 {
        let next = self.last.saturating_add(1);
        if clock > next { clock } else { next }
    }

    fn insert(&mut self, entry: ChatEntry) -> Arc<ChatEntry> {
        self.last = self.last.max(entry.position);
        self.kept.insert(entry)
    }
}

/// Whether the page at this end says it as its own word. What was written on it while the server
/// knew it as somebody else is passed on like any other page's: the others know it by that name.
fn is_own(entry: &ChatEntry, here: &Participant) -> bool {
    entry.source == here.id && entry.is_of(&here.id, &here.instance)
}

/// Without control characters, none of which can be seen and each of which is six bytes on the wire.
fn plain(text: &str) -> String {
    let stays = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    text.chars().filter(stays).collect()
}
