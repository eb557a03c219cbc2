//! What became of a message after it was written.

use std::collections::BTreeMap;

use super::ChatEntry;
use crate::conversation::{Reaction, Relation};
use crate::id::{DisplayName, ParticipantId};

/// Of how many people the reactions to one message are kept.
const REACTING: usize = 64;

/// In which order changes by the same author were made: by their clocks, then by their numbers.
type Order = (u64, u64);

/// What became of a message after it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revision {
    /// The newest text in place of the first.
    edit: Option<(Order, String)>,
    is_deleted: bool,
    /// The newest of each who reacted, also when it was taken back.
    reactions: BTreeMap<ParticipantId, Reacted>,
}

/// What somebody showed last.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reacted {
    order: Order,
    name: DisplayName,
    reaction: Option<Reaction>,
}

impl Revision {
    /// Takes what an entry does with the message. The caller has looked whether it may.
    pub(super) fn apply(&mut self, change: &ChatEntry) {
        let message = &change.message;
        let order = (message.clock, message.number);
        match &message.relation {
            Some(Relation::Edit { .. }) if !self.is_deleted => {
                if self.edit.as_ref().is_none_or(|(last, _)| *last < order) {
                    self.edit = Some((order, message.text.clone()));
                }
            }
            Some(Relation::Deletion { .. }) => {
                self.is_deleted = true;
                self.edit = None;
                self.reactions.clear();
            }
            Some(Relation::Reaction { reaction, .. }) if !self.is_deleted => {
                self.react(change, order, *reaction);
            }
            Some(Relation::Edit { .. } | Relation::Reaction { .. } | Relation::Reply { .. })
            | None => {}
        }
    }

    fn react(&mut self, change: &ChatEntry, order: Order, reaction: Option<Reaction>) {
        let known = self.reactions.get(&change.author);
        let is_newer = known.is_none_or(|known| known.order < order);
        let has_room = self.reactions.len() < REACTING && reaction.is_some();
        if is_newer && (known.is_some() || has_room) {
            let name = change.name.clone();
            let reacted = Reacted {
                order,
                name,
                reaction,
            };
            self.reactions.insert(change.author.clone(), reacted);
        }
    }

    /// The text in place of the first, if there is one.
    pub fn edited(&self) -> Option<&str> {
        self.edit.as_ref().map(|(_, text)| text.as_str())
    }

    /// Whether its author took it back.
    pub const fn is_deleted(&self) -> bool {
        self.is_deleted
    }

    /// What is shown about it, in the order in which reactions are offered, with the names of those
    /// who show it.
    pub fn reactions(&self) -> Vec<(Reaction, Vec<&DisplayName>)> {
        let shown = Reaction::ALL.map(|reaction| {
            let those = self.reactions.values();
            let those = those.filter(|it| it.reaction == Some(reaction));
            (reaction, those.map(|it| &it.name).collect::<Vec<_>>())
        });
        let anybody = |(_, names): &(Reaction, Vec<_>)| !names.is_empty();
        shown.into_iter().filter(anybody).collect()
    }

    /// What somebody shows about it.
    pub fn reaction_of(&self, id: &ParticipantId) -> Option<Reaction> {
        self.reactions.get(id)?.reaction
    }
}
