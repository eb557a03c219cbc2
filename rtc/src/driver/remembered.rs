//! The devices that the person chose, from one visit to the next.

use serde::{Deserialize, Serialize};

use crate::storage;

const KEY: &str = "rotunda.devices";

/// Device ids; none where nothing was chosen. The browser makes them up for this server alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Remembered {
    pub(super) microphone: Option<String>,
    pub(super) camera: Option<String>,
    pub(super) speaker: Option<String>,
}

/// What the last choices were.
pub(super) fn get() -> Remembered {
    storage::get(KEY)
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// Changes what is remembered.
pub(super) fn update(change: impl FnOnce(&mut Remembered)) {
    let before = get();
    let mut now = before.clone();
    change(&mut now);
    if now != before
        && let Ok(text) = serde_json::to_string(&now)
    {
        storage::set(KEY, &text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_older_or_newer_page_wrote_is_read_as_far_as_it_is_known() {
        let text = r#"{"camera": "third", "lamp": {"on": true}}"#;
        let read: Remembered = serde_json::from_str(text).unwrap();
        assert_eq!(read.camera.as_deref(), Some("third"));
        assert_eq!(read.speaker, None);
    }
}
