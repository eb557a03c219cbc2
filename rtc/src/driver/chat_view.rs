//! The chat as the views have it: carried on change by change, never built anew.

use std::sync::Arc;

use meeting::chat::{ChatChange, ChatEntry};

use crate::view::Draft;

/// The chat as the views have it.
#[derive(Debug, Default)]
pub(super) struct ChatView {
    entries: Arc<Vec<Arc<ChatEntry>>>,
    received_messages: usize,
    /// What is being written, and how many messages of others were not seen yet, as the views say.
    draft: Draft,
    unread: usize,
}

impl ChatView {
    /// Keeps what the views know and the next load of the page would not.
    pub(super) fn keep(&mut self, draft: Draft, unread: usize) {
        self.draft = draft;
        self.unread = unread;
    }

    /// What is being written.
    pub(super) const fn draft(&self) -> &Draft {
        &self.draft
    }

    /// How many messages of others were not seen yet.
    pub(super) const fn unread(&self) -> usize {
        self.unread
    }

    /// Counts the messages that were not seen before the page was loaded again.
    pub(super) const fn count_unread(&mut self) {
        self.received_messages = self.received_messages.saturating_add(self.unread);
    }

    /// The messages that are kept, in order.
    pub(super) fn entries(&self) -> Arc<Vec<Arc<ChatEntry>>> {
        Arc::clone(&self.entries)
    }

    /// How many messages of others there have been, kept or not.
    pub(super) const fn received_messages(&self) -> usize {
        self.received_messages
    }

    /// Takes a change that is news.
    pub(super) fn apply(&mut self, change: ChatChange) {
        if let ChatChange::Added(_, entry) = &change
            && !entry.mine
            && entry.message.is_shown()
        {
            self.received_messages = self.received_messages.saturating_add(1);
        }
        self.restore(change);
    }

    /// Takes a change that is no news: it was here before the page was loaded again.
    pub(super) fn restore(&mut self, change: ChatChange) {
        // What the views still hold is copied first: as many pointers as there are messages.
        let entries = Arc::make_mut(&mut self.entries);
        match change {
            ChatChange::Added(index, entry) => {
                entries.insert(index.min(entries.len()), entry);
            }
            ChatChange::Changed(index, entry) => {
                if let Some(shown) = entries.get_mut(index) {
                    *shown = entry;
                }
            }
            ChatChange::Removed(index) => {
                if index < entries.len() {
                    entries.remove(index);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::stored_chat::tests::entry;

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
        let mut chat_view = ChatView::default();
        for number in 0..3000 {
            chat_view.apply(written(number));
            if number >= 2000 {
                chat_view.apply(ChatChange::Removed(0));
            }
        }
        assert_eq!(chat_view.entries().len(), 2000);
        assert_eq!(chat_view.received_messages(), 3000);
    }

    #[test]
    fn what_its_author_confirms_is_not_counted_again() {
        let mut chat_view = ChatView::default();
        chat_view.apply(written(1));
        let ChatChange::Added(_, entry) = written(1) else {
            panic!("it is added");
        };
        chat_view.apply(ChatChange::Changed(0, entry));
        assert_eq!(chat_view.received_messages(), 1);
        assert_eq!(chat_view.entries().len(), 1);
    }

    #[test]
    fn what_was_not_seen_before_a_reload_is_counted_after_it_and_what_was_seen_is_not() {
        let mut chat_view = ChatView::default();
        let draft = Draft {
            text: "half a sent".to_owned(),
            to: None,
        };
        chat_view.keep(draft.clone(), 2);
        chat_view.count_unread();
        for number in 0..5 {
            chat_view.restore(written(number));
        }
        assert_eq!(chat_view.received_messages(), 2);
        chat_view.apply(written(5));
        assert_eq!(chat_view.received_messages(), 3);
        assert_eq!(chat_view.entries().len(), 6);
        assert_eq!(*chat_view.draft(), draft);
    }
}
