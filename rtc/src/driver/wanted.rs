//! Whether the person wants the microphone and the camera on, for as long as the tab is there: before
//! joining and after leaving, too. Whoever turned one off is not seen or heard because of a reload.

use meeting::devices::Device;
use serde::{Deserialize, Serialize};

use super::handover::storage;

const KEY: &str = "rotunda.wanted";

/// What is wanted on; both, as long as nobody has said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    pub(super) microphone: bool,
    pub(super) camera: bool,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            microphone: true,
            camera: true,
        }
    }
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

    fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }
}

/// What was wanted last in this tab.
pub(super) fn get() -> Wanted {
    let text = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    text.map(|text| Wanted::read(&text)).unwrap_or_default()
}

/// Keeps that the person turned a device on or off.
pub(super) fn set(device: Device, on: bool) {
    // A tab without storage begins with everything on.
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(&get().with(device, on))) {
        drop(storage.set_item(KEY, &text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_turned_off_is_off_for_the_next_page_and_the_rest_is_on() {
        let wanted = Wanted::default().with(Device::Microphone, false);
        let text = serde_json::to_string(&wanted).unwrap();
        assert_eq!(Wanted::read(&text), wanted);
        assert!(!wanted.microphone && wanted.camera);
        assert_eq!(wanted.with(Device::Screen, true), wanted);
    }

    #[test]
    fn what_another_version_of_the_page_wrote_is_read_as_far_as_it_is_known() {
        let read = Wanted::read(r#"{"camera": false, "lamp": true}"#);
        assert!(read.microphone && !read.camera);
        assert_eq!(Wanted::read("17"), Wanted::default());
    }
}
