//! Texts with something put in. What is put in stands in braces, and the compiler looks that it is
//! there in every language.

use rtc::intl::Plural;

use crate::language;

/// A text with somebody's name in it, or with that of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Named(&'static str);

impl Named {
    pub(super) const SLOT: &'static str = "{name}";
    /// The name and nothing else.
    pub(crate) const ALONE: Self = Self::new(Self::SLOT);

    pub(super) const fn new(text: &'static str) -> Self {
        assert!(has(text, Self::SLOT), "a text has no slot for a name");
        Self(text)
    }

    #[cfg(feature = "ssr")]
    pub(super) const fn text(self) -> &'static str {
        self.0
    }

    /// What stands before the name, and what after it.
    pub(crate) fn around(self) -> (&'static str, &'static str) {
        self.0.split_once(Self::SLOT).unwrap_or((self.0, ""))
    }

    pub(crate) fn with(self, name: &str) -> String {
        let (before, after) = self.around();
        [before, name, after].concat()
    }
}

/// A text with a number in it that counts nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Numbered(&'static str);

impl Numbered {
    pub(super) const SLOT: &'static str = "{number}";

    pub(super) const fn new(text: &'static str) -> Self {
        assert!(has(text, Self::SLOT), "a text has no slot for a number");
        Self(text)
    }

    #[cfg(feature = "ssr")]
    pub(super) const fn text(self) -> &'static str {
        self.0
    }

    pub(crate) fn with(self, number: usize) -> String {
        fill(self.0, Self::SLOT, &language::number(number))
    }
}

/// A text with a count in it, in the forms that the language has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counted(&'static [(Plural, &'static str)]);

impl Counted {
    pub(super) const SLOT: &'static str = "{count}";

    /// The form for any other number comes last.
    pub(super) const fn new(forms: &'static [(Plural, &'static str)]) -> Self {
        assert!(
            matches!(forms, [.., (Plural::Other, other)] if has(other, Self::SLOT)),
            "a text has no form with a slot for any other number"
        );
        Self(forms)
    }

    #[cfg(feature = "ssr")]
    pub(super) const fn forms(self) -> &'static [(Plural, &'static str)] {
        self.0
    }

    pub(crate) fn with(self, count: usize) -> String {
        let plural = language::plural(count);
        let form = self.0.iter().find(|(of, _)| *of == plural);
        let (_, text) = form.or(self.0.last()).copied().unwrap_or((plural, ""));
        fill(text, Self::SLOT, &language::number(count))
    }
}

/// A text with a number out of another in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share(&'static str);

impl Share {
    pub(super) const SLOTS: [&'static str; 2] = ["{count}", "{all}"];

    pub(super) const fn new(text: &'static str) -> Self {
        let [count, all] = Self::SLOTS;
        assert!(
            has(text, count) && has(text, all),
            "a text lacks a slot for one of two numbers"
        );
        Self(text)
    }

    #[cfg(feature = "ssr")]
    pub(super) const fn text(self) -> &'static str {
        self.0
    }

    pub(crate) fn with(self, count: usize, of: usize) -> String {
        let [count_slot, all_slot] = Self::SLOTS;
        let text = fill(self.0, count_slot, &language::number(count));
        fill(&text, all_slot, &language::number(of))
    }
}

fn fill(text: &str, slot: &str, value: &str) -> String {
    match text.split_once(slot) {
        Some((before, after)) => [before, value, after].concat(),
        None => text.to_owned(),
    }
}

/// Whether a text has a slot; for the compiler, which knows nothing better yet.
pub(super) const fn has(text: &str, slot: &str) -> bool {
    let mut rest = text.as_bytes();
    while let [_, shorter @ ..] = rest {
        if starts_with(rest, slot.as_bytes()) {
            return true;
        }
        rest = shorter;
    }
    false
}

const fn starts_with(mut text: &[u8], mut start: &[u8]) -> bool {
    while let [wanted, start_rest @ ..] = start {
        match text {
            [found, text_rest @ ..] if *found == *wanted => {
                (text, start) = (text_rest, start_rest);
            }
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_stands_where_the_language_has_it() {
        assert_eq!(Named::new("Pin {name}").with("Ada"), "Pin Ada");
        assert_eq!(Named::ALONE.with("Ada"), "Ada");
        assert_eq!(Numbered::new("Camera {number}").with(2), "Camera 2");
        let share = Share::new("of {all}, {count}");
        assert_eq!(share.with(1, 3), "of 3, 1");
    }

    #[test]
    fn a_name_that_looks_like_a_slot_is_a_name() {
        assert_eq!(Named::new("{name} joined").with("{name}"), "{name} joined");
    }

    #[test]
    fn a_count_has_its_form_and_any_other_the_last() {
        let people = Counted::new(&[
            (Plural::One, "{count} person"),
            (Plural::Other, "{count} people"),
        ]);
        assert_eq!(people.with(1), "1 person");
        assert_eq!(people.with(2), "2 people");
        let one_form = Counted::new(&[(Plural::Other, "{count} 人")]);
        assert_eq!(one_form.with(1), "1 人");
    }

    #[test]
    fn a_slot_is_found_wherever_it_stands() {
        for text in ["{name}", "{name} joined", "Pin {name}", "{{name}}"] {
            assert!(has(text, "{name}"), "{text}");
        }
        for text in ["", "name", "{nam", "{count}", "{name"] {
            assert!(!has(text, "{name}"), "{text}");
        }
    }
}
