//! The one actor that owns a call.
//!
//! Everything that happens, in the browser or by the person, arrives as a [`Message`]. After each
//! one the session is drained of what it wants done and the views get the new state.

mod attachments;
mod calls;
mod chat_view;
mod commands;
mod files;
mod handover;
mod intervals;
mod local_media;
mod loudspeaker;
mod page_events;
mod reload;
mod remembered;
mod sounds;
mod stored_chat;
mod view;
mod wanted;

use std::rc::Rc;
use std::time::Duration;

use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use futures::{StreamExt, future, stream};
use gloo_timers::callback::Timeout;
use meeting::chat::ChatEntry;
use meeting::client::{
    Action, Client, ConnectionKey, Handled, Identity, Input, ResumeState, SocketKey, Status,
};
use meeting::devices;
use meeting::devices::speaker::{self, Speaker};
use meeting::id::{DisplayName, InstanceId, ParticipantId, RoomId, TabId};
use meeting::time::Timestamp;
use wasm_bindgen_futures::spawn_local;

use crate::browser::{random_token, random_u64};
use crate::clock;
use crate::error::report;
use crate::files::FileStore;
use crate::handle::{CallHandle, Command};
use crate::listener::Listener;
use crate::message::{Mailbox, Message};
use crate::peer_connection::PeerConnection;
use crate::playback::SpeakerTest;
use crate::socket::{Approach, Socket, SocketEvent};
use crate::view::{CallView, Devices, Notice, Update};
use crate::wake_lock::WakeLock;

use attachments::Attachments;
use calls::Calls;
use chat_view::ChatView;
use handover::Handover;
use intervals::Intervals;
use local_media::LocalMedia;
use sounds::Sounds;

/// The shortest time between two states that are shown.
const FRAME: Duration = Duration::from_millis(16);

/// Starts the actor for one room: asks for the devices, so that people see themselves, and
/// waits for [`Command::Join`].
pub fn open(room: RoomId, on_update: impl FnMut(Update) + 'static) -> CallHandle {
    // What the browser says is handled before it says the next thing, in the microtask that follows.
    // So the queues hold what one event brings, and need no other limit.
    let (commands, receiver) = unbounded();
    let (mailbox, messages) = unbounded();
    let driver = Driver::new(room, mailbox, Box::new(on_update));
    spawn_local(driver.run(receiver, messages));
    CallHandle::new(commands)
}

struct Driver {
    room: RoomId,
    mailbox: Mailbox,
    on_update: Box<dyn FnMut(Update)>,
    instance: InstanceId,
    client: Option<Client>,
    socket: Option<(SocketKey, Socket)>,
    /// How to come to the next one.
    approach: Approach,
    local_media: LocalMedia,
    speaker: Speaker,
    speaker_test: Option<SpeakerTest>,
    calls: Calls,
    sounds: Sounds,
    attachments: Attachments,
    handover: Handover,
    chat_view: ChatView,
    files: FileStore,
    shown: Option<CallView>,
    /// When the views were shown something last, and the timer that does it next.
    shown_at: Timestamp,
    show_soon: Option<Timeout>,
    /// When the client wants to be told the time, and the timer that does.
    alarm: Option<(Timestamp, Timeout)>,
    intervals: Intervals,
    /// Held while in the room.
    wake_lock: Option<WakeLock>,
    listeners: Vec<Listener>,
}

impl Driver {
    fn new(room: RoomId, mailbox: Mailbox, on_update: Box<dyn FnMut(Update)>) -> Self {
        Self {
            handover: Handover::new(&room),
            room,
            on_update,
            instance: InstanceId::from_random(random_u64()),
            client: None,
            socket: None,
            approach: Approach::Straight,
            local_media: LocalMedia::new(mailbox.clone()),
            speaker: Speaker::default(),
            speaker_test: None,
            calls: Calls::new(mailbox.clone()),
            sounds: Sounds::new(mailbox.clone()),
            attachments: Attachments::default(),
            chat_view: ChatView::default(),
            files: FileStore::new(mailbox.clone()),
            shown: None,
            shown_at: Timestamp::default(),
            show_soon: None,
            alarm: None,
            intervals: Intervals::new(mailbox.clone()),
            wake_lock: None,
            listeners: page_events::listeners(&mailbox),
            mailbox,
        }
    }

