//! Chat messages: what is written, whom it is for, and what it does with another one.

use serde::{Deserialize, Serialize};

use super::{Reaction, if_readable};
use crate::files::AttachedFile;
use crate::id::{DisplayName, InstanceId, ParticipantId};

/// A chat message as its author sends it, without the author.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// Its position among the messages of the page on which it was written, counted from 0. Whoever
    /// does not get one that is for somebody else misses its number.
    pub number: u64,
    /// Its position in the chat: one more than that of everything its author had read
    /// ([Lamport 1978](https://lamport.azurewebsites.net/pubs/time-clocks.pdf)). 0 from pages that
    /// do not count.
    #[serde(default)]
    pub clock: u64,
    /// When it was written, in milliseconds since 1970 by the sender's clock.
    pub at: u64,
    /// What was written; of a file, what it is called; of an edit, what stands there from now on.
    /// Empty in a deletion or a reaction.
    pub text: String,
    /// The file that comes with it. One that cannot be read is as good as none: the text is there.
    #[serde(
        default,
        deserialize_with = "if_readable",
        skip_serializing_if = "Option::is_none"
    )]
    pub file: Option<AttachedFile>,
    /// The only one it is for, besides its author. Absent where it is for everyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ParticipantId>,
    /// What it does with another message. Absent where it stands for itself; a relation that cannot
    /// be read is as good as none.
    #[serde(
        default,
        deserialize_with = "if_readable",
        skip_serializing_if = "Option::is_none"
    )]
    pub relation: Option<Relation>,
}

/// Which chat message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MessageId {
    /// Who wrote it.
    pub author: ParticipantId,
    /// On which load of their page.
    pub instance: InstanceId,
    /// Its number there.
    pub number: u64,
}

/// What a chat message does with another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Relation {
    /// It answers it.
    Reply {
        /// The message that is answered.
        of: MessageId,
    },
    /// Its text takes the place of that of an earlier message of the same author.
    Edit {
        /// The message that is edited.
        of: MessageId,
    },
    /// It takes back an earlier message of the same author.
    Deletion {
        /// The message that is taken back.
        of: MessageId,
    },
    /// It shows what its author feels about it, in place of what they showed before.
    Reaction {
        /// What it is about.
        of: MessageId,
        /// What they feel; nothing to take it back, or where only a newer page knows it.
        #[serde(
            default,
            deserialize_with = "if_readable",
            skip_serializing_if = "Option::is_none"
        )]
        reaction: Option<Reaction>,
    },
}

/// A chat message together with the page on which it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryMessage {
    /// Who wrote it.
    pub author: ParticipantId,
    /// On which load of their page.
    pub instance: InstanceId,
    /// What they were called.
    pub name: DisplayName,
    /// What they wrote.
    pub message: ChatMessage,
}

impl ChatMessage {
    /// Whether it stands in the list of messages, and does not only change one that does.
    pub const fn is_shown(&self) -> bool {
        matches!(self.relation, None | Some(Relation::Reply { .. }))
    }

    /// Whether there is a text to see in it.
    pub const fn has_text(&self) -> bool {
        !matches!(
            self.relation,
            Some(Relation::Deletion { .. } | Relation::Reaction { .. })
        )
    }

    /// Whether somebody may read what `author` wrote.
    pub fn is_for(&self, author: &ParticipantId, reader: &ParticipantId) -> bool {
        self.to.as_ref().is_none_or(|to| to == reader) || author == reader
    }
}
