//! Recording: carries out what [`meeting::recording::session`] decides, and says what there is to be
//! seen and heard.

use futures::channel::mpsc::{UnboundedSender, unbounded};
use meeting::adaptation::TrackSource;
use meeting::client::{Client, Input as ClientInput};
use meeting::id::ParticipantId;
use meeting::recording::Subject;
use meeting::recording::composition::Kind;
use meeting::recording::session::{Input, Output, Phase, Session};
use wasm_bindgen_futures::spawn_local;
use web_sys::MediaStream;

use super::Driver;
use crate::error::report;
use crate::message::Message;
use crate::recording::{Order, Picture, Request, Scene, record, save_still};
use crate::view::{Notice, PersonView};

/// The recording of this page, or that there is none.
#[derive(Debug, Default)]
pub(super) struct Recording {
    session: Session,
    orders: Option<UnboundedSender<Order>>,
    /// What is seen and heard in it.
    scene: Scene,
}

impl Recording {
    pub(super) const fn phase(&self) -> Phase {
        self.session.phase()
    }

    fn send(&self, order: Order) {
        if let Some(orders) = &self.orders {
            // One that could not begin takes no orders.
            drop(orders.unbounded_send(order));
        }
    }
}

impl Driver {
    pub(super) fn feed_recording(&mut self, input: Input) {
        self.recording.session.handle(input);
        while let Some(output) = self.recording.session.poll_output() {
            match output {
                Output::Open(subject) => self.open_recording(subject),
                Output::Finish => self.recording.send(Order::Finish),
                Output::BreakOff => self.recording.send(Order::BreakOff),
                Output::Save => self.recording.send(Order::Save),
                Output::Keep => self.recording.send(Order::Keep),
                Output::Discard => self.recording.send(Order::Discard),
                Output::Tell(notice) => self.tell(Notice::Recording(notice)),
            }
        }
    }

    /// The person wants something recorded.
    pub(super) fn start_recording(&mut self, subject: Subject) {
        self.note_shared_screens();
        self.feed_recording(Input::Start(subject));
    }

    /// Has everybody know what is recorded, before it is.
    pub(super) fn say_what_is_recorded(&mut self) {
        let subject = self.recording.phase().subject();
        self.feed(ClientInput::Recording(subject));
    }

    /// Shows in the recording what there is now.
    pub(super) fn follow_recording(&mut self) {
        if self.recording.phase().subject().is_none() {
            return;
        }
        self.note_shared_screens();
        let Some(subject) = self.recording.phase().subject() else {
            return;
        };
        let scene = self.scene(subject);
        if scene != self.recording.scene {
            self.recording.scene = scene.clone();
            self.recording.send(Order::Show(scene));
        }
    }

    /// Saves a picture of what somebody shares.
    pub(super) fn save_picture(&self, owner: &ParticipantId) {
        let Some(screen) = self.stream(owner, TrackSource::Screen) else {
            return;
        };
        let (room, mailbox) = (self.room.clone(), self.mailbox.clone());
        spawn_local(async move {
            if let Err(error) = save_still(&room, &screen).await {
                report(&error.to_string());
                drop(mailbox.unbounded_send(Message::Notice(Notice::PictureNotSaved)));
            }
        });
    }

    fn open_recording(&mut self, subject: Subject) {
        let scene = self.scene(subject);
        let (orders, receiver) = unbounded();
        let request = Request {
            room: self.room.clone(),
            has_video: subject != Subject::Sound,
            scene: scene.clone(),
        };
        self.recording.orders = Some(orders);
        self.recording.scene = scene;
        spawn_local(record(request, receiver, self.mailbox.clone()));
    }

    fn note_shared_screens(&mut self) {
        let shared = self.everybody().iter().any(|person| person.screen);
        self.feed_recording(Input::Shared(shared));
    }

    fn everybody(&self) -> Vec<PersonView> {
        let client = self.client.as_ref();
        client.map(|client| self.people(client)).unwrap_or_default()
    }

    /// What there is to be seen and heard of a subject.
    fn scene(&self, subject: Subject) -> Scene {
        let people = self.everybody();
        let face = |person: &PersonView| {
            let stream = || self.stream(&person.id, TrackSource::Camera);
            Picture {
                kind: Kind::Face,
                name: person.name.to_string(),
                video: person.camera.then(stream).flatten(),
            }
        };
        let screen = |person: &PersonView| Picture {
            kind: Kind::Screen,
            name: person.name.to_string(),
            video: self.stream(&person.id, TrackSource::Screen),
        };
        let sharing = people.iter().filter(|person| person.screen);
        let you = people.iter().filter(|person| person.you);
        match subject {
            Subject::Meeting | Subject::Unknown => Scene {
                pictures: people.iter().map(face).chain(sharing.map(screen)).collect(),
                sounds: self.all_sounds(),
            },
            Subject::Screen => Scene {
                pictures: sharing.map(screen).collect(),
                sounds: self.all_sounds(),
            },
            Subject::Camera => Scene {
                pictures: you.map(face).collect(),
                sounds: Vec::from_iter(self.local_media.stream(TrackSource::Microphone)),
            },
            Subject::Sound => Scene {
                pictures: Vec::new(),
                sounds: self.all_sounds(),
            },
        }
    }

    /// What is heard of everybody. A microphone that is muted is heard as everybody else hears it.
    fn all_sounds(&self) -> Vec<MediaStream> {
        let streams = self.client.iter().flat_map(Client::streams);
        let theirs = streams
            .filter(|(stream, _)| !stream.source.is_video())
            .filter_map(|(_, route)| self.calls.received(route));
        let own = [TrackSource::Microphone, TrackSource::ScreenAudio]
            .into_iter()
            .filter_map(|source| self.local_media.stream(source));
        own.chain(theirs).collect()
    }

    /// What there is of a source of somebody, oneself included.
    fn stream(&self, owner: &ParticipantId, source: TrackSource) -> Option<MediaStream> {
        let client = self.client.as_ref()?;
        if client.local().is_some_and(|local| local.id == *owner) {
            return self.local_media.stream(source);
        }
        self.calls.received(client.route(owner, source)?)
    }
}
