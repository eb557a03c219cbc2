//! The written conversation, as one list that everybody has in the same order.
//!
//! A message is known by the page on which it was written and its number there: participant,
//! instance, number. Only that page itself says what was written on it as long as it is there; what
//! was written on pages that are gone is passed on by whoever has it, and shown with the name of
//! whoever passed it on. Messages stand in the order of their Lamport clocks; news always come last,
//! so that nothing that was seen ever moves.

mod entry;
mod heard;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::conversation::{ChatMessage, Hello, KnownPage, PageMessage};
use crate::id::ParticipantId;
use crate::limits;
use crate::signaling::Participant;
use crate::visible::has_visible;

pub(super) use entry::Refused;
pub use entry::{ChatChange, ChatEntry, ChatError};
use heard::Heard;

/// How far the clock of one message may be ahead of everything read here. More than anybody has
/// missed, and far too little to ever reach the end of the numbers.
const CLOCK_AHEAD: u64 = 100_000;

/// Where a message came from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    /// Written here, on this load of the page or the one before it.
    Here,
    /// From this participant.
    Participant(ParticipantId),
}

#[derive(Debug)]
struct Line {
    source: Source,
    entry: Arc<ChatEntry>,
}

/// The pages at the two ends of a channel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends<'a> {
    pub(super) here: &'a Participant,
    pub(super) there: &'a Participant,
}

/// The written conversation.
#[derive(Debug, Default)]
pub(super) struct Chat {
    /// In order.
    lines: Vec<Line>,
    heard: Heard,
    /// The number of the next message written on this page.
    next: u64,
    /// The highest clock of all messages here.
    clock: u64,
    next_key: u64,
    changes: VecDeque<ChatChange>,
}

impl Chat {
    pub(super) fn entries(&self) -> impl DoubleEndedIterator<Item = &ChatEntry> {
        self.lines.iter().map(|line| &*line.entry)
    }

    pub(super) fn poll_change(&mut self) -> Option<ChatChange> {
        self.changes.pop_front()
    }

    /// Takes back what the load of the page before this one had, in any order.
    pub(super) fn restore(&mut self, entries: Vec<ChatEntry>) {
        for entry in entries.into_iter().take(limits::CHAT_KEPT) {
            self.clock = self.clock.max(entry.message.clock);
            if entry.passed_on_by.is_none() {
                self.heard.restore(&entry);
            }
            self.insert(Source::Here, entry);
        }
    }

    /// Writes this person's next message. `at` is the time of day.
    pub(super) fn write(
        &mut self,
        local: &Participant,
        at: u64,
        text: &str,
    ) -> Result<ChatMessage, ChatError> {
        let text = text.trim();
        if !has_visible(text) {
            return Err(ChatError::Empty);
        }
        if text.len() > limits::CHAT_BYTES {
            return Err(ChatError::TooLong);
        }
        self.clock = self.clock.saturating_add(1);
        let message = ChatMessage {
            number: self.next,
            clock: self.clock,
            at,
            text: text.to_owned(),
        };
        self.next += 1;
        let entry = ChatEntry::written_by(local, message.clone(), true);
        self.insert(Source::Here, entry);
        Ok(message)
    }

    /// Takes what its author wrote on the present load of their page. Gives it back when it is new.
    ///
    /// Each channel brings the messages of a page in order, beginning with the first one missing
    /// here. So a lower number has been here before; a higher one than the next means that the
    /// author no longer keeps what lies between, or that too much came at once.
    pub(super) fn receive(
        &mut self,
        author: &Participant,
        mut message: ChatMessage,
        late: bool,
    ) -> Result<Option<Arc<ChatEntry>>, Refused> {
        if !self
            .heard
            .take(author, message.number)
            .ok_or(Refused::Gap)?
        {
            return Ok(None);
        }
        if !has_visible(&message.text) {
            return Err(Refused::Blank);
        }
        self.overrule(author, message.number);
        message.clock = self.tick(message.clock, late);
        let source = Source::Participant(author.id.clone());
        let entry = self.insert(source, ChatEntry::written_by(author, message, false));
        Ok(Some(entry))
    }

    /// Takes what `from` says was written on a page that is gone. The caller knows that it is.
    pub(super) fn take_history(
        &mut self,
        local: Option<&Participant>,
        from: &Participant,
        passed_on: PageMessage,
    ) -> Result<(), Refused> {
        let PageMessage {
            author,
            instance,
            name,
            mut message,
        } = passed_on;
        if self.heard.has(&author, &instance, message.number) {
            // Its author said so; nobody knows better.
            return Ok(());
        }
        if message.number > limits::CHAT_NUMBER {
            return Err(Refused::Gap);
        }
        if !has_visible(&message.text) {
            return Err(Refused::Blank);
        }
        let by_author = author == from.id;
        let clock = self.ahead(message.clock);
        message.clock = clock;
        let mine = local.is_some_and(|local| local.id == author);
        let entry = ChatEntry {
            key: 0,
            author,
            instance,
            name,
            mine,
            message,
            passed_on_by: (!by_author).then(|| from.name.clone()),
        };
        if !self.has(&entry) {
            self.clock = self.clock.max(clock);
            self.insert(Source::Participant(from.id.clone()), entry);
        }
        Ok(())
    }

