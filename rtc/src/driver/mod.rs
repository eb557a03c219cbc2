//! The one actor that owns a call.
//!
//! Everything that happens, in the browser or by the person, arrives as a [`Message`]. After each
//! one the session is drained of what it wants done and the views get the new state.

mod attachments;
mod calls;
mod handover;
mod kept_chat;
mod studio;
mod surroundings;
mod transcript;
mod view;

use std::time::Duration;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::{StreamExt, future, stream};
use gloo_timers::callback::{Interval, Timeout};
use meeting::client::{
    Action, ChatEntry, ChatError, Client, ConnectionEvent, ConnectionKey, Identity, Input, Past,
    SocketKey, Status,
};
use meeting::devices::{self, Capture, CaptureProblem, Device};
use meeting::id::{DisplayName, InstanceId, RoomId, TabId};
use meeting::liveness::SAMPLE_EVERY;
use meeting::time::Timestamp;
use wasm_bindgen_futures::spawn_local;

use crate::browser::{random_token, random_u64};
use crate::clock;
use crate::error::report;
use crate::handle::{CallHandle, Command};
use crate::listener::Listener;
use crate::local::capture::Captured;
use crate::playback;
use crate::socket::{Approach, Socket, SocketEvent};
use crate::view::{CallView, Devices, Notice, Update};

use attachments::Attachments;
use calls::Calls;
use handover::{Handover, Note};
use studio::Studio;
use transcript::Transcript;

/// How often loudness is looked at, in milliseconds.
const LEVELS_EVERY: u32 = 200;

/// The shortest time between two states that are shown.
const FRAME: Duration = Duration::from_millis(16);

/// What reaches the actor.
#[derive(Debug)]
pub(crate) enum Message {
    Command(Command),
    Socket(SocketKey, SocketEvent),
    Connection(ConnectionKey, ConnectionEvent),
    /// A connection took a description, so its places can be used.
    PlacesReady(ConnectionKey),
    Captured(Device, Capture, Result<Captured, CaptureProblem>),
    TrackEnded(Device, Capture),
    DevicesChanged,
    Devices(Devices),
    SoundBlocked,
    Woken,
    NetworkChanged,
    Tick,
    Levels,
    Sample,
    Show,
}

/// Starts the actor for one room: asks for the devices, so that the person sees himself, and
/// waits for [`CallHandle::join`].
pub fn open(room: RoomId, on_update: impl FnMut(Update) + 'static) -> CallHandle {
    // What the browser says is handled before it says the next thing, in the microtask that follows.
    // So the queues hold what one event brings, and need no other limit.
    let (commands, wishes) = unbounded();
    let (inbox, messages) = unbounded();
    let driver = Driver::new(room, inbox, Box::new(on_update));
    spawn_local(driver.run(wishes, messages));
    CallHandle::new(commands)
}

struct Driver {
    room: RoomId,
    inbox: UnboundedSender<Message>,
    on_update: Box<dyn FnMut(Update)>,
    instance: InstanceId,
    client: Option<Client>,
    socket: Option<(SocketKey, Socket)>,
    /// How to come to the next one.
    approach: Approach,
    studio: Studio,
    calls: Calls,
    attachments: Attachments,
    handover: Handover,
    transcript: Transcript,
    shown: Option<CallView>,
    /// When the views were shown something last, and the timer that does it next.
    shown_at: Timestamp,
    show_soon: Option<Timeout>,
    /// When the client wants to be told the time, and the timer that does.
    alarm: Option<(Timestamp, Timeout)>,
    _levels: Interval,
    _samples: Interval,
    _listeners: Vec<Listener>,
}

impl Driver {
    fn new(
        room: RoomId,
        inbox: UnboundedSender<Message>,
        on_update: Box<dyn FnMut(Update)>,
    ) -> Self {
        let every = |millis, message: fn() -> Message| {
            let inbox = inbox.clone();
            Interval::new(millis, move || drop(inbox.unbounded_send(message())))
        };
        Self {
            handover: Handover::new(&room),
            room,
            on_update,
            instance: InstanceId::from_random(random_u64()),
            client: None,
            socket: None,
            approach: Approach::Straight,
            studio: Studio::new(inbox.clone()),
            calls: Calls::new(inbox.clone()),
            attachments: Attachments::default(),
            transcript: Transcript::default(),
            shown: None,
            shown_at: Timestamp::default(),
            show_soon: None,
            alarm: None,
            _levels: every(LEVELS_EVERY, || Message::Levels),
            _samples: every(millis(SAMPLE_EVERY), || Message::Sample),
            _listeners: surroundings::listeners(&inbox),
            inbox,
        }
    }