    /// Runs until the call is over or nobody holds a handle any more.
    async fn run(
        mut self,
        commands: UnboundedReceiver<Command>,
        messages: UnboundedReceiver<Message>,
    ) {
        self.begin();
        self.settle();
        let last = stream::once(future::ready(Command::Leave));
        let commands = commands.chain(last).map(Message::Command);
        let mut all = stream::select(commands, messages);
        while let Some(message) = all.next().await {
            let over = matches!(message, Message::Command(Command::Leave));
            if self.handle(message) == Handled::Taken {
                self.settle();
            }
            if over {
                break;
            }
        }
        self.show_now(clock::now());
    }

    fn handle(&mut self, message: Message) -> Handled {
        match message {
            // Of these there may be more than anybody wants to hear.
            Message::Connection(key, event) => {
                let handled = self.pass_on(Input::Connection(key, event));
                if handled == Handled::LeftOut {
                    self.with(key, PeerConnection::pause_reading);
                }
                return handled;
            }
            Message::Command(command) => self.on_command(command),
            Message::Socket(key, event) => {
                let input = match event {
                    SocketEvent::Hindered(obstacle) => Input::SocketHindered(key, obstacle),
                    SocketEvent::Opened => {
                        self.approach = Approach::Straight;
                        Input::SocketOpened(key)
                    }
                    SocketEvent::Message(text) => Input::SocketMessage(key, text),
                    SocketEvent::Closed(end) => Input::SocketClosed(key, end),
                };
                self.feed(input);
            }
            Message::TransceiversReady => self.calls.limit_all(),
            Message::Captured(device, capture, captured) => {
                self.local_media.on_captured(device, capture, captured);
            }
            Message::TrackEnded(device, capture) => {
                self.local_media
                    .feed(devices::Input::Ended(device, capture));
            }
            Message::DevicesChanged => self.local_media.list_devices(),
            Message::Devices(devices) => self.on_devices(devices),
            Message::Speaker(input) => self.feed_speaker(input),
            Message::SpeakerTested => self.speaker_test = None,
            Message::File(input) => self.on_file(input),
            Message::Notice(notice) => self.tell(notice),
            Message::SoundBlocked => self.tell(Notice::SoundBlocked),
            Message::Woken => {
                if let Some(lock) = &self.wake_lock {
                    lock.renew();
                }
                self.feed(Input::Woken);
            }
            Message::NetworkChanged => self.feed(Input::NetworkChanged),
            Message::Tick => {
                self.alarm = None;
                self.feed(Input::Tick);
            }
            Message::Levels => {
                self.local_media.measure();
                self.sounds.measure(&self.calls);
            }
            Message::Sample => self.calls.sample(),
            Message::Show => self.show_soon = None,
        }
        Handled::Taken
    }

    fn on_devices(&mut self, devices: Devices) {
        let speakers = devices.speakers.iter().map(|it| it.id.clone()).collect();
        self.local_media.on_devices(devices);
        self.feed_speaker(speaker::Input::Offered(speakers));
    }

    fn join(&mut self, name: DisplayName, resume_state: Option<ResumeState>, chat: Vec<ChatEntry>) {
        if self.client.is_some() || !self.local_media.can_connect() {
            return;
        }
        clock::mark("rotunda:join");
        let identity = Identity {
            room: self.room.clone(),
            name,
            instance: self.instance.clone(),
        };
        let mut resume_state =
            resume_state.unwrap_or_else(|| ResumeState::first(TabId::from_random(random_u64())));
        resume_state.token = resume_state.token.or_else(random_token);
        let mut client = Client::new(identity, random_u64(), resume_state);
        client.restore_chat(chat);
        while let Some(Action::ShowChat(change)) = client.poll_action() {
            self.chat_view.restore(change);
        }
        self.client = Some(client);
        self.feed(Input::Start);
    }

    fn feed(&mut self, input: Input) {
        // Whatever is the outcome, the state is looked at next.
        self.pass_on(input);
    }

    fn pass_on(&mut self, input: Input) -> Handled {
        match &mut self.client {
            Some(client) => client.handle(clock::now(), input, &self.calls),
            None => Handled::Ignored,
        }
    }

