//! What can be wrong with a message, and what the server says about it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::limits;

/// Why a frame is not a message.
#[derive(Debug, Error)]
pub enum MessageError {
    /// Longer than its limit.
    #[error("the message is longer than the protocol allows")]
    TooLong,
    /// Not JSON, without a type, a missing or doubled field, a value out of bounds.
    #[error("the message is not part of this protocol: {0}")]
    Malformed(#[from] serde_json::Error),
}

/// What went wrong, for programs. A code never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// A frame was not a message of this protocol.
    BadMessage,
    /// A frame was longer than allowed.
    TooLong,
    /// None of the offered versions is spoken here.
    UnsupportedVersion,
    /// The first message was not `join`, or a later one was.
    OutOfPlace,
    /// Nothing useful arrived in time after the socket opened.
    JoinTimeout,
    /// The room has no seat left.
    RoomFull,
    /// The resume token is not, or no longer, valid.
    ResumeRefused,
    /// The same participant connected again elsewhere.
    Replaced,
    /// More messages than the rate limit allows.
    RateLimited,
    /// The browser reads more slowly than the room talks.
    TooSlow,
    /// Nothing was heard for too long.
    Silent,
    /// The room's state cannot be reached now.
    Unavailable,
    /// The server is stopping.
    GoingAway,
    /// Somebody removed the participant from the room.
    Removed,
    /// A message of a type that this server does not know. The session goes on.
    UnknownType,
    /// Something that only a newer page understands.
    #[serde(other)]
    Unknown,
}

pub(super) fn to_bounded_json(message: &impl Serialize) -> Result<String, MessageError> {
    let text = serde_json::to_string(message)?;
    if text.len() > limits::MESSAGE_BYTES {
        Err(MessageError::TooLong)
    } else {
        Ok(text)
    }
}