    /// What this page says when a channel opens. `now` is the time of day.
    pub(super) fn hello(&self, ends: Ends<'_>, now: u64) -> Hello {
        let mut known: Vec<KnownPage> = Vec::new();
        for line in &self.lines {
            let entry = &line.entry;
            let is_end =
                is_own(line, ends.here) || entry.is_of(&ends.there.id, &ends.there.instance);
            // What others passed on proves nothing of what was written, and so of what is missing.
            let counts = match &line.source {
                Source::Here => entry.passed_on_by.is_none(),
                Source::Participant(from) => *from == entry.author || *from == ends.there.id,
            };
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
            have: self.heard.next(ends.there),
            now: Some(now),
            known: Some(known),
        }
    }

    /// What whoever said `hello` is missing of this page.
    pub(super) fn missing<'a>(
        &'a self,
        ends: Ends<'a>,
        hello: &Hello,
    ) -> impl DoubleEndedIterator<Item = &'a ChatMessage> {
        let have = hello.have;
        self.lines
            .iter()
            .filter(move |line| is_own(line, ends.here) && line.entry.message.number >= have)
            .map(|line| &line.entry.message)
    }

    /// What whoever said `hello` is missing of other pages, and of earlier loads of this one.
    pub(super) fn missing_history<'a>(
        &'a self,
        ends: Ends<'a>,
        hello: &'a Hello,
    ) -> impl Iterator<Item = PageMessage> + 'a {
        let known = hello.known.as_deref();
        let lines = known.is_some().then_some(&self.lines).into_iter().flatten();
        let is_missing = move |entry: &ChatEntry| {
            let mut pages = known.unwrap_or_default().iter();
            let page = pages.find(|it| it.author == entry.author && it.instance == entry.instance);
            page.is_none_or(|page| entry.message.number >= page.have)
        };
        lines
            .filter(move |line| {
                !is_own(line, ends.here) && !line.entry.is_of(&ends.there.id, &ends.there.instance)
            })
            .filter(move |line| is_missing(&line.entry))
            .map(|line| line.entry.to_page_message())
    }

    /// The clock of a message of somebody else, no further ahead than is believed.
    fn ahead(&self, clock: u64) -> u64 {
        clock.min(self.clock.saturating_add(CLOCK_AHEAD))
    }

    /// Takes a message's clock in. News come after everything that is here.
    fn tick(&mut self, clock: u64, late: bool) -> u64 {
        let mut clock = self.ahead(clock);
        if !late || clock == 0 {
            clock = clock.max(self.clock.saturating_add(1));
        }
        self.clock = self.clock.max(clock);
        clock
    }

    /// Whether an entry is here already.
    fn has(&self, entry: &ChatEntry) -> bool {
        self.entries().any(|known| {
            known.is_of(&entry.author, &entry.instance)
                && known.message.number == entry.message.number
                && known.message.text == entry.message.text
        })
    }

    /// Drops what others said was this message: now its author says it.
    fn overrule(&mut self, author: &Participant, number: u64) {
        let is_it = |line: &Line| {
            line.entry.is_of(&author.id, &author.instance) && line.entry.message.number == number
        };
        while let Some(index) = self.lines.iter().position(is_it) {
            self.remove(index);
        }
    }

    fn insert(&mut self, source: Source, mut entry: ChatEntry) -> Arc<ChatEntry> {
        if self.lines.len() >= limits::CHAT_KEPT {
            self.make_room();
        }
        self.next_key += 1;
        entry.key = self.next_key;
        let index = self
            .lines
            .partition_point(|line| line.entry.order() <= entry.order());
        let entry = Arc::new(entry);
        let line = Line {
            source,
            entry: Arc::clone(&entry),
        };
        self.lines.insert(index, line);
        self.changes
            .push_back(ChatChange::Added(index, Arc::clone(&entry)));
        entry
    }

    /// Drops the oldest message of the source that has the most: nobody who writes a lot pushes out
    /// what others wrote.
    fn make_room(&mut self) {
        let mut sources: Vec<(&Source, usize)> = Vec::new();
        for line in &self.lines {
            match sources
                .iter_mut()
                .find(|(source, _)| *source == &line.source)
            {
                Some((_, count)) => *count += 1,
                None => sources.push((&line.source, 1)),
            }
        }
        let largest = sources.into_iter().max_by_key(|(_, count)| *count);
        let oldest = largest.and_then(|(source, _)| {
            let mut lines = self.lines.iter();
            lines.position(|line| line.source == *source)
        });
        if let Some(index) = oldest {
            self.remove(index);
        }
    }

    fn remove(&mut self, index: usize) {
        self.lines.remove(index);
        self.changes.push_back(ChatChange::Removed(index));
    }
}

/// Whether the page at this end says it as its own word. What was written on it while the server
/// knew it as somebody else is passed on like any other page's: the others know it by that name.
fn is_own(line: &Line, here: &Participant) -> bool {
    line.source == Source::Here && line.entry.is_of(&here.id, &here.instance)
}
