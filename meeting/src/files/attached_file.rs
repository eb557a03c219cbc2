//! A file as somebody says what it is.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::content::{Content, FileId, FileSize};
use super::name::FileName;
use crate::limits;

/// A file that a chat message brings with it: what names its content, and what its author says of it.
/// The bytes are fetched from whoever has them, once a person wants them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachedFile {
    /// Names the content.
    pub id: FileId,
    /// In bytes.
    pub size: FileSize,
    /// What it is called.
    pub name: FileName,
    /// What is in it, as the browser of whoever attached it guessed from the name. It says how the
    /// file may be shown, and nothing about what is really in it.
    #[serde(
        default,
        deserialize_with = "crate::conversation::if_readable",
        skip_serializing_if = "Option::is_none"
    )]
    pub media_type: Option<MediaType>,
}

impl AttachedFile {
    /// What it takes in memory beside a text, in bytes.
    pub(crate) fn weight(&self) -> usize {
        let media_type = self.media_type.as_ref();
        let media_type = media_type.map_or(0, |it| it.as_str().len());
        size_of::<Self>() + self.name.as_str().len() + media_type
    }

    /// What is in it, whatever it is called.
    pub const fn content(&self) -> Content {
        Content {
            id: self.id,
            size: self.size,
        }
    }
}

/// A media type without parameters, as `image/png`
/// ([RFC 6838 §4.2](https://www.rfc-editor.org/rfc/rfc6838#section-4.2)), in lower case and of at most
/// [`limits::MEDIA_TYPE_BYTES`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MediaType(Box<str>);

/// A text is no media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a media type has the form image/png")]
pub struct NoMediaType;

impl MediaType {
    /// The type as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for MediaType {
    type Error = NoMediaType;

    fn try_from(text: String) -> Result<Self, NoMediaType> {
        let (kind, subtype) = text.split_once('/').ok_or(NoMediaType)?;
        let is_short = text.len() <= limits::MEDIA_TYPE_BYTES;
        if is_short && is_restricted_name(kind) && is_restricted_name(subtype) {
            Ok(Self(text.to_ascii_lowercase().into()))
        } else {
            Err(NoMediaType)
        }
    }
}

impl From<MediaType> for String {
    fn from(media_type: MediaType) -> Self {
        media_type.0.into_string()
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_restricted_name(text: &str) -> bool {
    let in_name = |byte: u8| {
        let mark = matches!(
            byte,
            b'!' | b'#' | b'$' | b'&' | b'-' | b'^' | b'_' | b'.' | b'+'
        );
        byte.is_ascii_alphanumeric() || mark
    };
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.bytes().all(in_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media_type(text: &str) -> Option<String> {
        MediaType::try_from(text.to_owned()).ok().map(String::from)
    }

    #[test]
    fn a_media_type_is_two_names() {
        for text in [
            "image/png",
            "application/vnd.oasis.opendocument.text",
            "image/svg+xml",
        ] {
            assert_eq!(media_type(text).as_deref(), Some(text));
        }
        assert_eq!(media_type("Image/PNG").as_deref(), Some("image/png"));
        for text in [
            "",
            "/",
            "image",
            "image/",
            "/png",
            "image/png; a=b",
            "a/b/c",
            "text/\u{202e}",
            "te xt/a",
            "+a/b",
        ] {
            assert_eq!(media_type(text), None, "{text}");
        }
    }

    #[test]
    fn a_media_type_at_the_limit_is_one_and_one_over_it_is_none() {
        let most = limits::MEDIA_TYPE_BYTES;
        for (length, read) in [(most - 1, true), (most, true), (most + 1, false)] {
            let text = format!("a/{}", "b".repeat(length - 2));
            assert_eq!(media_type(&text).is_some(), read, "{length}");
        }
    }
}
