//! The devices that the person chose, from one visit to the next.

use wasm_bindgen::JsValue;

use crate::object::{object, optional, parse, text, to_json};
use crate::storage;

const KEY: &str = "rotunda.devices";

/// Device ids; none where nothing was chosen. The browser makes them up for this server alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Remembered {
    pub(super) microphone: Option<String>,
    pub(super) camera: Option<String>,
    pub(super) speaker: Option<String>,
}

impl Remembered {
    /// What an older or newer page wrote is read as far as it is known.
    fn read(json: &str) -> Self {
        let kept = parse(json);
        Self {
            microphone: text(&kept, "microphone"),
            camera: text(&kept, "camera"),
            speaker: text(&kept, "speaker"),
        }
    }

    fn to_json(&self) -> Option<String> {
        let kept: JsValue = object([
            ("microphone", optional(self.microphone.as_deref())),
            ("camera", optional(self.camera.as_deref())),
            ("speaker", optional(self.speaker.as_deref())),
        ])
        .into();
        to_json(&kept)
    }
}

/// What the last choices were.
pub(super) fn get() -> Remembered {
    Remembered::read(&storage::get(KEY).unwrap_or_default())
}

/// Changes what is remembered.
pub(super) fn update(change: impl FnOnce(&mut Remembered)) {
    let before = get();
    let mut now = before.clone();
    change(&mut now);
    if now != before
        && let Some(json) = now.to_json()
    {
        storage::set(KEY, &json);
    }
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn what_an_older_or_newer_page_wrote_is_read_as_far_as_it_is_known() {
        let read = Remembered::read(r#"{"camera": "third", "lamp": {"on": true}}"#);
        assert_eq!(read.camera.as_deref(), Some("third"));
        assert_eq!(read.speaker, None);
        assert_eq!(Remembered::read(&read.to_json().unwrap()), read);
        for nonsense in ["", "17", "null", "{"] {
            assert_eq!(Remembered::read(nonsense), Remembered::default());
        }
    }
}
