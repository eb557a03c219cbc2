//! The panels beside the stage; one is open at a time.

use crate::messages::Which;

/// A panel beside the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Panel {
    /// What people wrote to each other.
    Chat,
    /// Who is there.
    People,
}

impl Panel {
    /// What people read as its heading.
    pub(crate) const fn name(self) -> Which<str> {
        match self {
            Self::Chat => |it| it.chat.title,
            Self::People => |it| it.people.title,
        }
    }

    /// The button in the bar that opens it.
    pub(crate) const fn button_id(self) -> &'static str {
        match self {
            Self::Chat => "bar-chat",
            Self::People => "bar-people",
        }
    }
}
