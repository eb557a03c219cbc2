//! Choosing a microphone, a camera or a loudspeaker.

use leptos::prelude::*;
use rtc::view::{Device, Devices, LocalView};

use super::icon::{Glyph, Icon};
use crate::call::Call;
use crate::call::wording::device_label;
use crate::messages::{Counted, messages};

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeviceKind {
    Microphone,
    Camera,
    Speaker,
}

impl DeviceKind {
    fn name(self) -> &'static str {
        let texts = &messages().devices;
        match self {
            Self::Microphone => texts.microphone,
            Self::Camera => texts.camera,
            Self::Speaker => texts.speaker,
        }
    }

    fn unnamed(self) -> Counted {
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
        call.command(|handle| match self {
            Self::Microphone => handle.choose_microphone(device),
            Self::Camera => handle.choose_camera(device),
            Self::Speaker => handle.choose_speaker(device),
        });
    }
}

/// A list of devices to choose from, with its name before it.
#[component]
pub(crate) fn DeviceSelect(kind: DeviceKind, call: Call) -> impl IntoView {
    let offered = call.part(move |view| kind.offered(&view.devices).to_vec());
    let chosen = call.local(move |local| kind.chosen(local));
    let none = Memo::new(move |_| offered.with(Vec::is_empty));
    let options = move || {
        let options = offered
            .get()
            .into_iter()
            .enumerate()
            .map(|(place, device)| {
                let label = device_label(&device, place, kind.unnamed());
                let value = device.id.clone();
                let selected = move || chosen.with(|chosen| chosen.as_ref() == Some(&device.id));
                view! { <option value=value translate="no" prop:selected=selected prop:textContent=label></option> }
            });
        options.collect_view()
    };
    view! {
        <label class="device">
            <Icon glyph=kind.glyph()/>
            <span class="visually-hidden">{kind.name()}</span>
            <select
                disabled=move || none.get()
                on:change=move |event| kind.choose(call, event_target_value(&event))
            >
                {move || none.get().then(|| view! { <option value="">{messages().devices.browser_default}</option> })}
                {options}
            </select>
        </label>
    }
}
