//! Which devices this browser offers.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDeviceInfo, MediaDeviceKind};

use super::capture::media_devices;
use crate::view::{Device, Devices};

/// The devices now. Labels and ids are empty until the person gave a permission; devices without
/// an id are left out, since they cannot be chosen.
pub(crate) async fn list() -> Devices {
    let mut devices = Devices::default();
    let Some(promise) = media_devices()
        .ok()
        .and_then(|it| it.enumerate_devices().ok())
    else {
        return devices;
    };
    let Ok(list) = JsFuture::from(promise).await else {
        return devices;
    };
    for info in Array::from(&list).iter() {
        let info: MediaDeviceInfo = info.unchecked_into();
        if info.device_id().is_empty() {
            continue;
        }
        let device = Device {
            id: info.device_id(),
            label: info.label(),
        };
        match info.kind() {
            MediaDeviceKind::Audioinput => devices.microphones.push(device),
            MediaDeviceKind::Videoinput => devices.cameras.push(device),
            MediaDeviceKind::Audiooutput => devices.speakers.push(device),
            _ => {}
        }
    }
    devices
}
