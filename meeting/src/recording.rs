//! Recording a meeting in the page of one participant: what is recorded, how its pictures are put
//! together, and what makes of it a file that players can seek in.

pub mod composition;
pub mod session;
pub mod webm;

use serde::{Deserialize, Serialize};

/// What a participant records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Everything: all pictures side by side, and all sound.
    Meeting,
    /// The participant's own camera and microphone.
    Camera,
    /// The screens that are shared, and all sound.
    Screen,
    /// All sound, and no picture.
    Sound,
    /// Something that only a newer page knows.
    #[serde(other)]
    Unknown,
}
