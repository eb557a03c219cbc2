//! The keys of the keyboard that do something.

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
}

/// The other keys held down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Modifiers {
    /// Control, or ⌘ on a Mac.
    pub(crate) command: bool,
    /// Alt or Shift: with one of these no key is ours.
    pub(crate) other: bool,
}

/// What a key press asks for. Single letters mean nothing while the person is typing.
pub(crate) fn shortcut(key: &str, modifiers: Modifiers, typing: bool) -> Option<Shortcut> {
    let mut letters = key.chars().map(|c| c.to_ascii_lowercase());
    let (Some(letter), None) = (letters.next(), letters.next()) else {
        return None;
    };
    match (modifiers, letter) {
        (Modifiers { other: true, .. }, _) => None,
        (Modifiers { command: true, .. }, 'd') => Some(Shortcut::Microphone),
        (Modifiers { command: true, .. }, 'e') => Some(Shortcut::Camera),
        (Modifiers { command: true, .. }, _) => None,
        _ if typing => None,
        (_, 'm') => Some(Shortcut::Microphone),
        (_, 'v') => Some(Shortcut::Camera),
        (_, 'c') => Some(Shortcut::Chat),
        (_, 'p') => Some(Shortcut::People),
        (_, 's' | 'd') => Some(Shortcut::Share),
        _ => None,
    }
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

    #[test]
    fn single_letters_work_in_either_case() {
        assert_eq!(shortcut("m", NONE, false), Some(Shortcut::Microphone));
        assert_eq!(shortcut("V", NONE, false), Some(Shortcut::Camera));
        assert_eq!(shortcut("s", NONE, false), Some(Shortcut::Share));
    }

    #[test]
    fn letters_are_letters_while_one_types() {
        for key in ["m", "v", "c", "p", "s", "d"] {
            assert_eq!(shortcut(key, NONE, true), None);
        }
    }

    #[test]
    fn the_habits_of_other_meeting_products_work_while_typing_too() {
        assert_eq!(shortcut("d", COMMAND, true), Some(Shortcut::Microphone));
        assert_eq!(shortcut("e", COMMAND, false), Some(Shortcut::Camera));
    }

    #[test]
    fn the_browsers_own_shortcuts_are_left_alone() {
        assert_eq!(shortcut("c", COMMAND, false), None);
        assert_eq!(shortcut("m", OTHER, false), None);
        for key in ["Enter", "Escape", "Meta", " ", ""] {
            assert_eq!(shortcut(key, NONE, false), None);
        }
    }
}
