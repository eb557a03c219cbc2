//! A session description of the model: what the two ends have to agree about, nothing else.

use serde::{Deserialize, Serialize};

/// A session description.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Sdp {
    /// Different for each that was ever made.
    pub(crate) name: String,
    /// The offer that this answers.
    pub(crate) answers: Option<String>,
    /// Media sections.
    pub(crate) sections: u8,
    /// Whether there is a section for the data channel.
    pub(crate) channel: bool,
    /// What the end that made it wants to send.
    pub(crate) sends: u8,
    /// The ICE generation.
    pub(crate) ufrag: String,
}

impl Sdp {
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap()
    }

    pub(crate) fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap()
    }
}