    /// Runs until the call is over or nobody holds a handle any more.
    async fn run(
        mut self,
        wishes: UnboundedReceiver<Command>,
        messages: UnboundedReceiver<Message>,
    ) {
        self.begin();
        self.settle();
        let last = stream::once(future::ready(Command::Leave));
        let commands = wishes.chain(last).map(Message::Command);
        let mut all = stream::select(commands, messages);
        while let Some(message) = all.next().await {
            let over = matches!(message, Message::Command(Command::Leave));
            self.handle(message);
            self.settle();
            if over {
                break;
            }
        }
        self.show_now(clock::now());
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Command(command) => self.on_command(command),
            Message::Socket(key, event) => {
                let input = match event {
                    SocketEvent::Opened => {
                        self.approach = Approach::Straight;
                        Input::SocketOpened(key)
                    }
                    SocketEvent::Message(text) => Input::SocketMessage(key, text),
                    SocketEvent::Closed(code) => Input::SocketClosed(key, code),
                };
                self.feed(input);
            }
            Message::Connection(key, event) => self.feed(Input::Connection(key, event)),
            Message::PlacesReady(key) => self.calls.on_places_ready(key),
            Message::Captured(device, capture, captured) => {
                self.studio.on_captured(device, capture, captured);
            }
            Message::TrackEnded(device, capture) => {
                self.studio.feed(devices::Input::Ended(device, capture));
            }
            Message::DevicesChanged => self.studio.list_devices(),
            Message::Devices(devices) => self.studio.on_devices(devices),
            Message::SoundBlocked => self.tell(Notice::SoundBlocked),
            Message::Woken => self.feed(Input::Woken),
            Message::NetworkChanged => self.feed(Input::NetworkChanged),
            Message::Tick => {
                self.alarm = None;
                self.feed(Input::Tick);
            }
            Message::Levels => {
                self.studio.measure();
                self.calls.measure();
            }
            Message::Sample => self.calls.sample(),
            Message::Show => self.show_soon = None,
        }
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::Join(name) => self.join(name, None, Vec::new()),
            Command::Leave => {
                self.feed(Input::Leave);
                self.studio.feed(devices::Input::Release);
            }
            Command::SetMicrophone(on) => self.want(Device::Microphone, on),
            Command::SetCamera(on) => self.want(Device::Camera, on),
            Command::ChooseMicrophone(id) => self.choose(Device::Microphone, id),
            Command::ChooseCamera(id) => self.choose(Device::Camera, id),
            Command::ChooseSpeaker(device) => {
                self.calls.use_speaker(Some(&device));
                self.studio.speaker = Some(device);
            }
            Command::ShareScreen => self.want(Device::Screen, true),
            Command::StopSharing => self.want(Device::Screen, false),
            Command::SendChat(text) => self.write(&text),
            Command::TestSpeaker => {
                if let Err(error) = playback::test_speaker(self.studio.speaker.as_deref()) {
                    report(&error.to_string());
                }
            }
            Command::ResumeSound => self.calls.resume_sound(),
            Command::Attach {
                key,
                element,
                source,
            } => {
                self.attachments.add(key, element, source);
            }
            Command::Detach { key } => self.attachments.remove(key),
        }
    }

    fn want(&mut self, device: Device, on: bool) {
        self.studio.feed(devices::Input::Want(device, on));
    }

    fn choose(&mut self, device: Device, id: String) {
        self.studio.feed(devices::Input::Choose(device, id));
    }

    /// A reloaded page goes on where the page before it was; any other waits to be told.
    fn begin(&mut self) {
        match handover::take(&self.room) {
            None => {
                // What another visit left is nothing to this one.
                drop(kept_chat::take(&self.room));
                self.studio.begin(true, true);
            }
            Some(note) => {
                self.studio.begin(note.microphone, note.camera);
                self.join(note.name, Some(note.past), kept_chat::take(&self.room));
            }
        }
    }

    fn join(&mut self, name: DisplayName, past: Option<Past>, chat: Vec<ChatEntry>) {
        if self.client.is_some() {
            return;
        }
        clock::mark("rotunda:join");
        let identity = Identity {
            room: self.room.clone(),
            name,
            instance: self.instance.clone(),
        };
        let mut past = past.unwrap_or_else(|| Past::none(TabId::from_random(random_u64())));
        past.token = past.token.or_else(random_token);
        let mut client = Client::new(identity, random_u64(), past);
        client.restore_chat(chat);
        while let Some(Action::ShowChat(change)) = client.poll_action() {
            self.transcript.restore(change);
        }
        self.client = Some(client);
        self.feed(Input::Start);
    }

    fn write(&mut self, text: &str) {
        let Some(client) = &mut self.client else {
            return;
        };
        match client.write(clock::time_of_day(), text) {
            Ok(()) | Err(ChatError::Empty) => {}
            Err(ChatError::TooLong) => self.tell(Notice::MessageTooLong),
        }
    }

    fn feed(&mut self, input: Input) {
        if let Some(client) = &mut self.client {
            client.handle(clock::now(), input, &self.calls);
        }
    }

    /// Does everything that follows from the last message, then shows the result.
    fn settle(&mut self) {
        self.feed(Input::Media(self.studio.media()));
        while let Some(action) = self.client.as_mut().and_then(Client::poll_action) {
            self.perform(action);
        }
        if self
            .client
            .as_ref()
            .is_some_and(|it| matches!(it.status(), Status::Ended(_)))
        {
            self.studio.feed(devices::Input::Release);
        }
        self.calls.use_tracks(&self.studio);
        self.set_alarm();
        self.show();
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::OpenSocket(key) => {
                let inbox = self.inbox.clone();
                // Until this one opens, it counts as one that could not be opened.
                let approach = std::mem::replace(&mut self.approach, Approach::after_failure());
                let socket = Socket::open(approach, move |event| {
                    drop(inbox.unbounded_send(Message::Socket(key, event)));
                });
                self.socket = Some((key, socket));
            }
            Action::SendSocket(key, text) => {
                if let Some((current, socket)) = &self.socket
                    && *current == key
                {
                    socket.send(text);
                }
            }
            Action::CloseSocket(key) => {
                self.socket.take_if(|(current, _)| *current == key);
            }
            Action::OpenConnection {
                key,
                remote,
                offers,
                relay_only,
            } => {
                self.calls.open(key, remote, offers, relay_only);
            }
            Action::CloseConnection(key) => self.calls.close(key),
            Action::Negotiate(key, output) => self.calls.perform(key, output),
            Action::RestartIce(key) => self.calls.restart_ice(key),
            Action::RefreshPicture(key) => self.calls.refresh_picture(key),
            Action::SendChannel(key, text) => self.calls.say(key, &text),
            Action::UseIceServers(ice) => self.calls.use_ice_servers(ice),
            Action::ShowChat(change) => self.transcript.apply(change),
            Action::Tell(notice) => self.tell(notice.into()),
            Action::Report(text) => report(&text),
        }
    }

    /// What a reload would need to come back.
    fn note(&self) -> Option<Note> {
        let client = self.client.as_ref()?;
        let past = match client.status() {
            Status::Ended(_) => return None,
            // The server may have let him in, and the answer be lost.
            Status::Joining | Status::Joined | Status::Away => client.past(),
        };
        let (microphone, camera) = self.studio.wanted();
        Some(Note {
            name: client.name().clone(),
            past,
            microphone,
            camera,
            chat: self.transcript.lines(),
            at: clock::time_of_day(),
        })
    }

    fn set_alarm(&mut self) {
        let due = self.client.as_ref().and_then(Client::poll_timeout);
        if due == self.alarm.as_ref().map(|(at, _)| *at) {
            return;
        }
        self.alarm = due.map(|at| {
            let wait = at.since(clock::now());
            (at, self.post_later(wait, || Message::Tick))
        });
    }

    fn post_later(&self, wait: Duration, message: fn() -> Message) -> Timeout {
        let inbox = self.inbox.clone();
        Timeout::new(millis(wait), move || drop(inbox.unbounded_send(message())))
    }

    /// Shows the state, though no more than once in each frame: whoever says a lot keeps nobody
    /// else's page from being drawn.
    fn show(&mut self) {
        let now = clock::now();
        let since = now.since(self.shown_at);
        if since < FRAME {
            if self.show_soon.is_none() {
                self.show_soon = Some(self.post_later(FRAME - since, || Message::Show));
            }
            return;
        }
        self.show_now(now);
    }

    fn show_now(&mut self, now: Timestamp) {
        self.shown_at = now;
        self.handover.set(self.note());
        let view = self.view();
        if self.shown.as_ref() != Some(&view) {
            self.shown = Some(view.clone());
            (self.on_update)(Update::View(Box::new(view)));
        }
        self.attachments.refresh(&self.studio, &self.calls);
    }

    fn tell(&mut self, notice: Notice) {
        (self.on_update)(Update::Notice(notice));
    }
}

fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}
