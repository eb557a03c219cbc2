//! The buttons that turn microphone and camera on and off.

use leptos::prelude::*;
use rtc::view::{CaptureState, CaptureView};

use super::icon::{Glyph, Icon};
use crate::call::{Call, is_on};
use crate::messages::messages;

/// The two kinds of toggle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Microphone,
    Camera,
}

impl Source {
    fn name(self, on: bool) -> &'static str {
        let texts = &messages().devices;
        match (self, on) {
            (Self::Microphone, true) => texts.turn_off_microphone,
            (Self::Microphone, false) => texts.turn_on_microphone,
            (Self::Camera, true) => texts.turn_off_camera,
            (Self::Camera, false) => texts.turn_on_camera,
        }
    }

    const fn glyph(self, on: bool) -> Glyph {
        match (self, on) {
            (Self::Microphone, true) => Glyph::Microphone,
            (Self::Microphone, false) => Glyph::MicrophoneOff,
            (Self::Camera, true) => Glyph::Camera,
            (Self::Camera, false) => Glyph::CameraOff,
        }
    }

    fn toggle(self, call: Call) {
        match self {
            Self::Microphone => call.toggle_microphone(),
            Self::Camera => call.toggle_camera(),
        }
    }

    fn state(self, call: Call) -> Memo<CaptureView> {
        match self {
            Self::Microphone => call.local(|local| local.microphone.clone()),
            Self::Camera => call.local(|local| local.camera.clone()),
        }
    }
}

/// Turns a device on or off. Its name says what pressing it does.
#[component]
pub(crate) fn Toggle(source: Source, call: Call) -> impl IntoView {
    let state = source.state(call);
    let on = Memo::new(move |_| state.with(is_on));
    let look = move || {
        state.with(|device| match device.state {
            CaptureState::Failed(_) => "failed",
            _ if is_on(device) => "on",
            _ => "off",
        })
    };
    view! {
        <button
            type="button"
            class="round toggle"
            data-state=look
            aria-label=move || source.name(on.get())
            on:click=move |_| source.toggle(call)
        >
            <Icon glyph=Signal::derive(move || source.glyph(on.get()))/>
        </button>
    }
}
