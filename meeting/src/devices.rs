//! A person's own microphone, camera and screen share: what is wanted, what there is, and what to
//! ask the browser for.
//!
//! *Wanted* changes only when the person says so. No device that comes or goes, no answer that
//! arrives late, ever turns anything on.

mod io;
mod problem;
pub mod speaker;

use std::collections::VecDeque;

pub use io::{Capture, CaptureRequest, CaptureState, Choice, Device, Input, Notice, Output, Start};
pub use problem::CaptureProblem;

use crate::conversation::MediaState;

/// A device that cannot be had, or no more.
#[derive(Clone, Debug)]
struct Missing {
    id: Option<String>,
    problem: CaptureProblem,
}

/// A capture the browser has not answered yet.
#[derive(Debug)]
struct Pending {
    capture: Capture,
    choice: Choice,
    /// What it is to take the place of.
    instead_of: Option<Missing>,
}

/// What is captured now.
#[derive(Debug)]
struct Running {
    capture: Capture,
    id: Option<String>,
    choice: Choice,
}

/// One device.
#[derive(Debug, Default)]
struct Slot {
    wanted: bool,
    /// Which one to ask for next.
    choice: Choice,
    running: Option<Running>,
    pending: Option<Pending>,
    problem: Option<CaptureProblem>,
}

impl Slot {
    fn new(start: &Start) -> Self {
        let preferred = start.device.clone().map(Choice::Preferred);
        Self {
            wanted: start.on,
            choice: preferred.unwrap_or_default(),
            ..Self::default()
        }
    }

    const fn state(&self) -> CaptureState {
        match (self.wanted, &self.running, self.problem, &self.pending) {
            (true, Some(_), ..) => CaptureState::On,
            (_, _, Some(problem), _) => CaptureState::Failed(problem),
            (true, None, None, Some(_)) => CaptureState::Starting,
            (true, None, None, None) | (false, _, None, _) => CaptureState::Off,
        }
    }

    fn chosen(&self) -> Option<&str> {
        // One that was asked for before another was chosen is wanted by nobody any more.
        let tried = self.pending.as_ref().filter(|it| it.choice == self.choice);
        let tried = tried.and_then(|it| it.choice.id());
        let used = || self.running.as_ref().and_then(|it| it.id.as_deref());
        tried.or_else(used).or_else(|| self.choice.id())
    }
}

/// A person's own devices.
#[derive(Debug, Default)]
pub struct Devices {
    microphone: Slot,
    camera: Slot,
    screen: Slot,
    captures: u32,
    /// Whether everything was given back for good.
    released: bool,
    outputs: VecDeque<Output>,
}

