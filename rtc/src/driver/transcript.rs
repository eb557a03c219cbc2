//! The conversation as the views have it: carried on change by change, never built anew.

use std::sync::Arc;

use meeting::client::{ChatChange, ChatEntry};

/// The conversation as the views have it.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    lines: Arc<Vec<Arc<ChatEntry>>>,
    written_by_others: usize,
}

impl Transcript {
    /// The messages that are kept, in order.
    pub(super) fn lines(&self) -> Arc<Vec<Arc<ChatEntry>>> {
        Arc::clone(&self.lines)
    }

    /// How many messages of others there have been, kept or not.
    pub(super) const fn written_by_others(&self) -> usize {
        self.written_by_others
    }

    /// Takes a change that is news.
    pub(super) fn apply(&mut self, change: ChatChange) {
        if let ChatChange::Added(_, entry) = &change
            && !entry.mine
        {
            self.written_by_others += 1;
        }
        self.restore(change);
    }

    /// Takes a change that the person has seen before.
    pub(super) fn restore(&mut self, change: ChatChange) {
        // What the views still hold is copied first: as many pointers as there are messages.
        let lines = Arc::make_mut(&mut self.lines);
        match change {
            ChatChange::Added(index, entry) => {
                lines.insert(index.min(lines.len()), entry);
            }
            ChatChange::Removed(index) => {
                if index < lines.len() {
                    lines.remove(index);
                }
            }
        }
    }
}
