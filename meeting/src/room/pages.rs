//! Which pages a participant came with, so that what one of them said long ago is known for old.

use std::collections::VecDeque;

use crate::id::InstanceId;
use crate::limits;

/// The pages that had a place lately, the last one first, and the last socket of each.
///
/// A page that waits too long for an answer opens another socket. Its first request may still be
/// under way, or lie at a server that is frozen; when it is read at last, it must not take the place
/// from the page's newer socket, nor from another page that has got it since.
#[derive(Clone, Debug, Default, Hash)]
pub(super) struct Pages(VecDeque<(InstanceId, u32)>);

impl Pages {
    /// Whether the page came with a later socket than this one before.
    pub(super) fn overtook(&self, page: &InstanceId, attempt: u32) -> bool {
        let mut pages = self.0.iter();
        pages.any(|(known, last)| known == page && *last > attempt)
    }

    /// The page has come with this socket.
    pub(super) fn with(mut self, page: &InstanceId, attempt: u32) -> Self {
        self.0.retain(|(known, _)| known != page);
        self.0.push_front((page.clone(), attempt));
        self.0.truncate(limits::REMEMBERED_PAGES);
        self
    }
}
