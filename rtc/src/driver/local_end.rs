//! What concerns this person alone, before a call and in it: their devices, their loudspeaker, and what
//! is on their screen.

use std::time::Duration;

use gloo_timers::callback::Timeout;
use meeting::adaptation::TrackSource;
use meeting::devices::{self, Device, Start, speaker};
use meeting::id::{ParticipantId, RoomId};
use meeting::time::Timestamp;
use web_sys::MediaStream;

use super::attachments::Attachments;
use super::intervals::Intervals;
use super::local_media::LocalMedia;
use super::{millis, page_events, wanted};
use crate::clock;
use crate::error::report;
use crate::handle::Command;
use crate::listener::Listener;
use crate::message::{Mailbox, Message};
use crate::playback::SpeakerTest;
use crate::view::{CallState, CallView, Devices, Notice, Update};

/// The shortest time between two states that are shown.
const FRAME: Duration = Duration::from_millis(16);

/// The part of the actor that needs nobody else.
pub(super) struct LocalEnd {
    pub(super) room: RoomId,
    pub(super) mailbox: Mailbox,
    pub(super) media: LocalMedia,
    pub(super) speaker: speaker::Speaker,
    pub(super) speaker_test: Option<SpeakerTest>,
    attachments: Attachments,
    pub(super) intervals: Intervals,
    listeners: Vec<Listener>,
    on_update: Box<dyn FnMut(Update)>,
    shown: Option<CallView>,
    /// When the views were shown something last, and the timer that does it next.
    shown_at: Timestamp,
    show_soon: Option<Timeout>,
}

impl LocalEnd {
    pub(super) fn new(room: RoomId, mailbox: Mailbox, on_update: Box<dyn FnMut(Update)>) -> Self {
        Self {
            room,
            media: LocalMedia::new(mailbox.clone()),
            speaker: speaker::Speaker::default(),
            speaker_test: None,
            attachments: Attachments::default(),
            intervals: Intervals::new(mailbox.clone()),
            listeners: page_events::listeners(&mailbox),
            on_update,
            shown: None,
            shown_at: Timestamp::default(),
            show_soon: None,
            mailbox,
        }
    }

    /// Asks for the devices for the first time.
    pub(super) fn begin(&mut self, microphone: &Start, camera: &Start, speaker: Option<String>) {
        self.feed_speaker(speaker::Input::Prefer(speaker));
        self.media.begin(microphone, camera);
    }

    /// Takes a message; gives back one that is about the call.
    pub(super) fn handle(&mut self, message: Message) -> Option<Message> {
        match message {
            Message::Command(command) => return self.on_command(command).map(Message::Command),
            Message::Captured(device, capture, captured) => {
                self.media.on_captured(device, capture, captured);
            }
            Message::TrackEnded(device, capture) => {
                self.media.feed(devices::Input::Ended(device, capture));
            }
            Message::DevicesChanged => self.media.list_devices(),
            Message::Devices(devices) => self.on_devices(devices),
            Message::Speaker(input) => self.feed_speaker(input),
            Message::SpeakerTested => self.speaker_test = None,
            Message::Notice(notice) => self.tell(notice),
            Message::SoundBlocked => self.tell(Notice::SoundBlocked),
            Message::Show => self.show_soon = None,
            other => return Some(other),
        }
        None
    }

    fn on_command(&mut self, command: Command) -> Option<Command> {
        match command {
            Command::SetMicrophone(on) => self.want(Device::Microphone, on),
            Command::SetCamera(on) => self.want(Device::Camera, on),
            Command::ChooseMicrophone(id) => self.choose(Device::Microphone, id),
            Command::ChooseCamera(id) => self.choose(Device::Camera, id),
            Command::ChooseSpeaker(id) => self.feed_speaker(speaker::Input::Choose(id)),
            Command::ShareScreen => self.want(Device::Screen, true),
            Command::StopSharing => self.want(Device::Screen, false),
            Command::TestSpeaker => self.test_speaker(),
            Command::Attach {
                key,
                element,
                source,
            } => {
                self.attachments.add(key, element, source);
            }
            Command::Detach { key } => self.attachments.remove(key),
            other => return Some(other),
        }
        None
    }

    fn want(&mut self, device: Device, on: bool) {
        wanted::set(device, on);
        self.media.feed(devices::Input::Want(device, on));
    }

    fn choose(&mut self, device: Device, id: String) {
        self.media.feed(devices::Input::Choose(device, id));
    }

    fn on_devices(&mut self, devices: Devices) {
        let speakers = devices.speakers.iter().map(|it| it.id.clone()).collect();
        self.media.on_devices(devices);
        self.feed_speaker(speaker::Input::Offered(speakers));
    }

    /// Plays the test sound, in place of the one that may still be playing.
    fn test_speaker(&mut self) {
        self.speaker_test = None;
        match SpeakerTest::new(self.speaker.in_use(), self.mailbox.clone()) {
            Ok(test) => self.speaker_test = Some(test),
            Err(error) => report(&error.to_string()),
        }
    }

    /// The call is over: everything is given back, and what happens around the page is no news.
    pub(super) fn release(&mut self) {
        self.media.feed(devices::Input::Release);
        self.speaker_test = None;
        self.listeners.clear();
    }

    /// The state as far as this person alone is concerned.
    pub(super) fn view(&self, state: CallState) -> CallView {
        CallView {
            state,
            local: self.media.view(self.speaker.chosen()),
            devices: self.media.offered().clone(),
            ..CallView::new(self.room.clone())
        }
    }

    /// Whether the state may be shown now. It is no more than once in each frame: whoever says a lot
    /// keeps nobody else's page from being drawn. If it may not, a message comes when it may.
    pub(super) fn may_show(&mut self) -> bool {
        let since = clock::now().since(self.shown_at);
        if since < FRAME && self.show_soon.is_none() {
            self.show_soon = Some(self.send_later(FRAME - since, || Message::Show));
        }
        since >= FRAME
    }

    /// Shows the state, if it is different.
    pub(super) fn show(&mut self, view: CallView) {
        self.shown_at = clock::now();
        if self.shown.as_ref() != Some(&view) {
            self.shown = Some(view.clone());
            self.update(Update::View(Box::new(view)));
        }
    }

    /// Gives each element what its source has now. `received` finds what arrives of somebody.
    pub(super) fn refresh_attachments(
        &mut self,
        received: &dyn Fn(&ParticipantId, TrackSource) -> Option<MediaStream>,
    ) {
        self.attachments.refresh(&self.media, received);
    }

    pub(super) fn tell(&mut self, notice: Notice) {
        self.update(Update::Notice(notice));
    }

    pub(super) fn update(&mut self, update: Update) {
        (self.on_update)(update);
    }

    pub(super) fn send_later(&self, wait: Duration, message: fn() -> Message) -> Timeout {
        let mailbox = self.mailbox.clone();
        Timeout::new(millis(wait), move || {
            drop(mailbox.unbounded_send(message()));
        })
    }
}
