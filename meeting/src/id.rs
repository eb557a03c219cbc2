//! Names of rooms, participants, page instances and connections.

mod display_name;

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::limits;

pub use display_name::{DisplayName, EmptyName};

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

/// Addresses of the server that look like rooms: what a load balancer asks.
const RESERVED_ROOMS: [&str; 2] = ["healthz", "readyz"];

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $min:expr, $max:expr, $allowed:literal, $accepts:expr, $reserved:expr) => {
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
                let reserved: &[&str] = $reserved;
                if reserved.contains(&text.as_str()) {
                    return Err(IdError::Reserved { kind: $kind });
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
    /// A room, as it stands in the URL. Rotunda makes names like `abc-defg-hij`; any other of
    /// this form is welcome.
    RoomId, "room name", limits::ROOM_ID_MIN, limits::ROOM_ID_MAX, "letters, digits, - and _",
    |byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_',
    &RESERVED_ROOMS
}

text_id! {
    /// A participant of a room. Minted by the server, which derives it from the participant's
    /// secret: whoever holds the secret is this participant, on every server and after every
    /// restart, and nobody else can be.
    ParticipantId, "participant id", 32, 32, "lower-case hexadecimal digits",
    |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    &[]
}

text_id! {
    /// One load of the page. A reload resumes as the same participant but with nothing of the old
    /// page's connections, and the others tell the two apart by this.
    InstanceId, "instance id", 16, 16, "lower-case hexadecimal digits",
    |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    &[]
}

text_id! {
    /// A tab of a browser, through all loads of the page in it.
    TabId, "tab id", 16, 16, "lower-case hexadecimal digits",
    |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    &[]
}

text_id! {
    /// What a participant shows to come back as himself. Opaque to the browser.
    ResumeToken, "resume token", 1, 256, "letters, digits, . - and _",
    |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'),
    &[]
}

impl RoomId {
    /// Makes a room name like `abc-defg-hij`: ten letters, 47 bits.
    ///
    /// `random` is 64 evenly distributed bits.
    pub fn generate(random: u64) -> Self {
        let mut rest = random;
        let mut text = String::with_capacity(12);
        for position in 0..10 {
            if position == 3 || position == 7 {
                text.push('-');
            }
            let letter = u8::try_from(rest % 26).unwrap_or_default();
            text.push(char::from(b'a' + letter));
            rest /= 26;
        }
        Self(text.into_boxed_str())
    }

    /// Reads a room name out of what a person typed or pasted: the name itself, or a link to it.
    ///
    /// # Errors
    ///
    /// When neither the text nor the last part of its path is a room name.
    pub fn from_code_or_link(text: &str) -> Result<Self, IdError> {
        let text = text.trim();
        let without_fragment = text.split(['?', '#']).next().unwrap_or_default();
        let last = without_fragment
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        last.parse()
    }
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
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// The tab.
    pub tab: TabId,
    /// Higher with each socket, also where the page was loaded again in between.
    pub number: u32,
}

/// One peer connection, as both its ends know it.
///
/// A pair of page instances may need several connections one after the other; each has the next
/// `attempt`. The higher one is always the newer, so the two ends agree without asking.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_cannot_have_the_name_of_something_else() {
        let taken = IdError::Reserved { kind: "room name" };
        for name in RESERVED_ROOMS {
            assert_eq!(name.parse::<RoomId>(), Err(taken));
        }
        assert!("healthz-".parse::<RoomId>().is_ok());
    }

    #[test]
    fn a_generated_room_name_has_the_familiar_shape_and_is_valid() {
        for random in [0, 1, u64::MAX, 0x1234_5678_9abc_def0] {
            let room = RoomId::generate(random);
            let lengths: Vec<usize> = room.as_str().split('-').map(str::len).collect();
            assert_eq!(lengths, [3, 4, 3], "{room}");
            assert_eq!(room.as_str().parse(), Ok(room.clone()));
        }
    }

    #[test]
    fn a_room_name_is_bounded_at_both_ends() {
        assert!("ab".parse::<RoomId>().is_err());
        assert!("abc".parse::<RoomId>().is_ok());
        assert!("a".repeat(64).parse::<RoomId>().is_ok());
        assert!("a".repeat(65).parse::<RoomId>().is_err());
        assert!("no spaces".parse::<RoomId>().is_err());
        assert!("rüm".parse::<RoomId>().is_err());
    }

    #[test]
    fn a_code_or_a_link_names_the_room() {
        for text in [
            "abc-defg-hij",
            "  abc-defg-hij ",
            "https://meet.example/abc-defg-hij",
            "https://meet.example/abc-defg-hij/",
            "meet.example/abc-defg-hij?x=y#secret",
        ] {
            let room = RoomId::from_code_or_link(text).unwrap();
            assert_eq!(room.as_str(), "abc-defg-hij", "{text}");
        }
        assert!(RoomId::from_code_or_link("https://meet.example/").is_err());
        assert!(RoomId::from_code_or_link("").is_err());
    }
}
