//! The messages that are kept, in order, and which of them go when there are too many.

use std::collections::VecDeque;
use std::sync::Arc;

use litemap::LiteMap;

use crate::conversation::ChatMessage;
use crate::id::ParticipantId;
use crate::limits;
use crate::signaling::Participant;

use super::{ChatChange, ChatEntry};

/// The messages that are kept.
#[derive(Debug, Default)]
pub(super) struct Kept {
    entries: Vec<Arc<ChatEntry>>,
    weight: usize,
    /// Who is in the room.
    pub(super) present: Vec<ParticipantId>,
    next_key: u64,
    changes: VecDeque<ChatChange>,
}

impl Kept {
    /// In order.
    pub(super) fn entries(&self) -> impl DoubleEndedIterator<Item = &Arc<ChatEntry>> {
        self.entries.iter()
    }

    pub(super) fn poll_change(&mut self) -> Option<ChatChange> {
        self.changes.pop_front()
    }

    pub(super) fn insert(&mut self, mut entry: ChatEntry) -> Arc<ChatEntry> {
        let weight = entry.weight();
        while !self.entries.is_empty()
            && (self.entries.len() >= limits::CHAT_KEPT
                || self.weight + weight > limits::CHAT_KEPT_BYTES)
        {
            self.make_room();
        }
        entry.key = self.fresh_key();
        let index = self
            .entries
            .partition_point(|known| known.order() <= entry.order());
        let entry = Arc::new(entry);
        self.weight += weight;
        self.entries.insert(index, Arc::clone(&entry));
        self.changes
            .push_back(ChatChange::Added(index, Arc::clone(&entry)));
        entry
    }

    /// The author of a message says it. What others said it was goes; whether it was just that, and
    /// stays where it stands.
    pub(super) fn confirm(&mut self, author: &Participant, message: &ChatMessage) -> bool {
        let is_it = |entry: &Arc<ChatEntry>| {
            entry.message.number == message.number && entry.is_of(&author.id, &author.instance)
        };
        let mut is_confirmed = false;
        let mut from = 0;
        while let Some(found) = self.entries.iter().skip(from).position(is_it) {
            let index = from + found;
            if !is_confirmed && self.has_text(index, &message.text) {
                is_confirmed = true;
                self.replace(index, author, message);
                from = index + 1;
            } else {
                self.remove(index);
                from = index;
            }
        }
        is_confirmed
    }

    fn has_text(&self, index: usize, text: &str) -> bool {
        let entry = self.entries.get(index);
        entry.is_some_and(|entry| entry.message.text == text)
    }

    fn replace(&mut self, index: usize, author: &Participant, message: &ChatMessage) {
        let Some(entry) = self.entries.get_mut(index) else {
            return;
        };
        let position = entry.position;
        let confirmed = ChatEntry {
            key: entry.key,
            ..ChatEntry::written_by(author, message.clone(), position, false)
        };
        *entry = Arc::new(confirmed);
        self.changes
            .push_back(ChatChange::Confirmed(index, Arc::clone(entry)));
    }

    /// Drops the oldest message of whoever has the most: nobody who writes a lot pushes out what
    /// others wrote. All who are gone count as one, for coming back under another id costs nothing.
    fn make_room(&mut self) {
        let mut weights: LiteMap<Option<&ParticipantId>, usize> = LiteMap::new();
        for entry in &self.entries {
            *weights.entry(self.holder(entry)).or_default() += entry.weight();
        }
        let heaviest = weights.into_iter().max_by_key(|(_, weight)| *weight);
        let oldest = heaviest.and_then(|(holder, _)| {
            let mut entries = self.entries.iter();
            entries.position(|entry| self.holder(entry) == holder)
        });
        // The first, if there is none; there is one in whatever is not empty.
        self.remove(oldest.unwrap_or(0));
    }

    /// Whose share a message is part of.
    fn holder(&self, entry: &ChatEntry) -> Option<&ParticipantId> {
        self.present.iter().find(|id| **id == entry.source)
    }

    fn remove(&mut self, index: usize) {
        if index < self.entries.len() {
            let entry = self.entries.remove(index);
            self.weight = self.weight.saturating_sub(entry.weight());
            self.changes.push_back(ChatChange::Removed(index));
        }
    }

    const fn fresh_key(&mut self) -> u64 {
        self.next_key += 1;
        self.next_key
    }
}
