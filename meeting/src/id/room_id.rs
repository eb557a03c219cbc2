//! Names of rooms.

use std::fmt;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

use super::IdError;
use crate::{ascii, limits};

const KIND: &str = "room name";
const WRONG_CHARACTER: IdError = IdError::Character {
    kind: KIND,
    allowed: "letters, digits, - and _",
};

/// Addresses of the server that look like rooms: what a load balancer asks.
const RESERVED: [&str; 2] = ["healthz", "readyz"];

/// A room, as it stands in the URL. Rotunda makes names like `abc-defg-hij`; any other of this
/// form is welcome. Upper case and lower case are the same name, and lower case is how it is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomId(Box<str>);

impl RoomId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

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

    /// Reads a room name out of the path of an address, without the slash before it. What is
    /// [percent-encoded](https://www.rfc-editor.org/rfc/rfc3986#section-2.1) is decoded; a slash
    /// and the marks that end a sentence or close a bracket around a link are not of the name.
    ///
    /// # Errors
    ///
    /// When the rest is not a room name.
    pub fn from_path(path: &str) -> Result<Self, IdError> {
        let decoded = percent_decode_str(path).decode_utf8();
        let decoded = decoded.map_err(|_| WRONG_CHARACTER)?;
        let name = decoded.trim_end_matches(surrounds);
        let name = name.strip_suffix('/').unwrap_or(name);
        name.trim_matches(surrounds).parse()
    }

    /// Reads a room name out of what a person typed or pasted: the name itself, or a link to it,
    /// among other words if need be.
    ///
    /// # Errors
    ///
    /// When neither the text nor the last part of the link's path is a room name.
    pub fn from_code_or_link(text: &str) -> Result<Self, IdError> {
        let address = match text.split_whitespace().find_map(after_scheme) {
            Some(rest) => rest.split_once('/').map_or("", |(_, path)| path),
            None => text.trim(),
        };
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let path = path.trim_end_matches(|c| c == '/' || surrounds(c));
        Self::from_path(path.rsplit('/').next().unwrap_or_default())
    }
}

/// What stands behind the scheme of a link.
fn after_scheme(word: &str) -> Option<&str> {
    const END: &str = "://";
    word.get(ascii::find(word, END)? + END.len()..)
}

/// Whether a character may stand around a name and is not of it.
fn surrounds(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '-' | '_' | '/' | '%')
}

impl FromStr for RoomId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let (min, max) = (limits::ROOM_ID_MIN, limits::ROOM_ID_MAX);
        if !(min..=max).contains(&text.len()) {
            return Err(IdError::Length {
                kind: KIND,
                min,
                max,
            });
        }
        let in_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !text.bytes().all(in_name) {
            return Err(WRONG_CHARACTER);
        }
        let name = text.to_ascii_lowercase();
        if RESERVED.contains(&&*name) {
            return Err(IdError::Reserved { kind: KIND });
        }
        Ok(Self(name.into()))
    }
}

impl TryFrom<String> for RoomId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<RoomId> for String {
    fn from(id: RoomId) -> Self {
        id.0.into_string()
    }
}

impl fmt::Display for RoomId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_cannot_have_the_name_of_something_else() {
        let taken = IdError::Reserved { kind: "room name" };
        for name in RESERVED {
            assert_eq!(name.parse::<RoomId>(), Err(taken));
            assert_eq!(name.to_uppercase().parse::<RoomId>(), Err(taken));
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
    fn upper_and_lower_case_are_the_same_room_everywhere() {
        let room: RoomId = "abc-defg-hij".parse().unwrap();
        assert_eq!("ABC-Defg-hIJ".parse(), Ok(room.clone()));
        assert_eq!(
            serde_json::from_str(r#""ABC-DEFG-HIJ""#).ok(),
            Some(room.clone())
        );
        assert_eq!(serde_json::to_string(&room).unwrap(), r#""abc-defg-hij""#);
    }

    #[test]
    fn a_path_names_the_room_whatever_came_along_with_it() {
        for path in [
            "abc-defg-hij",
            "ABC-defg-hij",
            "abc%2Ddefg-hij",
            "abc%2ddefg%2dhij",
            "%61bc-defg-hij",
            "abc-defg-hij/",
            "abc-defg-hij/.",
            "abc-defg-hij./",
            "abc-defg-hij.",
            "abc-defg-hij...",
            "abc-defg-hij,",
            "abc-defg-hij).",
            "abc-defg-hij!%3F",
            "abc-defg-hij;",
            "abc-defg-hij:",
            "abc-defg-hij'",
            "abc-defg-hij%22",
            "abc-defg-hij%3E",
            "abc-defg-hij%E3%80%82",
            "abc-defg-hij%EF%BC%8C%E2%80%9D",
            "abc-defg-hij%20",
            "(abc-defg-hij)",
        ] {
            let room = RoomId::from_path(path).map(String::from);
            assert_eq!(room.as_deref(), Ok("abc-defg-hij"), "{path}");
        }
        for path in [
            "",
            ".",
            "ab.",
            "ab",
            "abc/def",
            "abc%2Fdef",
            "abc-defg-hij//",
            "abc.def",
            "abc%2",
            "abc%ff",
            "%",
            "healthz.",
            "READYZ/",
            "/example.org/",
        ] {
            assert!(RoomId::from_path(path).is_err(), "{path}");
        }
    }

    #[test]
    fn a_code_or_a_link_names_the_room() {
        for text in [
            "abc-defg-hij",
            "  abc-defg-hij ",
            "ABC-DEFG-HIJ.",
            "\"abc-defg-hij\"",
            "/abc-defg-hij",
            "https://meet.example/abc-defg-hij",
            "https://meet.example/abc-defg-hij/",
            "https://meet.example/abc-defg-hij.",
            "https://meet.example/abc%2Ddefg-hij/.",
            "<https://meet.example/abc-defg-hij>",
            "Join me: https://meet.example/abc-defg-hij, at ten/eleven",
            "meet.example/abc-defg-hij?x=y#secret",
        ] {
            let room = RoomId::from_code_or_link(text).map(String::from);
            assert_eq!(room.as_deref(), Ok("abc-defg-hij"), "{text}");
        }
        for text in [
            "",
            "https://meet.example/",
            "https://meet/",
            "https://meet",
            "meet.example",
            "two words",
            "://",
        ] {
            assert!(RoomId::from_code_or_link(text).is_err(), "{text}");
        }
    }
}
