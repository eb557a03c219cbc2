//! Which tabs a participant came from, so that what one of them said long ago is known for old.

use std::collections::VecDeque;

use crate::id::Attempt;
use crate::limits;

/// The tabs that had a seat lately, the last one first, and the last socket of each.
///
/// A page that waits too long for an answer opens another socket, and a person who waits too long
/// loads the page again. The first request may still be under way, or lie at a server that is
/// frozen; when it is read at last, it must not take the seat from the tab's newer socket, nor
/// from another tab that has got it since.
#[derive(Clone, Debug, Default, Hash)]
pub(super) struct Tabs(VecDeque<Attempt>);

impl Tabs {
    /// Whether the tab came with a later socket than this one before.
    pub(super) fn overtook(&self, attempt: &Attempt) -> bool {
        let mut known = self.0.iter();
        known.any(|last| last.tab == attempt.tab && last.number > attempt.number)
    }

    /// Somebody has come with this socket.
    pub(super) fn with(mut self, attempt: Attempt) -> Self {
        self.0.retain(|known| known.tab != attempt.tab);
        self.0.push_front(attempt);
        self.0.truncate(limits::REMEMBERED_TABS);
        self
    }
}
