//! A person's own microphone, camera and screen share: what is wanted, what there is, and what to
//! ask the browser for.
//!
//! *Wanted* changes only when the person says so. No device that comes or goes, no answer that
//! arrives late, ever turns anything on.

use std::collections::VecDeque;

use crate::conversation::MediaState;

/// A device of the person's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Device {
    /// For speaking.
    Microphone,
    /// For being seen.
    Camera,
    /// A shared screen, window or tab.
    Screen,
}

/// Tells the answer to one capture from the answer to every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Capture(u32);

/// Why a device could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureProblem {
    /// The person or a policy said no (`NotAllowedError`).
    Denied,
    /// There is none (`NotFoundError`).
    NotFound,
    /// Another program holds it (`NotReadableError`).
    InUse,
    /// None fits what was asked (`OverconstrainedError`).
    Overconstrained,
    /// The page is not on a secure origin, so the browser offers no devices.
    InsecureContext,
    /// The browser cannot do this at all.
    Unsupported,
    /// It stopped by itself: unplugged, or taken away.
    Lost,
    /// Anything else.
    Other,
}

/// What came of wanting a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureState {
    /// Not on.
    Off,
    /// Asked for; the browser has not answered yet.
    Starting,
    /// On.
    On,
    /// It failed, and why.
    Failed(CaptureProblem),
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The person turns a device on or off. Turning on one that failed tries again.
    Want(Device, bool),
    /// The person chooses a microphone or a camera, by the browser's device id.
    Choose(Device, String),
    /// The browser gave what was asked for.
    Captured(Device, Capture),
    /// The browser did not.
    Failed(Device, Capture, CaptureProblem),
    /// A track ended by itself: unplugged, taken away, or stopped with the browser's own button.
    Ended(Device, Capture),
    /// The call is over: everything is given back.
    Release,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Ask for these, together if there are two, so that the person is asked once.
    Ask(Vec<Wish>),
    /// Send what this capture gave, in place of what was sent before.
    Use(Device, Capture),
    /// Give back what this capture gave; nobody wants it any more.
    Discard(Device, Capture),
    /// Stop sending, and give the device back.
    Stop(Device),
    /// Let the microphone be heard, or not, without giving it back.
    Hear(bool),
}

/// One device to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Which.
    pub device: Device,
    /// For the answer.
    pub capture: Capture,
    /// The device id chosen; `None` lets the browser choose.
    pub choice: Option<String>,
}

/// A capture the browser has not answered yet.
#[derive(Debug)]
struct Pending {
    capture: Capture,
    choice: Option<String>,
}

/// One device.
#[derive(Debug, Default)]
struct Slot {
    wanted: bool,
    /// The device id the person chose.
    choice: Option<String>,
    /// What is captured now.
    running: Option<Capture>,
    pending: Option<Pending>,
    problem: Option<CaptureProblem>,
}

impl Slot {
    const fn state(&self) -> CaptureState {
        match (self.wanted, self.running, self.problem, &self.pending) {
            (true, Some(_), ..) => CaptureState::On,
            (_, _, Some(problem), _) => CaptureState::Failed(problem),
            (true, None, None, Some(_)) => CaptureState::Starting,
            (true, None, None, None) | (false, _, None, _) => CaptureState::Off,
        }
    }
}

/// A person's own devices.
#[derive(Debug, Default)]
pub struct Devices {
    microphone: Slot,
    camera: Slot,
    screen: Slot,
    captures: u32,
    outputs: VecDeque<Output>,
}

impl Devices {
    /// Asks for the microphone, since unmuting must take no time, and for the camera if it is
    /// wanted.
    pub fn begin(microphone: bool, camera: bool) -> Self {
        let mut devices = Self::default();
        devices.microphone.wanted = microphone;
        devices.camera.wanted = camera;
        let mut wishes = vec![devices.wish(Device::Microphone, None)];
        if camera {
            wishes.push(devices.wish(Device::Camera, None));
        }
        devices.outputs.push_back(Output::Ask(wishes));
        devices
    }

    /// What came of wanting a device.
    pub const fn state(&self, device: Device) -> CaptureState {
        self.slot(device).state()
    }

    /// Whether the person wants a device on.
    pub const fn is_wanted(&self, device: Device) -> bool {
        self.slot(device).wanted
    }

    /// The device id the person chose.
    pub fn choice(&self, device: Device) -> Option<&str> {
        self.slot(device).choice.as_deref()
    }

    /// What is sent to the others just now.
    pub fn media(&self) -> MediaState {
        let is_on = |device| self.state(device) == CaptureState::On;
        MediaState {
            microphone: is_on(Device::Microphone),
            camera: is_on(Device::Camera),
            screen: is_on(Device::Screen),
        }
    }

