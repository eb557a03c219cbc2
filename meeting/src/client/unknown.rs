//! What came from pages and servers of other versions and was ignored.

use super::{Action, Client};
use crate::conversation::{Attributed, ConversationMessage};

/// How much was ignored because only a newer version understands it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnknownCounts {
    /// Messages of an unknown type, of other pages and of the server.
    pub messages: u64,
    /// Unknown fields in messages of other pages.
    pub fields: u64,
}

impl Client {
    /// What was ignored so far. No view shows it: whoever looks for a reason reads
    /// [`Action::Report`], and simulations hold the counts against what was sent.
    pub const fn unknown_counts(&self) -> UnknownCounts {
        self.unknown
    }

    /// Counts what is not understood of something that another page said.
    pub(super) fn note_unknown(&mut self, text: &str, said: &Attributed) {
        match said.message {
            ConversationMessage::Unknown => self.count_unknown(1, 0),
            _ => self.count_unknown(0, said.unknown_fields(text)),
        }
    }

    /// The first is told of, for whoever looks for the reason of something odd.
    pub(super) fn count_unknown(&mut self, messages: usize, fields: usize) {
        if messages + fields == 0 {
            return;
        }
        if self.unknown == UnknownCounts::default() {
            let first = "something that only a newer version understands is ignored";
            self.actions.push_back(Action::Report(first.to_owned()));
        }
        let add = |count: &mut u64, more: usize| {
            *count = count.saturating_add(u64::try_from(more).unwrap_or(u64::MAX));
        };
        add(&mut self.unknown.messages, messages);
        add(&mut self.unknown.fields, fields);
    }
}
