//! One message in the list, and what may be wrong with one.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::conversation::{ChatMessage, HistoryMessage};
use crate::files::AttachedFile;
use crate::id::{DisplayName, InstanceId, ParticipantId};
use crate::signaling::Participant;

/// One message of the chat.
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
    /// Where it stands among the others. Its clock, or later where it came as news.
    #[serde(rename = "place")]
    pub position: u64,
    /// Who said that it was written: its author, or whoever passed it on.
    pub source: ParticipantId,
    /// What whoever passed it on is called, where that was not its author: they might have made it
    /// up.
    pub passed_on_by: Option<DisplayName>,
}

/// What changed in the list of messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatChange {
    /// A message was put in at this position.
    Added(usize, Arc<ChatEntry>),
    /// Of the one at this position its author says now themselves that they wrote it.
    Confirmed(usize, Arc<ChatEntry>),
    /// The one at this position is no longer kept.
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
pub enum Refused {
    /// Its number cannot be right; see [`limits::CHAT_GAP`](crate::limits::CHAT_GAP).
    #[error("a chat message is numbered far beyond those before it")]
    Gap,
    /// Only its author may say it.
    #[error("a chat message of a page that is there was passed on by somebody else")]
    NotTheAuthor,
    /// It shows nothing.
    #[error("there is nothing to see in a chat message")]
    Blank,
}

impl ChatEntry {
    /// What somebody wrote on the present load of their page.
    pub(super) fn written_by(
        author: &Participant,
        message: ChatMessage,
        position: u64,
        mine: bool,
    ) -> Self {
        Self {
            key: 0,
            author: author.id.clone(),
            instance: author.instance.clone(),
            name: author.name.clone(),
            mine,
            message,
            position,
            source: author.id.clone(),
            passed_on_by: None,
        }
    }

    /// As it is passed on.
    pub fn to_history_message(&self) -> HistoryMessage {
        HistoryMessage {
            author: self.author.clone(),
            instance: self.instance.clone(),
            name: self.name.clone(),
            message: self.message.clone(),
        }
    }

    /// By position; what was written without knowing of each other, in an order that is everybody's.
    pub(super) fn order(&self) -> (u64, &ParticipantId, &InstanceId, u64) {
        let number = self.message.number;
        (self.position, &self.author, &self.instance, number)
    }

    /// Whether it is a word of whoever is called its author.
    pub(super) fn is_by_author(&self) -> bool {
        self.source == self.author
    }

    /// What it takes of what may be kept, in bytes.
    pub(super) fn weight(&self) -> usize {
        // A short one is no lighter than what stands around it.
        let file = self.message.file.as_ref();
        let file = file.map_or(0, AttachedFile::weight);
        (self.message.text.len() + file).max(64)
    }

    /// Whether it was written on this page.
    pub(super) fn is_of(&self, author: &ParticipantId, instance: &InstanceId) -> bool {
        self.instance == *instance && self.author == *author
    }
}