impl Devices {
    /// Asks for the microphone, since unmuting must take no time, and for the camera if it is
    /// wanted.
    pub fn begin(microphone: &Start, camera: &Start) -> Self {
        let mut devices = Self {
            microphone: Slot::new(microphone),
            camera: Slot::new(camera),
            ..Self::default()
        };
        let mut requests = vec![devices.request(Device::Microphone, None)];
        if camera.on {
            requests.push(devices.request(Device::Camera, None));
        }
        devices.outputs.push_back(Output::Ask(requests));
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

    /// The device id to show as the chosen one: that of the device being tried, or else of the
    /// one in use, or else of the one to be asked for.
    pub fn chosen(&self, device: Device) -> Option<&str> {
        self.slot(device).chosen()
    }

    /// How to begin the next time, so that everything is as it is now.
    pub fn as_start(&self, device: Device) -> Start {
        Start {
            on: self.is_wanted(device),
            device: self.chosen(device).map(str::to_owned),
        }
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
            Input::Captured(device, capture, id) => self.on_captured(device, capture, id),
            _ if self.released => {}
            Input::Want(device, true) => self.turn_on(device),
            Input::Want(device, false) => self.turn_off(device),
            Input::Choose(device, id) => self.choose(device, id),
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
        // What was asked for already answers this request too; a second question, or a second
        // picker beside the first, would only confuse. Unless another was chosen meanwhile.
        let is_asked = |pending: &Pending| pending.choice == slot.choice;
        if slot.running.is_some() {
            if device == Device::Microphone {
                self.outputs.push_back(Output::Hear(true));
            }
        } else if !slot.pending.as_ref().is_some_and(is_asked) {
            self.ask(device, None);
        }
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

    fn choose(&mut self, device: Device, id: String) {
        let slot = self.slot_mut(device);
        slot.choice = Choice::Exactly(id.clone());
        let is_coming = device == Device::Microphone && slot.pending.is_some();
        if slot.wanted || slot.running.is_some() || is_coming {
            slot.problem = None;
            self.ask(device, None);
        } else {
            // Whether it works is seen when it is turned on, which may be after the next load.
            self.outputs.push_back(Output::Remember(device, id));
        }
    }

    fn on_captured(&mut self, device: Device, capture: Capture, id: Option<String>) {
        let slot = self.slot_mut(device);
        let pending = slot.pending.take_if(|pending| pending.capture == capture);
        let is_of_use = slot.wanted || device == Device::Microphone;
        let Some(pending) = pending.filter(|_| is_of_use) else {
            self.outputs.push_back(Output::Discard(device, capture));
            return;
        };
        slot.choice = match pending.choice {
            Choice::Preferred(before) if id.as_ref() != Some(&before) => Choice::Any,
            choice => choice,
        };
        slot.running = Some(Running {
            capture,
            id,
            choice: slot.choice.clone(),
        });
        slot.problem = None;
        let wanted = slot.wanted;
        let choice = slot.choice.clone();
        self.outputs.push_back(Output::Use(device, capture));
        if device == Device::Microphone {
            self.outputs.push_back(Output::Hear(wanted));
        }
        // What merely was in use before may have taken the place of what was chosen.
        if let Choice::Exactly(id) = choice {
            self.outputs.push_back(Output::Remember(device, id));
        }
        if let Some(Missing { id, problem }) = pending.instead_of {
            self.tell(Notice::Replaced(device, id, problem));
        }
    }

    fn on_failed(&mut self, device: Device, capture: Capture, problem: CaptureProblem) {
        let slot = self.slot_mut(device);
        let pending = slot.pending.take_if(|pending| pending.capture == capture);
        let Some(pending) = pending else { return };
        if let Some(running) = &slot.running {
            // Another device was chosen and cannot be had: the one there is stays.
            slot.choice = running.choice.clone();
            if let Some(id) = pending.choice.id() {
                self.tell(Notice::Kept(device, id.to_owned(), problem));
            }
            return;
        }
        match device {
            Device::Screen => {
                slot.wanted = false;
                // Closing the picker is an answer, not a failure.
                if problem != CaptureProblem::Dismissed {
                    self.fail(device, problem);
                }
            }
            Device::Camera if !slot.wanted => {}
            Device::Microphone | Device::Camera => self.try_another(device, pending, problem),
        }
    }

    /// Any device is better than none.
    fn try_another(&mut self, device: Device, failed: Pending, problem: CaptureProblem) {
        let is_lost = matches!(&failed.instead_of, Some(it) if it.problem == CaptureProblem::Lost);
        let Some(id) = failed.choice.id().filter(|_| problem.is_of_one_device()) else {
            let problem = if is_lost {
                CaptureProblem::Lost
            } else {
                problem
            };
            self.fail(device, problem);
            return;
        };
        // Nobody asked for the one of before just now, so nobody needs to hear that it is gone.
        let is_news = !(matches!(failed.choice, Choice::Preferred(_)) && problem.is_absence());
        let missing = is_news.then(|| Missing {
            id: Some(id.to_owned()),
            problem,
        });
        self.slot_mut(device).choice = Choice::Any;
        self.ask(device, failed.instead_of.or(missing));
    }

    fn fail(&mut self, device: Device, problem: CaptureProblem) {
        self.slot_mut(device).problem = Some(problem);
        self.tell(Notice::Failed(device, problem));
    }

    fn on_ended(&mut self, device: Device, capture: Capture) {
        let slot = self.slot_mut(device);
        let ended = slot.running.take_if(|running| running.capture == capture);
        let Some(ended) = ended else { return };
        self.outputs.push_back(Output::Stop(device));
        if device == Device::Screen {
            self.slot_mut(device).wanted = false;
            return;
        }
        let slot = self.slot_mut(device);
        if !slot.wanted {
            // Nothing is asked for before it is wanted again.
            return;
        }
        let lost = Missing {
            id: ended.id,
            problem: CaptureProblem::Lost,
        };
        if let Some(pending) = &mut slot.pending {
            pending.instead_of = Some(lost);
        } else {
            slot.choice = Choice::Any;
            self.ask(device, Some(lost));
        }
    }

    fn release(&mut self) {
        self.released = true;
        for device in Device::ALL {
            if std::mem::take(self.slot_mut(device)).running.is_some() {
                self.outputs.push_back(Output::Stop(device));
            }
        }
    }

    fn tell(&mut self, notice: Notice) {
        self.outputs.push_back(Output::Tell(notice));
    }

    fn ask(&mut self, device: Device, instead_of: Option<Missing>) {
        let request = self.request(device, instead_of);
        self.outputs.push_back(Output::Ask(vec![request]));
    }

    fn request(&mut self, device: Device, instead_of: Option<Missing>) -> CaptureRequest {
        self.captures = self.captures.wrapping_add(1);
        let capture = Capture(self.captures);
        let slot = self.slot_mut(device);
        let choice = slot.choice.clone();
        slot.pending = Some(Pending {
            capture,
            choice: choice.clone(),
            instead_of,
        });
        CaptureRequest {
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