    /// Does everything that follows from the last message, then shows the result.
    fn settle(&mut self) {
        self.feed(Input::Media(self.local_media.media()));
        while let Some(action) = self.client.as_mut().and_then(Client::poll_action) {
            self.perform(action);
        }
        match self.client.as_ref().map(Client::status) {
            Some(Status::Joined | Status::Away(_)) if self.wake_lock.is_none() => {
                self.wake_lock = Some(WakeLock::new());
            }
            Some(Status::Ended(_)) => self.release(),
            Some(Status::Joining(_) | Status::Joined | Status::Away(_)) | None => {}
        }
        self.calls.use_tracks(&self.local_media);
        let streams = self.client.iter().flat_map(Client::streams);
        self.sounds.follow(streams, &self.calls);
        let has_connections = !self.calls.is_empty();
        let is_heard = has_connections || self.local_media.has_meter();
        self.intervals.set(is_heard, has_connections);
        self.set_alarm();
        self.show();
    }

    /// The call is over: everything is given back, and what happens around the page is no news.
    fn release(&mut self) {
        self.local_media.feed(devices::Input::Release);
        self.speaker_test = None;
        self.wake_lock = None;
        self.listeners.clear();
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::OpenSocket(key) => {
                let mailbox = self.mailbox.clone();
                // Until this one opens, it counts as one that could not be opened.
                let approach = std::mem::replace(&mut self.approach, Approach::Probe);
                let socket = Socket::open(approach, move |event| {
                    drop(mailbox.unbounded_send(Message::Socket(key, event)));
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
                offers,
                relay_only,
                ..
            } => self.calls.open(key, offers, relay_only),
            Action::CloseConnection(key) => self.calls.close(key),
            Action::Negotiate(key, output) => self.with(key, |it| it.perform(output)),
            Action::RestartIce(key) => self.with(key, |it| it.restart_ice()),
            Action::RefreshPicture(key) => self.with(key, |it| it.refresh_picture()),
            Action::SendChannel(key, text) => self.with(key, |it| it.send(&text)),
            Action::UseIceServers(ice) => self.calls.use_ice_servers(ice),
            Action::ShowChat(change) => self.chat_view.apply(change),
            Action::Tell(notice) => self.tell(notice.into()),
            Action::Report(text) => report(&text),
            Action::OpenFileChannel(key) => self.with(key, PeerConnection::open_file_channel),
            Action::CloseFileChannel(key) => self.with(key, |it| it.close_file_channel()),
            Action::SendFile(key, bytes) => self.with(key, |it| it.send_file(&bytes)),
            Action::File(action) => self.files.perform(action),
        }
    }

    /// Does something with a connection, if it is still open.
    fn with(&self, key: ConnectionKey, f: impl FnOnce(&Rc<PeerConnection>)) {
        if let Some(connection) = self.calls.get(key) {
            f(connection);
        }
    }

    fn set_alarm(&mut self) {
        let due = self.client.as_ref().and_then(Client::poll_timeout);
        if due == self.alarm.as_ref().map(|(at, _)| *at) {
            return;
        }
        self.alarm = due.map(|at| {
            let wait = at.since(clock::now());
            (at, self.send_later(wait, || Message::Tick))
        });
    }

    fn send_later(&self, wait: Duration, message: fn() -> Message) -> Timeout {
        let mailbox = self.mailbox.clone();
        Timeout::new(millis(wait), move || {
            drop(mailbox.unbounded_send(message()));
        })
    }

    /// Shows the state, though no more than once in each frame: whoever says a lot keeps nobody
    /// else's page from being drawn.
    fn show(&mut self) {
        let now = clock::now();
        let since = now.since(self.shown_at);
        if since < FRAME {
            if self.show_soon.is_none() {
                self.show_soon = Some(self.send_later(FRAME - since, || Message::Show));
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
        let received = |owner: &ParticipantId, source| {
            let route = self.client.as_ref()?.route(owner, source)?;
            self.calls.received(route)
        };
        self.attachments.refresh(&self.local_media, received);
    }

    fn tell(&mut self, notice: Notice) {
        (self.on_update)(Update::Notice(notice));
    }
}

fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}
