//! What crosses the data channel between two browsers: chat, the state of microphones, cameras
//! and shares, and signals while the server is away. The server never sees any of it.

mod capabilities;
mod chat_message;
mod reaction;
mod unknown;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use crate::files::FileId;
use crate::id::{InstanceId, ParticipantId};
use crate::limits;
use crate::recording::Subject;
use crate::signaling::{MessageError, SignalPayload};

pub use capabilities::Capabilities;
pub use chat_message::{ChatMessage, HistoryMessage, MessageId, Relation};
pub use reaction::Reaction;

/// The version of the conversation that this page speaks. A change that only adds types, fields or
/// capabilities keeps it.
pub const VERSION: u32 = 1;

/// A message on the data channel together with who says it, a JSON text. The channel is ordered and
/// reliable ([RFC 8831](https://www.rfc-editor.org/rfc/rfc8831)); a new connection starts a new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attributed {
    /// What is said.
    #[serde(flatten)]
    pub message: ConversationMessage,
    /// Who says it, beside its type: the sender's id on this channel. The receiver checks it against
    /// the link by which it came. Absent in pages of version 0.1, which speak for themselves alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<ParticipantId>,
}

/// The part of the text that says who says it. Read by itself, for a type that is a number would pass
/// for a word where the two are read together.
#[derive(Deserialize)]
struct Sender {
    from: Option<ParticipantId>,
}

/// What is said on the data channel.
///
/// Pages of different versions may meet: a field or a type that one of them does not know does no
/// harm. No message has a field `from`; see [`Attributed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ConversationMessage {
    /// The first message each way: what the sender has of the chat, and so what it lacks.
    Hello(Hello),
    /// What the sender sends just now.
    Media(MediaState),
    /// What the sender's page records just now. Said whenever it changes, and on each new channel.
    Recording {
        /// Absent when nothing is recorded any more. Whatever else it is, something is recorded.
        #[serde(
            default,
            deserialize_with = "whatever_it_is",
            skip_serializing_if = "Option::is_none"
        )]
        subject: Option<Subject>,
    },
    /// What of the media really crosses the connection.
    Report(Report),
    /// A chat message that the sender wrote on this load of its page.
    Chat {
        /// The message, numbered on the page of its sender.
        message: ChatMessage,
        /// Sent again because the receiver missed it, so it is no news.
        late: bool,
    },
    /// A chat message that was written on another page, or an earlier load of this one, passed on
    /// to somebody who was not there.
    History(HistoryMessage),
    /// How many chat messages of the receiver's page the sender has now.
    Received {
        /// Everything with a smaller number that was for the sender is there.
        have: u64,
    },
    /// The sender is writing a chat message.
    Typing {
        /// The only one it will be for. Absent where it will be for everyone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<ParticipantId>,
    },
    /// Which files the sender has, and gives to whoever wants them. Said when its file channel is open,
    /// and whenever they are others.
    Files {
        /// These, and no others; at most [`limits::FILES_HELD`].
        have: Vec<FileId>,
    },
    /// What would go through the server if it were there.
    Signal {
        /// See [`crate::delivery::Parcel`].
        payload: SignalPayload,
    },
    /// Whether the sender's hand is up.
    Hand {
        /// Its place among those that are up: one more than that of every hand which was up when it
        /// went up. Absent while it is down.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        raised: Option<u64>,
    },
    /// The sender shows something for a moment.
    Reaction {
        /// What it is; nothing where only a newer page knows it.
        #[serde(default, deserialize_with = "if_readable")]
        reaction: Option<Reaction>,
    },
    /// The sender leaves, for good.
    Bye {},
    /// The sender was without the server, and has been let in by it again.
    ServerIsBack {},
    /// Something that only a newer page understands.
    #[serde(other)]
    Unknown,
}

/// What a page has of the chat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// How many chat messages of the receiver's page the sender has.
    pub have: u64,
    /// The sender's time of day, in milliseconds since 1970: tells how wrong its clock is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<u64>,
    /// The highest clock of what the sender has read and believes. Absent in pages that do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<u64>,
    /// How many it has of other pages, as far as the receiver told it or their authors did. Of a
    /// page that is not in here it has none. Absent in pages to which nothing can be passed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Vec<KnownPage>>,
    /// The [version](VERSION) of the conversation that the sender speaks. Absent in pages of the
    /// first one; one that is no number of ours is as good as absent.
    #[serde(
        default,
        deserialize_with = "if_readable",
        skip_serializing_if = "Option::is_none"
    )]
    pub version: Option<u32>,
    /// What the sender can do beyond that. Absent in pages of the first version.
    #[serde(
        default,
        deserialize_with = "if_readable",
        skip_serializing_if = "Option::is_none"
    )]
    pub capabilities: Option<Capabilities>,
}