    /// Takes what happened. Drain [`Devices::poll_output`] afterwards.
    pub fn handle(&mut self, input: Input) {
        match input {
            Input::Want(device, true) => self.turn_on(device),
            Input::Want(device, false) => self.turn_off(device),
            Input::Choose(device, choice) => self.choose(device, choice),
            Input::Captured(device, capture) => self.on_captured(device, capture),
            Input::Failed(device, capture, problem) => self.on_failed(device, capture, problem),
            Input::Ended(device, capture) => self.on_ended(device, capture),
            Input::Release => self.release(),
        }
    }

    /// The next thing to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn turn_on(&mut self, device: Device) {
        let slot = self.slot_mut(device);
        slot.wanted = true;
        slot.problem = None;
        if slot.running.is_some() {
            if device == Device::Microphone {
                self.outputs.push_back(Output::Hear(true));
            }
        } else if slot.pending.is_none() {
            let choice = slot.choice.clone();
            self.ask(device, choice);
        }
        // What was asked for already answers this wish too; a second question, or a second
        // picker beside the first, would only confuse.
    }

    fn turn_off(&mut self, device: Device) {
        let slot = self.slot_mut(device);
        slot.wanted = false;
        slot.problem = None;
        if device == Device::Microphone {
            // A muted microphone is kept: unmuting must take no time and cannot fail.
            if slot.running.is_some() {
                self.outputs.push_back(Output::Hear(false));
            }
        } else if slot.running.take().is_some() {
            self.outputs.push_back(Output::Stop(device));
        }
    }

    fn choose(&mut self, device: Device, choice: String) {
        let slot = self.slot_mut(device);
        if slot.wanted || slot.running.is_some() {
            self.ask(device, Some(choice));
        } else {
            slot.choice = Some(choice);
        }
    }

    fn on_captured(&mut self, device: Device, capture: Capture) {
        let slot = self.slot_mut(device);
        let Some(pending) = slot.pending.take_if(|pending| pending.capture == capture) else {
            self.outputs.push_back(Output::Discard(device, capture));
            return;
        };
        if !slot.wanted && device != Device::Microphone {
            self.outputs.push_back(Output::Discard(device, capture));
            return;
        }
        slot.running = Some(capture);
        slot.choice = pending.choice;
        slot.problem = None;
        let wanted = slot.wanted;
        self.outputs.push_back(Output::Use(device, capture));
        if device == Device::Microphone {
            self.outputs.push_back(Output::Hear(wanted));
        }
    }

    fn on_failed(&mut self, device: Device, capture: Capture, problem: CaptureProblem) {
        let slot = self.slot_mut(device);
        let Some(pending) = slot.pending.take_if(|pending| pending.capture == capture) else {
            return;
        };
        if slot.running.is_some() {
            // Another device was chosen and cannot be had: the one there is stays.
            return;
        }
        if device == Device::Screen {
            // Closing the picker is an answer, not a failure.
            slot.wanted = false;
            slot.problem = (problem != CaptureProblem::Denied).then_some(problem);
            return;
        }
        let gone = matches!(
            problem,
            CaptureProblem::Overconstrained | CaptureProblem::NotFound
        );
        if pending.choice.is_some() && gone {
            // The chosen device is no longer there; any other is better than none.
            slot.choice = None;
            self.ask(device, None);
            return;
        }
        slot.problem = Some(problem);
    }

    fn on_ended(&mut self, device: Device, capture: Capture) {
        let slot = self.slot_mut(device);
        if slot
            .running
            .take_if(|running| *running == capture)
            .is_none()
        {
            return;
        }
        let wanted = slot.wanted;
        if device == Device::Screen {
            slot.wanted = false;
        } else {
            slot.choice = None;
            slot.problem = wanted.then_some(CaptureProblem::Lost);
        }
        self.outputs.push_back(Output::Stop(device));
        if wanted && device != Device::Screen && self.slot(device).pending.is_none() {
            self.ask(device, None);
        }
    }

    fn release(&mut self) {
        for device in [Device::Microphone, Device::Camera, Device::Screen] {
            let slot = self.slot_mut(device);
            *slot = Slot::default();
            self.outputs.push_back(Output::Stop(device));
        }
    }

    fn ask(&mut self, device: Device, choice: Option<String>) {
        let wish = self.wish(device, choice);
        self.outputs.push_back(Output::Ask(vec![wish]));
    }

    fn wish(&mut self, device: Device, choice: Option<String>) -> Wish {
        self.captures = self.captures.wrapping_add(1);
        let capture = Capture(self.captures);
        let pending = Pending {
            capture,
            choice: choice.clone(),
        };
        self.slot_mut(device).pending = Some(pending);
        Wish {
            device,
            capture,
            choice,
        }
    }

    const fn slot(&self, device: Device) -> &Slot {
        match device {
            Device::Microphone => &self.microphone,
            Device::Camera => &self.camera,
            Device::Screen => &self.screen,
        }
    }

    const fn slot_mut(&mut self, device: Device) -> &mut Slot {
        match device {
            Device::Microphone => &mut self.microphone,
            Device::Camera => &mut self.camera,
            Device::Screen => &mut self.screen,
        }
    }
}

#[cfg(test)]
mod tests;
