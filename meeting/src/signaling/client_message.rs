//! What a browser says to the server.

use serde::{Deserialize, Serialize};

use super::{MessageError, SignalPayload};
use crate::id::{Attempt, DisplayName, InstanceId, ParticipantId, ResumeToken, RoomId};
use crate::limits;

/// A message from a browser. The first one on a socket is [`ClientMessage::Join`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Enter a room, or come back to it.
    Join(Join),
    /// Carry this to another participant, unread.
    Signal {
        /// Whom it is for.
        to: ParticipantId,
        /// What to carry.
        payload: SignalPayload,
    },
    /// I am here. Answered by `pong`.
    Ping {
        /// The last sequence number received; what came before may be forgotten.
        ack: u64,
    },
    /// I am leaving, for good.
    Leave {},
    /// Something that only a newer server understands. Answered by `error`.
    #[serde(other)]
    Unknown,
}

/// The first message on a socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// Protocol versions the browser speaks; the server picks the newest that it speaks, too.
    pub versions: Vec<u32>,
    /// The room to enter.
    pub room: RoomId,
    /// What the others shall call this participant.
    pub name: DisplayName,
    /// This load of the page.
    pub instance: InstanceId,
    /// Which of the tab's sockets this is. What was said on an older one may arrive later, and
    /// must not take the seat from this one.
    pub attempt: Attempt,
    /// Who the browser is: as the last `joined` said, or before the first one by a token of its own
    /// making. Without it, each `join` is somebody new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<Resume>,
}

/// The claim to be a certain participant, who may have been here before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// The token of the last `joined`, or the browser's own first one.
    pub token: ResumeToken,
    /// The last sequence number received; 0 before the first `joined`.
    pub seen: u64,
}

impl ClientMessage {
    /// Reads one text frame.
    ///
    /// # Errors
    ///
    /// When the frame is too long or is not a message of this protocol.
    pub fn parse(text: &str) -> Result<Self, MessageError> {
        if text.len() > limits::MESSAGE_BYTES {
            return Err(MessageError::TooLong);
        }
        Ok(serde_json::from_str(text)?)
    }

    /// The text frame.
    ///
    /// # Errors
    ///
    /// When the message would be longer than the protocol allows.
    pub fn to_json(&self) -> Result<String, MessageError> {
        super::error::to_bounded_json(self)
    }
}
