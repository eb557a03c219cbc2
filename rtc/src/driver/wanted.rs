//! Whether the person wants the microphone and the camera on, for as long as the tab is there: before
//! joining and after leaving, too. Whoever turned one off is not seen or heard because of a reload.

use meeting::devices::Device;

use super::handover::storage;
use crate::object::{flag, object, parse, to_json};

const KEY: &str = "rotunda.wanted";

/// What is wanted on; both, as long as nobody has said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) microphone: bool,
    pub(super) camera: bool,
}

impl Wanted {
    const fn with(self, device: Device, on: bool) -> Self {
        match device {
            Device::Microphone => Self {
                microphone: on,
                ..self
            },
            Device::Camera => Self { camera: on, ..self },
            // A screen is shared by a person who has just said so, and by no page.
            Device::Screen => self,
        }
    }

    /// What another version of the page wrote is read as far as it is known.
    fn read(json: &str) -> Self {
        let kept = parse(json);
        Self {
            microphone: flag(&kept, "microphone").unwrap_or(true),
            camera: flag(&kept, "camera").unwrap_or(true),
        }
    }

    fn to_json(self) -> Option<String> {
        let kept = object([
            ("microphone", self.microphone.into()),
            ("camera", self.camera.into()),
        ]);
        to_json(&kept)
    }
}

/// What was wanted last in this tab.
pub(super) fn get() -> Wanted {
    let json = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    Wanted::read(&json.unwrap_or_default())
}

/// Keeps that the person turned a device on or off.
pub(super) fn set(device: Device, on: bool) {
    // A tab without storage begins with everything on.
    if let (Some(storage), Some(json)) = (storage(), get().with(device, on).to_json()) {
        drop(storage.set_item(KEY, &json));
    }
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    const EVERYTHING: Wanted = Wanted {
        microphone: true,
        camera: true,
    };

    #[wasm_bindgen_test]
    fn what_was_turned_off_is_off_for_the_next_page_and_the_rest_is_on() {
        let wanted = EVERYTHING.with(Device::Microphone, false);
        assert_eq!(Wanted::read(&wanted.to_json().unwrap()), wanted);
        assert!(!wanted.microphone && wanted.camera);
        assert_eq!(wanted.with(Device::Screen, true), wanted);
    }

    #[wasm_bindgen_test]
    fn what_another_version_of_the_page_wrote_is_read_as_far_as_it_is_known() {
        let read = Wanted::read(r#"{"camera": false, "lamp": true}"#);
        assert!(read.microphone && !read.camera);
        for nonsense in ["", "17", "null", "{"] {
            assert_eq!(Wanted::read(nonsense), EVERYTHING);
        }
    }
}
