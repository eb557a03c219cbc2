//! This person's own devices, as he wants them and as they are.
//!
//! *Wanted* changes only when the person says so: no reconnect, no restart, no device that comes
//! or goes ever turns a microphone or a camera on.

use futures::channel::mpsc::UnboundedSender;
use meeting::adaptation::TrackSource;
use meeting::conversation::MediaState;
use wasm_bindgen_futures::spawn_local;
use web_sys::{MediaStream, MediaStreamTrack};

use super::Message;
use crate::error::report;
use crate::local::capture::{self, Capture, Choice, DisplayMedia, UserMedia};
use crate::local::level::LevelMeter;
use crate::local::{LocalTrack, devices};
use crate::view::{CaptureProblem, CaptureState, CaptureView, Devices, LocalView, Support};

/// Loudness from which on this person counts as speaking.
const SPEAKING: f32 = 0.1;
/// Steps in which the level is shown; finer ones would only redraw the page.
const LEVEL_STEPS: f32 = 20.0;

/// A device of the person's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Microphone,
    Camera,
    Screen,
}

/// Which devices a capture was for, and which wish it answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    microphone: u32,
    camera: u32,
}

/// One device: what is wanted and what there is.
#[derive(Debug)]
struct Slot {
    wanted: bool,
    state: CaptureState,
    device: Option<String>,
    track: Option<LocalTrack>,
    /// Counts the wishes, so that the answer to an old one is known for what it is.
    wish: u32,
}

impl Slot {
    const fn new(wanted: bool) -> Self {
        Self {
            wanted,
            state: CaptureState::Off,
            device: None,
            track: None,
            wish: 0,
        }
    }

    fn view(&self) -> CaptureView {
        let device = self
            .track
            .as_ref()
            .and_then(LocalTrack::device)
            .or(self.device.clone());
        CaptureView {
            wanted: self.wanted,
            state: self.state,
            device,
        }
    }

    fn is_on(&self) -> bool {
        self.state == CaptureState::On
    }

    /// Begins to ask for the device.
    fn ask(&mut self) -> Choice {
        self.wish = self.wish.wrapping_add(1);
        self.state = CaptureState::Starting;
        Choice {
            device: self.device.clone(),
        }
    }

    fn turn_off(&mut self) {
        self.wish = self.wish.wrapping_add(1);
        self.state = CaptureState::Off;
        self.track = None;
    }

    /// Takes the answer to a wish; false when another wish came since.
    fn take(&mut self, wish: u32, capture: Capture) -> bool {
        if wish != self.wish {
            return false;
        }
        match capture {
            Ok(track) => {
                self.state = CaptureState::On;
                self.track = Some(track);
            }
            Err(problem) => {
                self.state = CaptureState::Failed(problem);
                self.track = None;
            }
        }
        true
    }
}

/// This person's own devices.
#[derive(Debug)]
pub(super) struct Studio {
    microphone: Slot,
    camera: Slot,
    screen: Slot,
    screen_audio: Option<LocalTrack>,
    meter: Option<LevelMeter>,
    level: f32,
    pub(super) devices: Devices,
    pub(super) speaker: Option<String>,
    support: Support,
    inbox: UnboundedSender<Message>,
}

impl Studio {
    pub(super) fn new(inbox: UnboundedSender<Message>) -> Self {
        Self {
            microphone: Slot::new(true),
            camera: Slot::new(true),
            screen: Slot::new(false),
            screen_audio: None,
            meter: None,
            level: 0.0,
            devices: Devices::default(),
            speaker: None,
            support: capture::support(),
            inbox,
        }
    }

    /// Asks for the devices: the microphone in any case, since unmuting must not take time, the
    /// camera when it is wanted.
    pub(super) fn begin(&mut self, microphone: bool, camera: bool) {
        self.list_devices();
        self.microphone.wanted = microphone;
        self.camera.wanted = camera;
        let microphone = self.microphone.ask();
        let camera = camera.then(|| self.camera.ask());
        self.capture(Some(microphone), camera);
    }

    /// Whether microphone and camera are wanted.
    pub(super) const fn wanted(&self) -> (bool, bool) {
        (self.microphone.wanted, self.camera.wanted)
    }

    pub(super) fn set_wanted(&mut self, kind: Kind, wanted: bool) {
        let slot = self.slot(kind);
        slot.wanted = wanted;
        match (kind, wanted, &slot.track) {
            // A muted microphone keeps its device: unmuting must not take time or fail.
            (Kind::Microphone, _, Some(track)) => {
                track.set_enabled(wanted);
                slot.state = if wanted {
                    CaptureState::On
                } else {
                    CaptureState::Off
                };
            }
            (_, true, Some(_)) => {}
            (_, true, None) => self.ask(kind),
            (_, false, _) => slot.turn_off(),
        }
    }

    pub(super) fn choose(&mut self, kind: Kind, device: String) {
        let slot = self.slot(kind);
        slot.device = Some(device);
        if slot.wanted || slot.track.is_some() {
            self.ask(kind);
        }
    }

    pub(super) fn share(&mut self) {
        if self.screen.state == CaptureState::Starting || self.screen.is_on() {
            return;
        }
        self.screen.wanted = true;
        self.screen.ask();
        let inbox = self.inbox.clone();
        spawn_local(async move {
            let media = capture::display_media().await;
            drop(inbox.unbounded_send(Message::DisplayMedia(media)));
        });
    }

    pub(super) fn stop_sharing(&mut self) {
        self.screen.wanted = false;
        self.screen.turn_off();
        self.screen_audio = None;
    }

