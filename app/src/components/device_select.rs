//! Choosing a microphone, a camera or a loudspeaker.

use leptos::html;
use leptos::prelude::*;
use rtc::view::{Device, Devices, LocalView};
use rtc::{CallView, Command};

use super::icon::{Glyph, Icon};
use super::text::Words;
use crate::call::Call;
use crate::call::wording::device_label;
use crate::messages::{Numbered, Which, messages};

/// What Chromium calls the system's default among the devices
/// ([`deviceId`](https://www.w3.org/TR/mediacapture-streams/#dom-mediadeviceinfo-deviceid)).
const BROWSER_DEFAULT: &str = "default";

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeviceKind {
    Microphone,
    Camera,
    Speaker,
}

impl DeviceKind {
    const fn name(self) -> Which<str> {
        match self {
            Self::Microphone => |it| it.devices.microphone,
            Self::Camera => |it| it.devices.camera,
            Self::Speaker => |it| it.devices.speaker,
        }
    }

    fn unnamed(self) -> Numbered {
        let texts = &messages().devices;
        match self {
            Self::Microphone => texts.unnamed_microphone,
            Self::Camera => texts.unnamed_camera,
            Self::Speaker => texts.unnamed_speaker,
        }
    }

    const fn glyph(self) -> Glyph {
        match self {
            Self::Microphone => Glyph::Microphone,
            Self::Camera => Glyph::Camera,
            Self::Speaker => Glyph::Speaker,
        }
    }

    fn offered(self, devices: &Devices) -> &[Device] {
        match self {
            Self::Microphone => &devices.microphones,
            Self::Camera => &devices.cameras,
            Self::Speaker => &devices.speakers,
        }
    }

    fn chosen(self, local: &LocalView) -> Option<String> {
        match self {
            Self::Microphone => local.microphone.device.clone(),
            Self::Camera => local.camera.device.clone(),
            Self::Speaker => local.speaker.clone(),
        }
    }

    fn choose(self, call: Call, device: String) {
        call.send(match self {
            Self::Microphone => Command::ChooseMicrophone(device),
            Self::Camera => Command::ChooseCamera(device),
            Self::Speaker => Command::ChooseSpeaker(Some(device).filter(|it| !it.is_empty())),
        });
    }

    /// Whether the browser's own choice is to stand in the list: where nothing else in it is what
    /// is in use, and for a loudspeaker always. A browser may offer it as a device.
    fn needs_default(self, offered: &[Device], chosen: Option<&str>) -> bool {
        let has = |id: &str| offered.iter().any(|device| device.id == id);
        match self {
            Self::Microphone | Self::Camera => !chosen.is_some_and(has),
            Self::Speaker => !has(BROWSER_DEFAULT),
        }
    }

    /// Which entry of the list is the one in use. The empty one is the browser's own choice.
    fn value(self, offered: &[Device], chosen: Option<&str>) -> String {
        let listed = chosen.filter(|id| offered.iter().any(|device| device.id == *id));
        match (self, listed) {
            (_, Some(id)) => id.to_owned(),
            (Self::Speaker, None) if !self.needs_default(offered, chosen) => {
                BROWSER_DEFAULT.to_owned()
            }
            (_, None) => String::new(),
        }
    }
}

/// What a list of devices shows.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Menu {
    offered: Vec<Device>,
    /// Whether the browser's own choice is in the list.
    has_default: bool,
    /// The entry that is in use.
    value: String,
}

impl Menu {
    fn of(kind: DeviceKind, view: &CallView) -> Self {
        let offered = kind.offered(&view.devices);
        let chosen = kind.chosen(&view.local);
        Self {
            offered: offered.to_vec(),
            has_default: kind.needs_default(offered, chosen.as_deref()),
            value: kind.value(offered, chosen.as_deref()),
        }
    }
}

/// A list of devices to choose from, with its name before it.
///
/// A browser shows at once what the person picks. The list is therefore put back to what is in
/// use after each pick and each change; while a device is being tried, that counts as in use.
#[component]
pub(crate) fn DeviceSelect(kind: DeviceKind, call: Call) -> impl IntoView {
    let element = NodeRef::<html::Select>::new();
    let menu = call.part(move |view| Menu::of(kind, view));
    let picks = RwSignal::new(0_u32);
    Effect::new(move |_| {
        picks.track();
        let value = menu.with(|menu| menu.value.clone());
        if let Some(element) = element.get() {
            element.set_value(&value);
        }
    });
    let on_change = move |event| {
        kind.choose(call, event_target_value(&event));
        picks.update(|picks| *picks = picks.wrapping_add(1));
    };
    let option = |value: String, label: String, is_name: bool, selected: bool| {
        let translate = is_name.then_some("no");
        view! { <option value=value translate=translate prop:selected=selected prop:textContent=label></option> }
    };
    let options = move || {
        let Menu {
            offered,
            has_default,
            value,
        } = menu.get();
        let default = has_default.then(|| {
            let label = messages().devices.browser_default.to_owned();
            option(String::new(), label, false, value.is_empty())
        });
        let devices = offered.into_iter().enumerate().map(|(index, device)| {
            let label = device_label(&device, index, kind.unnamed());
            let selected = value == device.id;
            option(device.id, label, true, selected)
        });
        default.into_iter().chain(devices).collect_view()
    };
    view! {
        <label class="device">
            <Icon glyph=kind.glyph()/>
            <span class="visually-hidden"><Words of=kind.name()/></span>
            <select
                node_ref=element
                disabled=move || menu.with(|menu| menu.offered.is_empty())
                on:change=on_change
            >
                {options}
            </select>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(ids: &[&str]) -> Vec<Device> {
        let device = |id: &&str| Device {
            id: (*id).to_owned(),
            label: String::new(),
        };
        ids.iter().map(device).collect()
    }

    #[test]
    fn a_list_shows_what_is_in_use_and_never_what_is_not() {
        let two = offered(&["one", "two"]);
        assert_eq!(DeviceKind::Camera.value(&two, Some("two")), "two");
        for (kind, chosen) in [
            (DeviceKind::Camera, Some("gone")),
            (DeviceKind::Microphone, None),
            (DeviceKind::Speaker, None),
        ] {
            assert_eq!(kind.value(&two, chosen), "");
            assert!(kind.needs_default(&two, chosen));
        }
        assert!(!DeviceKind::Camera.needs_default(&two, Some("one")));
    }

    #[test]
    fn a_default_loudspeaker_that_the_browser_offers_is_not_offered_twice() {
        let chromium = offered(&[BROWSER_DEFAULT, "headset"]);
        assert!(!DeviceKind::Speaker.needs_default(&chromium, None));
        assert_eq!(DeviceKind::Speaker.value(&chromium, None), BROWSER_DEFAULT);
        let firefox = offered(&["headset"]);
        assert!(DeviceKind::Speaker.needs_default(&firefox, Some("headset")));
    }
}
