//! What a person wants said in the chat.

use serde::{Deserialize, Serialize};

use crate::conversation::{MessageId, Reaction};
use crate::files::AttachedFile;
use crate::id::{DisplayName, ParticipantId};

/// What a person wants said in the chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// Something new.
    Message {
        /// What they wrote.
        text: String,
        /// The only one it is for; nobody where it is for everyone.
        to: Option<Addressee>,
        /// The message that it answers.
        reply_to: Option<MessageId>,
    },
    /// A file for everyone.
    File(AttachedFile),
    /// Another text in one of their messages.
    Edit {
        /// Which message.
        of: MessageId,
        /// What it shall say.
        text: String,
    },
    /// That one of their messages be taken back.
    Deletion {
        /// Which message.
        of: MessageId,
    },
    /// What they feel about a message.
    Reaction {
        /// Which message.
        of: MessageId,
        /// What they feel; nothing to take it back.
        reaction: Option<Reaction>,
    },
}

/// The only one whom something is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// Who it is.
    pub id: ParticipantId,
    /// What they are called.
    pub name: DisplayName,
}

impl Outgoing {
    /// A message for everyone.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Message {
            text: text.into(),
            to: None,
            reply_to: None,
        }
    }
}
