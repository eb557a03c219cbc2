//! Reactions: each is seen for a moment, the last of each participant in place of the one before.

use std::time::Duration;

use super::budget::Intake;
use super::{Action, Client, Handled, Notice};
use crate::conversation::{ConversationMessage, Reaction};
use crate::id::ParticipantId;
use crate::time::Timestamp;

/// How long a reaction is seen.
const SHOWN: Duration = Duration::from_secs(5);

/// What a participant shows just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownReaction {
    /// What it is.
    pub reaction: Reaction,
    /// Tells it from the same one shown again.
    pub number: u32,
    until: Timestamp,
}

impl Client {
    /// What a participant shows just now, this one included.
    pub fn reaction(&self, id: &ParticipantId) -> Option<ShownReaction> {
        self.reactions.get(id).copied()
    }

    /// Shows something to everybody.
    pub(super) fn react(&mut self, now: Timestamp, reaction: Reaction) {
        let Some(local) = &self.local else {
            return;
        };
        let id = local.id.clone();
        self.show_reaction(now, id, reaction);
        let reaction = Some(reaction);
        self.send_to_everyone(ConversationMessage::Reaction { reaction }, |_| true);
    }

    pub(super) fn on_reaction(
        &mut self,
        now: Timestamp,
        from: &ParticipantId,
        reaction: Option<Reaction>,
    ) -> Handled {
        let (Some(remote), Some(reaction)) = (self.remotes.get(from), reaction) else {
            return Handled::Ignored;
        };
        let name = remote.participant.name.clone();
        let intake = self.budget(now, from).take_reaction(now);
        self.name_if_first(from, intake);
        if intake != Intake::Taken {
            return intake.into();
        }
        let shown = self.reactions.get(from);
        let is_news = shown.is_none_or(|shown| shown.reaction != reaction);
        self.show_reaction(now, from.clone(), reaction);
        // Seen as often as it is shown, and said aloud once.
        if is_news && self.budget(now, from).takes_notice(now) {
            let notice = Notice::Reacted(name, reaction);
            self.actions.push_back(Action::Tell(notice));
        }
        Handled::Taken
    }

    /// When the next reaction has been seen for long enough.
    pub(super) fn reaction_ends_at(&self) -> Option<Timestamp> {
        self.reactions.values().map(|shown| shown.until).min()
    }

    /// Takes away what has been seen for long enough.
    pub(super) fn end_reactions(&mut self, now: Timestamp) {
        self.reactions.retain(|_, shown| now < shown.until);
    }

    fn show_reaction(&mut self, now: Timestamp, id: ParticipantId, reaction: Reaction) {
        self.next_reaction = self.next_reaction.wrapping_add(1);
        let shown = ShownReaction {
            reaction,
            number: self.next_reaction,
            until: now + SHOWN,
        };
        self.reactions.insert(id, shown);
    }
}
