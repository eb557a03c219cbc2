//! One message in the list, and what may be wrong with one.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Revision;
use crate::conversation::{ChatMessage, HistoryMessage, MessageId, Relation};
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
    /// What the only one is called whom this person wrote it to.
    #[serde(default)]
    pub addressee: Option<DisplayName>,
    /// What became of it since.
    #[serde(skip)]
    pub revision: Revision,
}

/// What changed in the list of messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatChange {
    /// A message was put in at this position.
    Added(usize, Arc<ChatEntry>),
    /// The one at this position is different now, or its author says now themselves that they wrote
    /// it.
    Changed(usize, Arc<ChatEntry>),
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
    /// What it is about is not kept, or was taken back.
    #[error("the message that it is about is not there")]
    NoSuchMessage,
    /// Only its author may change a message.
    #[error("the message is somebody else's")]
    NotTheAuthor,
    /// The only one it is for is not in the room.
    #[error("the addressee is not there")]
    AddresseeGone,
    /// The page of the only one it is for would show it as one for everyone, and pass it on.
    #[error("the addressee's page knows no private messages")]
    AddresseeOutdated,
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
    /// It is for somebody else.
    #[error("a chat message for somebody else came here")]
    NotForThisPage,
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
            addressee: None,
            revision: Revision::default(),
        }
    }

    /// Which message it is.
    pub fn id(&self) -> MessageId {
        MessageId {
            author: self.author.clone(),
            instance: self.instance.clone(),
            number: self.message.number,
        }
    }

    /// What it says now; nothing when it was taken back.
    pub fn text(&self) -> Option<&str> {
        let written = self.message.text.as_str();
        let text = self.revision.edited().unwrap_or(written);
        (!self.revision.is_deleted()).then_some(text)
    }

    /// Whether it changes something in another message, and not only stands beside it.
    pub(super) fn changes(&self, other: &Self) -> bool {
        let of = match &self.message.relation {
            Some(Relation::Edit { of } | Relation::Deletion { of }) => {
                Some(of).filter(|of| of.author == self.author)
            }
            Some(Relation::Reaction { of, .. }) => Some(of),
            Some(Relation::Reply { .. }) | None => None,
        };
        // Whoever passes on both may have made up both, and nothing that its author said changes by it.
        let is_believed = self.is_by_author() || self.source == other.source;
        is_believed && other.message.is_shown() && of.is_some_and(|of| other.is(of))
    }

    /// Whether it is this message.
    pub fn is(&self, id: &MessageId) -> bool {
        self.message.number == id.number && self.is_of(&id.author, &id.instance)
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
