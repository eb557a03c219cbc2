//! A session description of the model: what the two ends have to agree about, nothing else.

use serde::{Deserialize, Serialize};

/// A session description.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sdp {
    /// Different for each that was ever made.
    pub name: String,
    /// The offer that this answers.
    pub answers: Option<String>,
    /// Media sections.
    pub sections: u8,
    /// Whether there is a section for the data channel.
    pub channel: bool,
    /// What the end that made it wants to send.
    pub sends: u8,
    /// The ICE generation.
    pub ufrag: String,
}

impl Sdp {
    /// The description as a browser gives it.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap()
    }

    /// Reads what [`Self::to_text`] wrote.
    pub fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap()
    }
}