/// What a newer page says in another form is not worth losing the rest of a greeting for.
pub(crate) fn if_readable<'de, T, D>(from: D) -> Result<Option<T>, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    let value = serde_json::Value::deserialize(from)?;
    Ok(T::deserialize(value).ok())
}

/// Nobody records without a word because a newer page names the subject in another form.
fn whatever_it_is<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Subject>, D::Error> {
    let value = Option::<serde_json::Value>::deserialize(from)?;
    Ok(value.map(|value| Subject::deserialize(value).unwrap_or(Subject::Unknown)))
}

/// How much somebody has of what was written on one page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownPage {
    /// Who wrote.
    pub author: ParticipantId,
    /// On which load of their page.
    pub instance: InstanceId,
    /// Everything with a smaller number is there.
    pub have: u64,
}

/// What somebody sends just now. A track that is not sent stays negotiated, silent and dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaState {
    /// Whether the microphone is on.
    pub microphone: bool,
    /// Whether the camera is on.
    pub camera: bool,
    /// Whether a screen is shared.
    pub screen: bool,
}

impl MediaState {
    /// What is on in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self {
            microphone: self.microphone || other.microphone,
            camera: self.camera || other.camera,
            screen: self.screen || other.screen,
        }
    }

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
pub struct Report {
    /// To the receiver of the report.
    pub sent: MediaState,
    /// From the receiver of the report.
    pub received: MediaState,
}

impl Attributed {
    /// Reads one message.
    ///
    /// # Errors
    ///
    /// When it is over a limit or is not a message of the conversation.
    pub fn parse(text: &str) -> Result<Self, MessageError> {
        if text.len() > limits::CONVERSATION_BYTES {
            return Err(MessageError::TooLong);
        }
        let message = serde_json::from_str(text)?;
        let Sender { from } = serde_json::from_str(text)?;
        match &message {
            ConversationMessage::Chat { message, .. }
            | ConversationMessage::History(HistoryMessage { message, .. })
                if message.text.len() > limits::CHAT_BYTES =>
            {
                Err(MessageError::TooLong)
            }
            _ => Ok(Self { message, from }),
        }
    }

    /// How many fields of the text from which this was read are not understood.
    pub fn unknown_fields(&self, text: &str) -> usize {
        self.to_json()
            .map_or(0, |known| unknown::fields(text, &known))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_message_at_the_limit_passes_and_one_over_it_does_not() {
        for (length, passes) in [(4095, true), (4096, true), (4097, false)] {
            let message = ChatMessage {
                number: 0,
                clock: 1,
                at: 0,
                text: "x".repeat(length),
                ..ChatMessage::default()
            };
            let said = ConversationMessage::Chat {
                message: message.clone(),
                late: false,
            };
            let passed_on = ConversationMessage::History(HistoryMessage {
                author: ParticipantId::from_bytes([1; 16]),
                instance: InstanceId::from_random(1),
                name: "Ada".to_owned().try_into().unwrap(),
                message,
            });
            for message in [said, passed_on] {
                let from = None;
                let text = Attributed { message, from }.to_json().unwrap();
                let parsed = Attributed::parse(&text);
                assert_eq!(parsed.is_ok(), passes, "{length}");
            }
        }
    }

    #[test]
    fn nothing_but_a_message_of_the_conversation_is_accepted() {
        for text in [
            "",
            "{}",
            "[]",
            r#"{"type":7}"#,
            r#"{"type":"media","microphone":true,"camera":true}"#,
            r#"{"type":"hello","have":-1}"#,
            r#"{"type":"hello","have":18446744073709551616}"#,
            r#"{"type":"bye","from":"Ada"}"#,
            r#"{"type":"bye","from":7}"#,
        ] {
            assert!(Attributed::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_a_newer_page_adds_does_no_harm() {
        let read = |text| Attributed::parse(text).unwrap().message;
        let bye = read(r#"{"type":"bye","why":{"because":[1]}}"#);
        assert_eq!(bye, ConversationMessage::Bye {});
        let wave = read(r#"{"type":"wave","hand":"left"}"#);
        assert_eq!(wave, ConversationMessage::Unknown);
        let chat =
            r#"{"type":"chat","late":true,"message":{"number":1,"at":2,"text":"x","edited":true}}"#;
        assert!(Attributed::parse(chat).is_ok());
    }
}
