//! This person's own devices: carries out what [`meeting::devices`] decides.

use meeting::adaptation::TrackSource;
use meeting::conversation::MediaState;
use meeting::devices::{
    self, Capture, CaptureProblem, CaptureRequest, CaptureState, Device, Input,
    Notice as DeviceNotice, Output, Start,
};
use wasm_bindgen_futures::spawn_local;
use web_sys::{MediaStream, MediaStreamTrack};

use super::remembered;
use crate::error::report;
use crate::local::LocalTrack;
use crate::local::capture::{self, Captured};
use crate::local::level::LevelMeter;
use crate::message::{Mailbox, Message};
use crate::vec_map::VecMap;
use crate::view::{CaptureView, DeviceChange, Devices, LocalView, Notice, Support};

/// Loudness from which on this person counts as speaking.
const SPEAKING: f32 = 0.1;
/// Steps in which the level is shown; finer ones would only redraw the page.
const LEVEL_STEPS: f32 = 20.0;

/// This person's own devices.
#[derive(Debug)]
pub(super) struct LocalMedia {
    devices: devices::Devices,
    /// What the browser gave and nobody has decided about yet.
    arrived: VecMap<Capture, Captured>,
    /// What is in use.
    running: VecMap<Device, Captured>,
    meter: Option<LevelMeter>,
    level: f32,
    offered: Devices,
    support: Support,
    mailbox: Mailbox,
}

impl LocalMedia {
    pub(super) fn new(mailbox: Mailbox) -> Self {
        Self {
            devices: devices::Devices::default(),
            arrived: VecMap::default(),
            running: VecMap::default(),
            meter: None,
            level: 0.0,
            offered: Devices::default(),
            support: capture::support(),
            mailbox,
        }
    }

    /// Asks for the devices for the first time.
    pub(super) fn begin(&mut self, microphone: &Start, camera: &Start) {
        self.list_devices();
        self.devices = devices::Devices::begin(microphone, camera);
        self.carry_out();
    }

    pub(super) fn feed(&mut self, input: Input) {
        self.devices.handle(input);
        self.carry_out();
    }

    /// The browser has answered.
    pub(super) fn on_captured(
        &mut self,
        device: Device,
        capture: Capture,
        captured: Result<Captured, CaptureProblem>,
    ) {
        match captured {
            Ok(captured) => {
                let id = captured.track.device().map(str::to_owned);
                self.arrived.insert(capture, captured);
                self.feed(Input::Captured(device, capture, id));
            }
            Err(problem) => self.feed(Input::Failed(device, capture, problem)),
        }
        // Only now, with a permission, do the devices have names.
        self.list_devices();
    }

    pub(super) fn list_devices(&self) {
        let mailbox = self.mailbox.clone();
        spawn_local(async move {
            let devices = crate::local::devices::list().await;
            drop(mailbox.unbounded_send(Message::Devices(devices)));
        });
    }

    pub(super) fn on_devices(&mut self, offered: Devices) {
        self.offered = offered;
    }

    pub(super) fn measure(&mut self) {
        let level = match &mut self.meter {
            Some(meter) if self.devices.state(Device::Microphone) == CaptureState::On => {
                meter.level()
            }
            _ => 0.0,
        };
        self.level = (level * LEVEL_STEPS).round() / LEVEL_STEPS;
    }

    pub(super) fn is_speaking(&self) -> bool {
        self.level > SPEAKING
    }

    /// What is sent to the others just now.
    pub(super) fn media(&self) -> MediaState {
        self.devices.media()
    }

    /// How a device would have to begin to be as it is now.
    pub(super) fn as_start(&self, device: Device) -> Start {
        self.devices.as_start(device)
    }

    /// Whether there is a microphone whose level can be shown.
    pub(super) const fn has_meter(&self) -> bool {
        self.meter.is_some()
    }

    /// Whether this browser can connect to others at all.
    pub(super) const fn can_connect(&self) -> bool {
        self.support.peer_connections
    }

    pub(super) const fn offered(&self) -> &Devices {
        &self.offered
    }

    pub(super) fn track(&self, source: TrackSource) -> Option<&MediaStreamTrack> {
        self.local(source).map(LocalTrack::track)
    }

