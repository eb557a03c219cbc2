//! Names of people.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{limits, visible};

/// What a participant is called, as the others see it.
///
/// It shows something; white space is collapsed; what cannot be seen and what changes the direction
/// of writing is dropped, so that a name cannot rearrange the page around it, and no letter carries
/// more marks than a line is high. Longer names are cut at [`limits::DISPLAY_NAME_CHARS`], between
/// two characters as a person sees them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DisplayName(Box<str>);

/// A display name with nothing in it that could be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a name needs at least one visible character")]
pub struct EmptyName;

impl DisplayName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for DisplayName {
    type Error = EmptyName;

    fn try_from(text: String) -> Result<Self, EmptyName> {
        let words = text.split(visible::is_space).map(visible::shown);
        let mut name = String::new();
        for word in words.filter(|word| !word.is_empty()) {
            if !name.is_empty() {
                name.push(' ');
            }
            name.extend(word);
        }
        let hangs = |c| c == ' ' || visible::is_joiner(c);
        let name = visible::prefix(&name, limits::DISPLAY_NAME_CHARS).trim_end_matches(hangs);
        if visible::has_visible(name) {
            Ok(Self(name.into()))
        } else {
            Err(EmptyName)
        }
    }
}

impl From<DisplayName> for String {
    fn from(name: DisplayName) -> Self {
        name.0.into_string()
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Result<String, EmptyName> {
        DisplayName::try_from(text.to_owned()).map(String::from)
    }

    #[test]
    fn a_name_loses_what_cannot_be_seen_and_keeps_the_rest() {
        for (given, kept) in [
            ("  Ada \n Lovelace ", "Ada Lovelace"),
            ("A\u{202e}da\u{200b}", "Ada"),
            ("Ada\u{3164}\u{e0041}\u{2800}\u{2800}B", "Ada B"),
            ("李明", "李明"),
            ("\u{301}Ada \u{301}", "Ada"),
            // A joiner stays between two that it joins.
            ("👩\u{200d}👧", "👩\u{200d}👧"),
            ("A\u{200d}d\u{200c}a\u{200d}", "Ada"),
            ("👩\u{200d}\u{200d}👧", "👩👧"),
            // So does what varies something, and what makes a flag.
            ("❤\u{fe0f}\u{200d}🔥", "❤\u{fe0f}\u{200d}🔥"),
            ("葛\u{e0100}城", "葛\u{e0100}城"),
            ("1\u{fe0f}\u{20e3}", "1\u{fe0f}\u{20e3}"),
            ("A\u{fe0f}da", "Ada"),
            ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
            ("🏴\u{e0067}\u{e0062}", "🏴"),
        ] {
            assert_eq!(
                name(given).as_deref(),
                Ok(kept),
                "{}",
                given.escape_unicode()
            );
        }
    }

    #[test]
    fn a_name_that_shows_nothing_is_none() {
        for nothing in [
            "\u{202e} \u{0}",
            "\u{200d}",
            "\u{3164}",
            "\u{2800}",
            "\u{115f}\u{1160}",
            "\u{e0041}\u{e0042}",
            "\u{301}\u{302}",
            "\u{fe0f}",
            "\u{1d159} \u{fffc}",
        ] {
            assert_eq!(
                name(nothing),
                Err(EmptyName),
                "{}",
                nothing.escape_unicode()
            );
        }
    }

    #[test]
    fn a_letter_carries_no_tower_of_marks() {
        assert_eq!(
            name(&["Z", &"\u{301}".repeat(40), "oe"].concat()),
            Ok(["Z", &"\u{301}".repeat(4), "oe"].concat())
        );
        // Vietnamese, Hebrew with points, Burmese and Tibetan are not touched.
        for text in ["Nguye\u{302}\u{303}n", "שָׁלוֹם", "ကြွှေး", "བསྒྲུབས"]
        {
            assert_eq!(name(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_seen_as_one_character_is_not_cut_in_the_middle() {
        let start = "a".repeat(60);
        let family = "👩\u{200d}👩\u{200d}👧";
        assert_eq!(name(&[&start, family].concat()), Ok(start.clone()));
        assert_eq!(
            name(&[&start[1..], family].concat()),
            Ok([&start[1..], family].concat())
        );
        assert_eq!(
            name(&[&start, "aaa🇩🇪"].concat()),
            Ok([&start, "aaa"].concat())
        );
    }

    proptest::proptest! {
        #[test]
        fn a_name_read_again_is_the_same_name(text in "([\\u{200d}\\u{301}\\u{fe0f}👩क\\u{94d}a ]|.){0,80}") {
            if let Ok(once) = name(&text) {
                proptest::prop_assert_eq!(name(&once), Ok(once.clone()));
                proptest::prop_assert!(once.chars().count() <= limits::DISPLAY_NAME_CHARS);
            }
        }
    }

    #[test]
    fn a_long_name_is_cut_at_the_limit() {
        for (given, kept) in [(63, 63), (64, 64), (65, 64)] {
            let name = DisplayName::try_from("é".repeat(given)).unwrap();
            assert_eq!(name.as_str().chars().count(), kept);
        }
        let words = DisplayName::try_from("ab ".repeat(40)).unwrap();
        assert!(words.as_str().chars().count() <= 64);
        assert!(!words.as_str().ends_with(' '));
    }
}
