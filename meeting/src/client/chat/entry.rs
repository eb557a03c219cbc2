//! One message in the list, and what may be wrong with one.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::conversation::{ChatMessage, PageMessage};
use crate::id::{DisplayName, InstanceId, ParticipantId};
use crate::signaling::Participant;

/// One message of the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatEntry {
    /// Tells it from every other entry of this page.
    #[serde(skip)]
    pub key: u64,
    /// Who wrote it.
    pub author: ParticipantId,
    /// On which load of their page.
    pub instance: InstanceId,
    /// What they were called.
    pub name: DisplayName,
    /// Whether it is the person in front of this screen.
    pub mine: bool,
    /// What they wrote, its time by the clock of this machine.
    pub message: ChatMessage,
    /// Whoever passed it on, where that was not its author: they might have made it up.
    pub passed_on_by: Option<DisplayName>,
}

/// What changed in the list of messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatChange {
    /// A message was put in at this place.
    Added(usize, Arc<ChatEntry>),
    /// The one at this place is no longer kept.
    Removed(usize),
}

/// Why a chat message was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ChatError {
    /// Nothing that could be seen.
    #[error("the message is empty")]
    Empty,
    /// Over [`limits::CHAT_BYTES`].
    #[error("the message is too long")]
    TooLong,
}

/// Why a chat message of somebody else was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(in crate::client) enum Refused {
    #[error("a chat message is numbered far beyond those before it")]
    Gap,
    #[error("a chat message of a page that is there was passed on by somebody else")]
    NotTheAuthor,
    #[error("there is nothing to see in a chat message")]
    Blank,
}

impl ChatEntry {
    /// What somebody wrote on the present load of their page.
    pub(super) fn written_by(author: &Participant, message: ChatMessage, mine: bool) -> Self {
        Self {
            key: 0,
            author: author.id.clone(),
            instance: author.instance.clone(),
            name: author.name.clone(),
            mine,
            message,
            passed_on_by: None,
        }
    }

    /// As it is passed on.
    pub(super) fn to_page_message(&self) -> PageMessage {
        PageMessage {
            author: self.author.clone(),
            instance: self.instance.clone(),
            name: self.name.clone(),
            message: self.message.clone(),
        }
    }

    /// By clock; what was written without knowing of each other, in an order that is everybody's.
    pub(super) fn order(&self) -> (u64, &ParticipantId, &InstanceId, u64) {
        let ChatMessage { clock, number, .. } = self.message;
        (clock, &self.author, &self.instance, number)
    }

    /// Whether it was written on this page.
    pub(super) fn is_of(&self, author: &ParticipantId, instance: &InstanceId) -> bool {
        self.instance == *instance && self.author == *author
    }
}
