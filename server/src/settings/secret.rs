//! Texts that must not be shown.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A text from the configuration that never appears in a log or an error.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// The text, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// A setting without anything in it: not a choice, but a variable that somebody forgot to fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("it is empty; give it a value, or leave the setting out")]
pub struct BlankSetting;

impl FromStr for Secret {
    type Err = BlankSetting;

    fn from_str(text: &str) -> Result<Self, BlankSetting> {
        not_blank(text).map(|text| Self(text.into()))
    }
}

/// The text, unless it is nothing but white space.
///
/// # Errors
///
/// When it is.
pub(crate) fn not_blank(text: &str) -> Result<String, BlankSetting> {
    if text.trim().is_empty() {
        Err(BlankSetting)
    } else {
        Ok(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_in_its_debug_text() {
        let secret: Secret = "hunter2".parse().unwrap();
        assert_eq!(format!("{secret:?}"), "(secret)");
        assert_eq!(secret.reveal(), "hunter2");
    }

    #[test]
    fn nothing_is_no_secret() {
        for text in ["", " ", "\t\n", "\u{3000}"] {
            assert_eq!(text.parse::<Secret>(), Err(BlankSetting), "{text:?}");
        }
    }
}
