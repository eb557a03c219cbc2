//! What goes into [`Devices`](super::Devices) and what comes out of it.

use serde::{Deserialize, Serialize};

use super::problem::CaptureProblem;

/// A device of the person's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Device {
    /// What the others hear this person with.
    Microphone,
    /// What the others see this person with.
    Camera,
    /// A shared screen, window or tab.
    Screen,
}

impl Device {
    /// Every kind, the microphone first: people are asked for it before the camera.
    pub const ALL: [Self; 3] = [Self::Microphone, Self::Camera, Self::Screen];
}

/// Tells the answer to one capture from the answer to every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Capture(pub(super) u32);

/// How a microphone or a camera begins. What is left out is off and the browser's choice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Start {
    /// Whether the person wants it on.
    pub on: bool,
    /// The device id of before. If it is gone, any other will do.
    pub device: Option<String>,
}

impl Start {
    /// Whichever the browser chooses.
    pub const fn any(on: bool) -> Self {
        Self { on, device: None }
    }
}

/// What came of wanting a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureState {
    /// Given back, or never asked for.
    Off,
    /// Asked for; the browser has not answered yet.
    Starting,
    /// It is captured and sent.
    On,
    /// It failed, and why.
    Failed(CaptureProblem),
}

/// Which device to ask the browser for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// Whichever the browser chooses.
    #[default]
    Any,
    /// The one in use before, whoever chose it; if it is gone, whichever the browser chooses.
    Preferred(String),
    /// The one the person chose, and no other.
    Exactly(String),
}

impl Choice {
    /// The device id, if it is about a certain one.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Any => None,
            Self::Preferred(id) | Self::Exactly(id) => Some(id),
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The person turns a device on or off. Turning on one that failed tries again.
    Want(Device, bool),
    /// The person chooses a microphone or a camera, by the browser's device id.
    Choose(Device, String),
    /// The browser gave what was asked for; the device id, where it says.
    Captured(Device, Capture, Option<String>),
    /// The browser did not.
    Failed(Device, Capture, CaptureProblem),
    /// A track ended by itself: unplugged, taken away, or stopped with the browser's own button.
    Ended(Device, Capture),
    /// The call is over: everything is given back, and nothing is taken any more.
    Release,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Ask for these, together if there are two, so that the person is asked once.
    Ask(Vec<CaptureRequest>),
    /// Send what this capture gave, in place of what was sent before.
    Use(Device, Capture),
    /// Give back what this capture gave; nobody wants it any more.
    Discard(Device, Capture),
    /// Stop sending, and give the device back.
    Stop(Device),
    /// Let the microphone be heard, or not, without giving it back.
    Hear(bool),
    /// The person chose this device id, and it works or is off: it is the one to begin with at the
    /// next visit. What the browser chose never is.
    Remember(Device, String),
    /// Worth a word to the person, once.
    Tell(Notice),
}

/// One device to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureRequest {
    /// Of which kind.
    pub device: Device,
    /// By which the answer is known.
    pub capture: Capture,
    /// Which one of that kind.
    pub choice: Choice,
}

/// What the person is told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A device cannot be had, and none takes its place.
    Failed(Device, CaptureProblem),
    /// The device of this id was chosen and cannot be had; the one before it stays in use.
    Kept(Device, String, CaptureProblem),
    /// The device of this id cannot be had, or no more, and another one is in use now.
    Replaced(Device, Option<String>, CaptureProblem),
}
