//! The written conversation, as one list.

use crate::conversation::{ChatError, ChatLog, ChatMessage};
use crate::id::{DisplayName, InstanceId, ParticipantId};
use crate::signaling::Participant;

/// Lines kept for reading back.
const KEPT: usize = 2000;

/// One line of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatEntry {
    /// Who wrote it.
    pub author: ParticipantId,
    /// On which load of his page.
    pub instance: InstanceId,
    /// What he was called.
    pub name: DisplayName,
    /// Whether he is the one in front of this screen.
    pub mine: bool,
    /// What he wrote.
    pub message: ChatMessage,
}

/// The written conversation.
#[derive(Debug, Default)]
pub(super) struct ChatRoom {
    own: ChatLog,
    entries: Vec<ChatEntry>,
}

impl ChatRoom {
    pub(super) fn entries(&self) -> &[ChatEntry] {
        &self.entries
    }

    pub(super) fn write(
        &mut self,
        local: &Participant,
        at: u64,
        text: &str,
    ) -> Result<ChatMessage, ChatError> {
        let message = self.own.write(at, text)?;
        self.push(local, message.clone(), true);
        Ok(message)
    }

    pub(super) fn add(&mut self, author: &Participant, message: ChatMessage) {
        self.push(author, message, false);
    }

    /// What somebody who has the first `have` of this person's messages is missing.
    pub(super) fn missing(&self, have: u64) -> impl Iterator<Item = &ChatMessage> {
        self.own.missing(have)
    }

    fn push(&mut self, author: &Participant, message: ChatMessage, mine: bool) {
        if self.entries.len() == KEPT {
            self.entries.remove(0);
        }
        self.entries.push(ChatEntry {
            author: author.id.clone(),
            instance: author.instance.clone(),
            name: author.name.clone(),
            mine,
            message,
        });
    }
}
