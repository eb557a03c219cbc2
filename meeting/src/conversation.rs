//! What crosses the data channel between two browsers: chat, the state of microphones, cameras
//! and shares, and signals while the server is away. The server never sees any of it.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::limits;
use crate::signaling::{MessageError, SignalPayload};

/// A message on the data channel, a JSON text. The channel is ordered and reliable
/// ([RFC 8831](https://www.rfc-editor.org/rfc/rfc8831)); a new connection starts a new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ConversationMessage {
    /// The first message each way: what is missing of the other's chat.
    Hello {
        /// How many of the receiver's chat messages the sender has.
        have: u64,
    },
    /// What the sender sends just now.
    Media(MediaState),
    /// What of the media really crosses the connection.
    Report(Report),
    /// Something written.
    Chat {
        /// What.
        message: ChatMessage,
        /// Sent again because the receiver missed it, so it is no news.
        late: bool,
    },
    /// What would go through the server if it were there.
    Signal {
        /// See [`crate::delivery::Parcel`].
        payload: SignalPayload,
    },
    /// The sender leaves, for good.
    Bye {},
}

/// What somebody sends just now. A track that is not sent stays negotiated, silent and dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaState {
    /// Whether the microphone is on.
    pub microphone: bool,
    /// Whether the camera is on.
    pub camera: bool,
    /// Whether a screen is shared.
    pub screen: bool,
}

impl MediaState {
    /// What is on in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            microphone: self.microphone && other.microphone,
            camera: self.camera && other.camera,
            screen: self.screen && other.screen,
        }
    }

    /// Whether anything is on.
    pub const fn any(self) -> bool {
        self.microphone || self.camera || self.screen
    }
}

/// Which sources flow, as one end of a connection counts their packets. Sent whenever it changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// To the receiver of the report.
    pub sent: MediaState,
    /// From the receiver of the report.
    pub received: MediaState,
}

/// One chat message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatMessage {
    /// Its place among its author's messages, counted from 0.
    pub number: u64,
    /// When it was written, in milliseconds since 1970 by the author's clock.
    pub at: u64,
    /// What was written.
    pub text: String,
}

impl ConversationMessage {
    /// Reads one message.
    ///
    /// # Errors
    ///
    /// When it is over a limit or is not a message of the conversation.
    pub fn parse(text: &str) -> Result<Self, MessageError> {
        if text.len() > limits::CONVERSATION_BYTES {
            return Err(MessageError::TooLong);
        }
        match serde_json::from_str(text)? {
            Self::Chat { message, .. } if message.text.len() > limits::CHAT_BYTES => {
                Err(MessageError::TooLong)
            }
            message => Ok(message),
        }
    }

    /// The text for the channel.
    ///
    /// # Errors
    ///
    /// When the message cannot be written as JSON, which no message of this type does.
    pub fn to_json(&self) -> Result<String, MessageError> {
        Ok(serde_json::to_string(self)?)
    }
}

/// What this person has written.
///
/// Numbers without holes make a repaired connection, and a newcomer, catch up: whoever opens a
/// channel says how much he has, and the author sends the rest.
#[derive(Debug, Default)]
pub struct ChatLog {
    /// The newest ones, numbered without holes up to `next`.
    messages: VecDeque<ChatMessage>,
    next: u64,
}

/// Why a chat message was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChatError {
    /// Nothing but white space.
    #[error("the message is empty")]
    Empty,
    /// Over [`limits::CHAT_BYTES`].
    #[error("the message is too long")]
    TooLong,
}

impl ChatLog {
    /// Writes the author's next message.
    ///
    /// # Errors
    ///
    /// When the text is empty or too long.
    pub fn write(&mut self, at: u64, text: &str) -> Result<ChatMessage, ChatError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ChatError::Empty);
        }
        if text.len() > limits::CHAT_BYTES {
            return Err(ChatError::TooLong);
        }
        let message = ChatMessage {
            number: self.next,
            at,
            text: text.to_owned(),
        };
        self.keep(message.clone());
        Ok(message)
    }

    /// What somebody who has the first `have` messages is missing.
    pub fn missing(&self, have: u64) -> impl Iterator<Item = &ChatMessage> {
        self.messages
            .iter()
            .filter(move |message| message.number >= have)
    }

    fn keep(&mut self, message: ChatMessage) {
        self.next = message.number + 1;
        self.messages.push_back(message);
        while self.messages.len() > limits::CHAT_HISTORY {
            self.messages.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_message_at_the_limit_passes_and_one_over_it_does_not() {
        for (length, passes) in [(4095, true), (4096, true), (4097, false)] {
            let mut log = ChatLog::default();
            assert_eq!(
                log.write(0, &"x".repeat(length)).is_ok(),
                passes,
                "{length}"
            );
            let message = ChatMessage {
                number: 0,
                at: 0,
                text: "x".repeat(length),
            };
            let text = ConversationMessage::Chat {
                message,
                late: false,
            }
            .to_json()
            .unwrap();
            assert_eq!(
                ConversationMessage::parse(&text).is_ok(),
                passes,
                "{length}"
            );
        }
    }

    #[test]
    fn a_log_keeps_the_newest_messages_only() {
        let mut author = ChatLog::default();
        for number in 0..limits::CHAT_HISTORY + 10 {
            author.write(0, &number.to_string()).unwrap();
        }
        assert_eq!(author.missing(0).count(), limits::CHAT_HISTORY);
        assert_eq!(author.missing(0).next().unwrap().text, "10");
    }

    #[test]
    fn an_empty_message_is_not_sent() {
        assert_eq!(ChatLog::default().write(0, " \n "), Err(ChatError::Empty));
    }

    #[test]
    fn nothing_but_a_message_of_the_conversation_is_accepted() {
        for text in [
            "",
            "{}",
            r#"{"type":"media","microphone":true,"camera":true,"screen":true,"x":1}"#,
            r#"{"type":"bye","extra":1}"#,
            r#"{"type":"hello","have":-1}"#,
        ] {
            assert!(ConversationMessage::parse(text).is_err(), "{text}");
        }
    }
}
