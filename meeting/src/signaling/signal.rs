//! What the server carries from one participant to another without looking inside.

use serde::{Deserialize, Serialize};

use super::MessageError;
use crate::limits;

/// The opaque content of a signal. The two browsers know what it is (see
/// [`crate::delivery::Parcel`]); to the server it is a text of bounded length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SignalPayload(String);

impl SignalPayload {
    /// The text, which only the two ends read.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SignalPayload {
    type Error = MessageError;

    fn try_from(text: String) -> Result<Self, MessageError> {
        if text.len() > limits::SIGNAL_PAYLOAD_BYTES {
            return Err(MessageError::TooLong);
        }
        Ok(Self(text))
    }
}

impl From<SignalPayload> for String {
    fn from(payload: SignalPayload) -> Self {
        payload.0
    }
}
