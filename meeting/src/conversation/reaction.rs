//! What somebody shows about what they see and hear just now.

use serde::{Deserialize, Serialize};

/// One of the six that everybody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reaction {
    /// Agreement.
    ThumbsUp,
    /// Applause.
    Clapping,
    /// Affection.
    Heart,
    /// Laughter.
    Laughing,
    /// Surprise.
    Surprised,
    /// Celebration.
    Party,
}

impl Reaction {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::ThumbsUp,
        Self::Clapping,
        Self::Heart,
        Self::Laughing,
        Self::Surprised,
        Self::Party,
    ];
}
