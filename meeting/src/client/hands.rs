//! Hands that are up, in the order in which they were raised: the same order in every page.

use super::{Action, Client, Notice};
use crate::conversation::ConversationMessage;
use crate::id::ParticipantId;
use crate::limits;
use crate::time::Timestamp;

/// How far one hand may be beyond the one before it, and count for those that go up later. Far more than
/// there are people.
const GAP: u64 = 1000;

impl Client {
    /// Those whose hands are up, whoever raised theirs first coming first. Of hands that went up at
    /// once, the smaller participant id comes first.
    pub fn hands(&self) -> Vec<ParticipantId> {
        let own = self
            .hand
            .zip(self.local.as_ref())
            .map(|(at, it)| (at, &it.id));
        let shown = self.remotes.iter().filter(|(_, remote)| remote.is_shown());
        let others = shown.filter_map(|(id, remote)| Some((remote.hand?, id)));
        let mut hands: Vec<_> = own.into_iter().chain(others).collect();
        hands.sort_unstable();
        hands.into_iter().map(|(_, id)| id.clone()).collect()
    }

    /// Raises this participant's hand behind all that are up, or lowers it.
    pub(super) fn set_hand(&mut self, up: bool) {
        if up == self.hand.is_some() {
            return;
        }
        self.hand = up.then(|| self.next_hand());
        self.send_to_everyone(self.hand_message(), |_| true);
    }

    /// What is said of this participant's hand.
    pub(super) const fn hand_message(&self) -> ConversationMessage {
        ConversationMessage::Hand { raised: self.hand }
    }

    pub(super) fn on_hand(&mut self, now: Timestamp, from: &ParticipantId, raised: Option<u64>) {
        let Some(remote) = self.remotes.get_mut(from) else {
            return;
        };
        let raised = raised.map(|at| at.min(limits::HAND));
        let before = std::mem::replace(&mut remote.hand, raised);
        let name = remote.participant.name.clone();
        if before.is_none() && raised.is_some() && self.budget(now, from).takes_notice(now) {
            self.actions
                .push_back(Action::Tell(Notice::HandRaised(name)));
        }
    }

    /// One more than that of every hand that is up, as in
    /// [Lamport 1978](https://lamport.azurewebsites.net/pubs/time-clocks.pdf). Whoever claims a place
    /// far beyond all others is last, and takes nobody along.
    fn next_hand(&self) -> u64 {
        let up = self.remotes.values().filter_map(|remote| remote.hand);
        let mut up: Vec<u64> = up.collect();
        up.sort_unstable();
        let believed = |next: u64, place: u64| if place <= next + GAP { place + 1 } else { next };
        up.into_iter().fold(0, believed).min(limits::HAND)
    }
}
