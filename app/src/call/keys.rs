//! The keys of the keyboard that do something.

/// Where it is stored that single letters do nothing.
pub(crate) const STORED: &str = "rotunda.shortcuts";
/// What is stored then.
pub(crate) const OFF: &str = "off";

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shortcut {
    /// Microphone on or off.
    Microphone,
    /// Camera on or off.
    Camera,
    /// The chat open or closed.
    Chat,
    /// The list of people open or closed.
    People,
    /// Begin or stop sharing a screen.
    Share,
    /// Raise the hand, or lower it.
    Hand,
}

/// The other keys held down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Modifiers {
    /// Control, or ⌘ on a Mac.
    pub(crate) command: bool,
    /// Alt, AltGr or Shift: with one of these no key is ours.
    pub(crate) other: bool,
}

/// What single letters mean just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Letters {
    /// They turn devices on and off and open panels.
    Shortcuts,
    /// Nothing of ours: they are typed, or the person has switched the shortcuts off
    /// ([WCAG 2.1.4](https://www.w3.org/TR/WCAG22/#character-key-shortcuts)).
    Letters,
}

/// What a key press asks for. `key` is what it writes and `code` the place of the key, as in
/// [UI Events](https://www.w3.org/TR/uievents/#events-keyboardevents).
pub(crate) fn shortcut(
    key: &str,
    code: &str,
    modifiers: Modifiers,
    letters: Letters,
) -> Option<Shortcut> {
    match (modifiers, letter(key, code)?) {
        (Modifiers { other: true, .. }, _) => None,
        (Modifiers { command: true, .. }, 'd') => Some(Shortcut::Microphone),
        (Modifiers { command: true, .. }, 'e') => Some(Shortcut::Camera),
        (Modifiers { command: true, .. }, _) => None,
        _ if letters == Letters::Letters => None,
        (_, 'm') => Some(Shortcut::Microphone),
        (_, 'v') => Some(Shortcut::Camera),
        (_, 'c') => Some(Shortcut::Chat),
        (_, 'p') => Some(Shortcut::People),
        (_, 's' | 'd') => Some(Shortcut::Share),
        (_, 'h' | 'r') => Some(Shortcut::Hand),
        _ => None,
    }
}

/// The Latin letter of a key: the one that it writes, wherever the layout has it; on a layout for
/// another script the one that stands in its place on most keyboards.
fn letter(key: &str, code: &str) -> Option<char> {
    let is_foreign = !key.is_empty() && key.chars().all(is_of_another_script);
    let written = if is_foreign {
        code.strip_prefix("Key")?
    } else {
        key
    };
    let mut letters = written.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Some(letter.to_ascii_lowercase()),
        _ => None,
    }
}

/// Whether a character belongs to a script other than Latin, as letters and the marks on them do.
///
/// The ranges are [blocks](https://www.unicode.org/Public/UCD/latest/ucd/Blocks.txt). Below Greek
/// all letters are Latin, and so are those of the blocks that extend it; there are no letters among
/// punctuation and symbols. An ä has a key of its own on a Latin keyboard, and means nothing here.
const fn is_of_another_script(c: char) -> bool {
    !matches!(
        c,
        ..'\u{370}'
            | '\u{1d00}'..='\u{1dbf}'
            | '\u{1e00}'..='\u{1eff}'
            | '\u{2000}'..='\u{2c7f}'
            | '\u{2e00}'..='\u{2e7f}'
            | '\u{a700}'..='\u{a7ff}'
            | '\u{ab30}'..='\u{ab6f}'
            | '\u{ff01}'..='\u{ff5e}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Modifiers = Modifiers {
        command: false,
        other: false,
    };
    const COMMAND: Modifiers = Modifiers {
        command: true,
        other: false,
    };
    const OTHER: Modifiers = Modifiers {
        command: false,
        other: true,
    };

    fn pressed(key: &str, code: &str) -> Option<Shortcut> {
        shortcut(key, code, NONE, Letters::Shortcuts)
    }

    #[test]
    fn single_letters_work_in_either_case() {
        assert_eq!(pressed("m", "KeyM"), Some(Shortcut::Microphone));
        assert_eq!(pressed("V", "KeyV"), Some(Shortcut::Camera));
        assert_eq!(pressed("s", "KeyS"), Some(Shortcut::Share));
        assert_eq!(pressed("h", "KeyH"), Some(Shortcut::Hand));
        assert_eq!(pressed("R", "KeyR"), Some(Shortcut::Hand));
    }

    #[test]
    fn on_a_layout_for_another_script_the_place_of_the_key_counts() {
        for key in ["ь", "Ь", "μ", "ة", "צ", "ท", "स", "्", "ㅡ"] {
            assert_eq!(pressed(key, "KeyM"), Some(Shortcut::Microphone), "{key}");
        }
        let command = |key, code| shortcut(key, code, COMMAND, Letters::Letters);
        assert_eq!(command("в", "KeyD"), Some(Shortcut::Microphone));
        assert_eq!(command("у", "KeyE"), Some(Shortcut::Camera));
        assert_eq!(command("с", "KeyC"), None);
        assert_eq!(command("к", "KeyR"), None);
    }

    #[test]
    fn on_a_latin_layout_the_letter_counts_wherever_it_is() {
        // French, where m stands beside l, and Dvorak.
        assert_eq!(pressed("m", "Semicolon"), Some(Shortcut::Microphone));
        assert_eq!(pressed(",", "KeyM"), None);
        assert_eq!(pressed("c", "KeyI"), Some(Shortcut::Chat));
        assert_eq!(pressed("j", "KeyC"), None);
        // A keyboard on a screen has no places.
        assert_eq!(pressed("m", ""), Some(Shortcut::Microphone));
        assert_eq!(pressed("ь", ""), None);
        assert_eq!(pressed("é", "Digit2"), None);
    }

    #[test]
    fn a_letter_with_a_mark_is_as_latin_as_one_without() {
        // Neo 2, Turkish F, Polish, Vietnamese, and what Macs write with a key held down.
        for key in ["ä", "ğ", "ı", "ł", "ơ", "ế", "ß", "µ", "…", "€", "«", "ｃ"] {
            for code in ["KeyC", "KeyE", "KeyM", "KeyV"] {
                assert_eq!(pressed(key, code), None, "{key}");
                assert_eq!(shortcut(key, code, COMMAND, Letters::Letters), None);
            }
        }
    }

    #[test]
    fn letters_are_letters_while_one_types_and_where_they_are_switched_off() {
        for key in ["m", "v", "c", "p", "s", "d", "ь"] {
            assert_eq!(shortcut(key, "KeyM", NONE, Letters::Letters), None);
        }
    }

    #[test]
    fn the_habits_of_other_meeting_products_work_then_too() {
        let command = |key| shortcut(key, "", COMMAND, Letters::Letters);
        assert_eq!(command("d"), Some(Shortcut::Microphone));
        assert_eq!(command("e"), Some(Shortcut::Camera));
    }

    #[test]
    fn the_browsers_own_shortcuts_are_left_alone() {
        assert_eq!(shortcut("c", "KeyC", COMMAND, Letters::Shortcuts), None);
        assert_eq!(shortcut("m", "KeyM", OTHER, Letters::Shortcuts), None);
        assert_eq!(shortcut("µ", "KeyM", OTHER, Letters::Shortcuts), None);
        for key in [
            "Enter",
            "Escape",
            "Meta",
            "Dead",
            "Process",
            "Unidentified",
            " ",
            "",
        ] {
            assert_eq!(pressed(key, "KeyM"), None, "{key}");
        }
    }
}
