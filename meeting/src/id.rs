//! Names of rooms, participants, page instances and connections.

mod display_name;
mod room_id;

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use display_name::{DisplayName, EmptyName};
pub use room_id::RoomId;

/// Why a text is not a name of the kind asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum IdError {
    /// Too short or too long.
    #[error("a {kind} has {min} to {max} characters")]
    Length {
        /// What the text was meant to name.
        kind: &'static str,
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
    },
    /// A character outside the allowed set.
    #[error("a {kind} has only {allowed}")]
    Character {
        /// What the text was meant to name.
        kind: &'static str,
        /// The allowed characters, in words.
        allowed: &'static str,
    },
    /// A name that the server has for something else.
    #[error("this {kind} is taken")]
    Reserved {
        /// What the text was meant to name.
        kind: &'static str,
    },
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $min:expr, $max:expr, $allowed:literal, $accepts:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                if !($min..=$max).contains(&text.len()) {
                    return Err(IdError::Length { kind: $kind, min: $min, max: $max });
                }
                let accepts: fn(u8) -> bool = $accepts;
                if !text.bytes().all(accepts) {
                    return Err(IdError::Character { kind: $kind, allowed: $allowed });
                }
                Ok(Self(text.into_boxed_str()))
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// A participant of a room. Minted by the server, which derives it from the participant's
    /// secret: whoever holds the secret is this participant, on every server and after every
    /// restart, and nobody else can be.
    ParticipantId, "participant id", 32, 32, "lower-case hexadecimal digits",
    |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

text_id! {
    /// One load of the page. A reload resumes as the same participant but with nothing of the old
    /// page's connections, and the others tell the two apart by this.
    InstanceId, "instance id", 16, 16, "lower-case hexadecimal digits",
    |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

text_id! {
    /// A tab of a browser, through all loads of the page in it.
    TabId, "tab id", 16, 16, "lower-case hexadecimal digits",
    |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

text_id! {
    /// What a participant shows to come back as the same one. Opaque to the browser.
    ResumeToken, "resume token", 1, 256, "letters, digits, . - and _",
    |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

impl ParticipantId {
    /// The id made of these 128 bits.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(hex(&bytes).into_boxed_str())
    }
}

impl InstanceId {
    /// The id made of these 64 evenly distributed bits.
    pub fn from_random(random: u64) -> Self {
        Self(hex(&random.to_be_bytes()).into_boxed_str())
    }
}

impl TabId {
    /// The id made of these 64 evenly distributed bits.
    pub fn from_random(random: u64) -> Self {
        Self(hex(&random.to_be_bytes()).into_boxed_str())
    }
}

/// Which of the sockets that a tab opened one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Attempt {
    /// In which tab the socket is opened; the same after a reload.
    pub tab: TabId,
    /// Higher with each socket, also where the page was loaded again in between.
    pub number: u32,
}

/// One peer connection, as both its ends know it.
///
/// A pair of page instances may need several connections one after the other; each has the next
/// `attempt`. The higher one is always the newer, so the two ends agree without asking.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ConnectionId {
    /// The page of the polite end, the participant with the smaller id.
    pub polite: InstanceId,
    /// The page of the impolite end.
    pub impolite: InstanceId,
    /// 1 for the first connection between the two.
    pub attempt: u32,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
