//! The messages that are kept, in order, and which of them go when there are too many.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::conversation::{ChatMessage, Relation};
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
    pub(super) present: BTreeSet<ParticipantId>,
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
        self.relate(&entry, index);
        self.forget_edits(&entry);
        entry
    }

    /// What an edit said goes with the message that was taken back, whichever of the three comes last.
    fn forget_edits(&mut self, entry: &ChatEntry) {
        let Some(Relation::Edit { of } | Relation::Deletion { of }) = &entry.message.relation
        else {
            return;
        };
        let by_its_author = |it: &ChatEntry| it.author == of.author;
        let deletes = |it: &ChatEntry| matches!(&it.message.relation, Some(Relation::Deletion { of: other }) if other == of);
        let edits = |it: &ChatEntry| matches!(&it.message.relation, Some(Relation::Edit { of: other }) if other == of);
        let deletions: Vec<_> = (self.entries.iter())
            .filter(|it| by_its_author(it) && deletes(it))
            .cloned()
            .collect();
        let is_over = |edit: &ChatEntry| {
            let is_believed = |it: &Arc<ChatEntry>| it.is_by_author() || it.source == edit.source;
            by_its_author(edit) && edits(edit) && deletions.iter().any(is_believed)
        };
        while let Some(index) = self.entries.iter().position(|it| is_over(it)) {
            self.remove(index);
        }
    }

    /// Lets a message change what it is about, or be changed by what came before it.
    fn relate(&mut self, entry: &ChatEntry, index: usize) {
        if entry.message.is_shown() {
            let changes = self.entries.iter().filter(|it| it.changes(entry));
            let changes: Vec<_> = changes.cloned().collect();
            self.revise(index, &changes);
            return;
        }
        let changed = |(_, other): &(usize, &Arc<ChatEntry>)| entry.changes(other);
        let changed = self.entries.iter().enumerate().filter(changed);
        let changed: Vec<usize> = changed.map(|(index, _)| index).collect();
        let change = Arc::new(entry.clone());
        for index in changed {
            self.revise(index, std::slice::from_ref(&change));
        }
    }

    /// Changes the message at this position. Nothing is kept of what was taken back.
    fn revise(&mut self, index: usize, changes: &[Arc<ChatEntry>]) {
        let Some(entry) = self.entries.get_mut(index) else {
            return;
        };
        let mut revised = ChatEntry::clone(entry);
        for change in changes {
            revised.revision.apply(change);
        }
        if revised.revision.is_deleted() {
            revised.message.text.clear();
            revised.message.file = None;
        }
        if revised == **entry {
            return;
        }
        self.weight = (self.weight + revised.weight()).saturating_sub(entry.weight());
        *entry = Arc::new(revised);
        self.changes
            .push_back(ChatChange::Changed(index, Arc::clone(entry)));
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
            .push_back(ChatChange::Changed(index, Arc::clone(entry)));
        let entry = Arc::clone(entry);
        self.relate(&entry, index);
    }

    /// Drops the oldest message of whoever has the most: nobody who writes a lot pushes out what
    /// others wrote. All who are gone count as one, for coming back under another id costs nothing.
    fn make_room(&mut self) {
        let mut weights: BTreeMap<Option<&ParticipantId>, usize> = BTreeMap::new();
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
        self.present.get(&entry.source)
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
