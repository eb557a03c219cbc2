//! The conversation as the views have it: carried on change by change, never built anew.

use std::sync::Arc;

use meeting::client::{ChatChange, ChatEntry};

/// The conversation as the views have it.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    lines: Arc<Vec<Arc<ChatEntry>>>,
    written_by_others: usize,
    /// What is being written, and how many messages of others were not seen yet, as the views say.
    draft: String,
    unread: usize,
}

impl Transcript {
    /// Keeps what the views know and the next load of the page would not.
    pub(super) fn keep(&mut self, draft: String, unread: usize) {
        self.draft = draft;
        self.unread = unread;
    }

    /// What is being written.
    pub(super) fn draft(&self) -> &str {
        &self.draft
    }

    /// How many messages of others were not seen yet.
    pub(super) const fn unread(&self) -> usize {
        self.unread
    }

    /// Counts the messages that were not seen before the page was loaded again.
    pub(super) const fn count_unread(&mut self) {
        self.written_by_others = self.written_by_others.saturating_add(self.unread);
    }

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
            self.written_by_others = self.written_by_others.saturating_add(1);
        }
        self.restore(change);
    }

    /// Takes a change that is no news: it was here before the page was loaded again.
    pub(super) fn restore(&mut self, change: ChatChange) {
        // What the views still hold is copied first: as many pointers as there are messages.
        let lines = Arc::make_mut(&mut self.lines);
        match change {
            ChatChange::Added(index, entry) => {
                lines.insert(index.min(lines.len()), entry);
            }
            ChatChange::Confirmed(index, entry) => {
                if let Some(line) = lines.get_mut(index) {
                    *line = entry;
                }
            }
            ChatChange::Removed(index) => {
                if index < lines.len() {
                    lines.remove(index);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::kept_chat::tests::entry;

    fn written(number: u64) -> ChatChange {
        let theirs = ChatEntry {
            mine: false,
            ..(*entry(number, "hello")).clone()
        };
        ChatChange::Added(usize::MAX, Arc::new(theirs))
    }

    /// The badge stood still once the list was full.
    #[test]
    fn messages_are_counted_beyond_those_that_are_kept() {
        let mut transcript = Transcript::default();
        for number in 0..3000 {
            transcript.apply(written(number));
            if number >= 2000 {
                transcript.apply(ChatChange::Removed(0));
            }
        }
        assert_eq!(transcript.lines().len(), 2000);
        assert_eq!(transcript.written_by_others(), 3000);
    }

    #[test]
    fn what_its_author_confirms_is_not_counted_again() {
        let mut transcript = Transcript::default();
        transcript.apply(written(1));
        let ChatChange::Added(_, entry) = written(1) else {
            panic!("it is added");
        };
        transcript.apply(ChatChange::Confirmed(0, entry));
        assert_eq!(transcript.written_by_others(), 1);
        assert_eq!(transcript.lines().len(), 1);
    }

    #[test]
    fn what_was_not_seen_before_a_reload_is_counted_after_it_and_what_was_seen_is_not() {
        let mut transcript = Transcript::default();
        transcript.keep("half a sent".to_owned(), 2);
        transcript.count_unread();
        for number in 0..5 {
            transcript.restore(written(number));
        }
        assert_eq!(transcript.written_by_others(), 2);
        transcript.apply(written(5));
        assert_eq!(transcript.written_by_others(), 3);
        assert_eq!(transcript.lines().len(), 6);
        assert_eq!(transcript.draft(), "half a sent");
    }
}