    pub(super) fn release(&mut self) {
        self.stop_sharing();
        self.microphone.turn_off();
        self.camera.turn_off();
        self.meter = None;
    }

    pub(super) fn on_user_media(&mut self, request: Request, media: UserMedia) {
        if let Some(capture) = media.microphone {
            self.on_microphone(request.microphone, capture);
        }
        if let Some(capture) = media.camera {
            self.on_camera(request.camera, capture);
        }
        // Only now, with a permission, do the devices have names.
        self.list_devices();
    }

    pub(super) fn on_display_media(&mut self, media: Result<DisplayMedia, CaptureProblem>) {
        // A share that was given up while the person still chose is not shown to anybody: the
        // tracks stop when `media` goes.
        if !self.screen.wanted {
            return;
        }
        let wish = self.screen.wish;
        match media {
            Ok(DisplayMedia { mut screen, sound }) => {
                screen.on_ended(self.ended(Kind::Screen));
                self.screen.take(wish, Ok(screen));
                self.screen_audio = sound;
            }
            Err(problem) => {
                self.screen.take(wish, Err(problem));
                self.screen.wanted = false;
            }
        }
    }

    /// A track ended by itself. A share was stopped with the browser's own button; a device was
    /// taken away, and another one may take its place.
    pub(super) fn on_track_ended(&mut self, kind: Kind) {
        if kind == Kind::Screen {
            self.stop_sharing();
            return;
        }
        let slot = self.slot(kind);
        slot.track = None;
        slot.device = None;
        if slot.wanted {
            self.ask(kind);
        } else {
            slot.turn_off();
        }
    }

    pub(super) fn list_devices(&self) {
        let inbox = self.inbox.clone();
        spawn_local(async move {
            let devices = devices::list().await;
            drop(inbox.unbounded_send(Message::Devices(devices)));
        });
    }

    pub(super) fn on_devices(&mut self, devices: Devices) {
        self.devices = devices;
    }

    pub(super) fn measure(&mut self) {
        let level = match &mut self.meter {
            Some(meter) if self.microphone.is_on() => meter.level(),
            _ => 0.0,
        };
        self.level = (level * LEVEL_STEPS).round() / LEVEL_STEPS;
    }

    pub(super) fn is_speaking(&self) -> bool {
        self.level > SPEAKING
    }

    /// What is sent to the others just now.
    pub(super) fn media(&self) -> MediaState {
        MediaState {
            microphone: self.microphone.is_on(),
            camera: self.camera.is_on(),
            screen: self.screen.is_on(),
        }
    }

    pub(super) fn track(&self, source: TrackSource) -> Option<&MediaStreamTrack> {
        self.local(source).map(LocalTrack::track)
    }

    pub(super) fn stream(&self, source: TrackSource) -> Option<MediaStream> {
        // A reference to the same stream; the browser's own `clone` would make another one.
        self.local(source).map(|track| Clone::clone(track.stream()))
    }

    pub(super) fn view(&self) -> LocalView {
        LocalView {
            microphone: self.microphone.view(),
            microphone_level: self.level,
            camera: self.camera.view(),
            screen: self.screen.view(),
            speaker: self.speaker.clone(),
            support: self.support,
        }
    }

    fn local(&self, source: TrackSource) -> Option<&LocalTrack> {
        match source {
            TrackSource::Microphone => self.microphone.track.as_ref(),
            TrackSource::Camera => self.camera.track.as_ref(),
            TrackSource::Screen => self.screen.track.as_ref(),
            TrackSource::ScreenAudio => self.screen_audio.as_ref(),
        }
    }

    const fn slot(&mut self, kind: Kind) -> &mut Slot {
        match kind {
            Kind::Microphone => &mut self.microphone,
            Kind::Camera => &mut self.camera,
            Kind::Screen => &mut self.screen,
        }
    }

    fn ask(&mut self, kind: Kind) {
        let choice = self.slot(kind).ask();
        match kind {
            Kind::Microphone => self.capture(Some(choice), None),
            Kind::Camera => self.capture(None, Some(choice)),
            Kind::Screen => self.share(),
        }
    }

    fn capture(&self, microphone: Option<Choice>, camera: Option<Choice>) {
        let request = Request {
            microphone: self.microphone.wish,
            camera: self.camera.wish,
        };
        let inbox = self.inbox.clone();
        spawn_local(async move {
            let media = capture::user_media(microphone, camera).await;
            drop(inbox.unbounded_send(Message::UserMedia(request, media)));
        });
    }

    fn on_microphone(&mut self, wish: u32, mut capture: Capture) {
        if let Ok(track) = &mut capture {
            track.on_ended(self.ended(Kind::Microphone));
            track.set_enabled(self.microphone.wanted);
        }
        if !self.microphone.take(wish, capture) {
            return;
        }
        if !self.microphone.wanted && self.microphone.is_on() {
            self.microphone.state = CaptureState::Off;
        }
        self.meter = self.microphone.track.as_ref().and_then(|track| {
            LevelMeter::new(track.stream())
                .map_err(|error| report(&error.to_string()))
                .ok()
        });
    }

    fn on_camera(&mut self, wish: u32, mut capture: Capture) {
        if let Ok(track) = &mut capture {
            track.on_ended(self.ended(Kind::Camera));
            track.set_content_hint("motion");
        }
        self.camera.take(wish, capture);
    }

    fn ended(&self, kind: Kind) -> impl FnMut() + 'static {
        let inbox = self.inbox.clone();
        move || drop(inbox.unbounded_send(Message::TrackEnded(kind)))
    }
}