    pub(super) fn stream(&self, source: TrackSource) -> Option<MediaStream> {
        // A reference to the same stream; the browser's own `clone` would make another one.
        self.local(source).map(|track| Clone::clone(track.stream()))
    }

    pub(super) fn view(&self, speaker: Option<&str>) -> LocalView {
        let camera = self.local(TrackSource::Camera);
        LocalView {
            microphone: self.device_view(Device::Microphone),
            microphone_level: self.level,
            camera: self.device_view(Device::Camera),
            camera_faces: camera.map(LocalTrack::facing).unwrap_or_default(),
            screen: self.device_view(Device::Screen),
            speaker: speaker.map(str::to_owned),
            support: self.support,
        }
    }

    fn device_view(&self, device: Device) -> CaptureView {
        CaptureView {
            wanted: self.devices.is_wanted(device),
            state: self.devices.state(device),
            device: self.devices.chosen(device).map(str::to_owned),
        }
    }

    fn local(&self, source: TrackSource) -> Option<&LocalTrack> {
        let running = |device| self.running.get(&device);
        match source {
            TrackSource::Microphone => running(Device::Microphone).map(|it| &it.track),
            TrackSource::Camera => running(Device::Camera).map(|it| &it.track),
            TrackSource::Screen => running(Device::Screen).map(|it| &it.track),
            TrackSource::ScreenAudio => running(Device::Screen)?.sound.as_ref(),
        }
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.devices.poll_output() {
            match output {
                Output::Ask(requests) => self.ask(requests),
                Output::Use(device, capture) => self.use_captured(device, capture),
                // Dropping a track gives its device back.
                Output::Discard(_, capture) => drop(self.arrived.remove(&capture)),
                Output::Stop(device) => {
                    self.running.remove(&device);
                    if device == Device::Microphone {
                        self.meter = None;
                        self.level = 0.0;
                    }
                }
                Output::Hear(on) => {
                    if let Some(microphone) = self.running.get(&Device::Microphone) {
                        microphone.track.set_enabled(on);
                    }
                }
                Output::Remember(device, id) => remember(device, id),
                Output::Tell(notice) => {
                    let notice = self.in_words(notice);
                    drop(self.mailbox.unbounded_send(Message::Notice(notice)));
                }
            }
        }
    }

    fn in_words(&self, notice: DeviceNotice) -> Notice {
        match notice {
            DeviceNotice::Failed(device, problem) => Notice::DeviceFailed(device, problem),
            DeviceNotice::Kept(device, id, problem) => {
                Notice::DeviceKept(self.change(device, Some(&id), problem))
            }
            DeviceNotice::Replaced(device, id, problem) => {
                Notice::DeviceReplaced(self.change(device, id.as_deref(), problem))
            }
        }
    }

    fn change(&self, device: Device, id: Option<&str>, problem: CaptureProblem) -> DeviceChange {
        DeviceChange {
            device,
            missing: id.and_then(|id| self.offered.label(device, id)),
            problem,
            in_use: self.running.get(&device).and_then(|it| it.track.label()),
        }
    }

    fn ask(&self, requests: Vec<CaptureRequest>) {
        let mailbox = self.mailbox.clone();
        spawn_local(async move {
            for (device, capture, captured) in capture::capture(requests).await {
                drop(mailbox.unbounded_send(Message::Captured(device, capture, captured)));
            }
        });
    }

    fn use_captured(&mut self, device: Device, capture: Capture) {
        let Some(mut captured) = self.arrived.remove(&capture) else {
            return;
        };
        let mailbox = self.mailbox.clone();
        captured.track.on_ended(move || {
            drop(mailbox.unbounded_send(Message::TrackEnded(device, capture)));
        });
        if device == Device::Microphone {
            let meter = LevelMeter::new(captured.track.stream());
            self.meter = meter.map_err(|error| report(&error.to_string())).ok();
        }
        self.running.insert(device, captured);
    }
}

fn remember(device: Device, id: String) {
    remembered::update(|devices| match device {
        Device::Microphone => devices.microphone = Some(id),
        Device::Camera => devices.camera = Some(id),
        Device::Screen => {}
    });
}
