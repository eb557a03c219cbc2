//! The one actor that owns a call.
//!
//! Everything that happens, in the browser or by the person, arrives as a [`Message`]. It begins as a
//! [lobby], which needs neither a server nor anybody else, and goes on as a [`Driver`]: after each
//! message the session is drained of what it wants done and the views get the new state.

mod attachments;
mod calls;
mod chat_view;
mod commands;
mod handover;
mod intervals;
mod lobby;
mod local_end;
mod local_media;
mod loudspeaker;
mod page_events;
mod reload;
mod remembered;
mod sounds;
mod stored_chat;
mod view;
mod wanted;

pub use lobby::{CallDriver, open};

use std::rc::Rc;
use std::time::Duration;

use futures::StreamExt;
use futures::channel::mpsc::UnboundedReceiver;
use gloo_timers::callback::Timeout;
use meeting::client::{
    Action, Client, ConnectionKey, Handled, Identity, Input, ResumeState, SocketKey, Status,
};
use meeting::id::{InstanceId, ParticipantId, TabId};
use meeting::time::Timestamp;

use crate::browser::{random_token, random_u64};
use crate::clock;
use crate::error::report;
use crate::handle::Command;
use crate::message::Message;
use crate::peer_connection::PeerConnection;
use crate::socket::{Approach, Socket, SocketEvent};
use crate::wake_lock::WakeLock;

use calls::Calls;
use chat_view::ChatView;
use handover::Handover;
use lobby::{Entering, Entrance};
use local_end::LocalEnd;
use sounds::Sounds;

/// What makes a call, for [`open`] to run when somebody joins. Everything that is not needed before
/// hangs on it.
pub fn call_driver() -> CallDriver {
    CallDriver(|entrance| Box::pin(call(entrance)))
}

/// Plays a call from *Join now* until the person leaves its last page.
async fn call(entrance: Entrance) {
    let Entrance {
        local,
        messages,
        entering,
    } = entrance;
    Driver::new(local, entering).run(messages).await;
}

struct Driver {
    local: LocalEnd,
    client: Client,
    socket: Option<(SocketKey, Socket)>,
    /// How to come to the next one.
    approach: Approach,
    calls: Calls,
    sounds: Sounds,
    handover: Handover,
    chat_view: ChatView,
    /// When the client wants to be told the time, and the timer that does.
    alarm: Option<(Timestamp, Timeout)>,
    /// Held while in the room.
    wake_lock: Option<WakeLock>,
}

impl Driver {
    fn new(local: LocalEnd, entering: Entering) -> Self {
        let (room, mailbox) = (&local.room, &local.mailbox);
        let (name, note) = match entering {
            Entering::New(name) => (name, None),
            Entering::Back(name) => (name, handover::take(room)),
        };
        let unread = note.as_ref().map(|note| note.unread);
        let first = || ResumeState::first(TabId::from_random(random_u64()));
        let mut resume_state = note.map_or_else(first, |note| note.resume_state);
        resume_state.token = resume_state.token.or_else(random_token);
        let identity = Identity {
            room: room.clone(),
            name,
            instance: InstanceId::from_random(random_u64()),
        };
        let mut driver = Self {
            client: Client::new(identity, random_u64(), resume_state),
            socket: None,
            approach: Approach::Straight,
            calls: Calls::new(mailbox.clone()),
            sounds: Sounds::new(mailbox.clone()),
            handover: Handover::new(room),
            chat_view: ChatView::default(),
            alarm: None,
            wake_lock: None,
            local,
        };
        if let Some(unread) = unread {
            driver.restore_chat(unread);
        }
        driver
    }

    /// Runs until the person leaves or nobody holds a handle any more.
    async fn run(mut self, mut messages: UnboundedReceiver<Message>) {
        self.feed(Input::Start);
        self.settle();
        while let Some(message) = messages.next().await {
            let over = matches!(message, Message::Command(Command::Leave));
            if self.handle(message) == Handled::Taken {
                self.settle();
            }
            if over {
                break;
            }
        }
        self.show();
    }

    fn handle(&mut self, message: Message) -> Handled {
        match self.local.handle(message) {
            None => Handled::Taken,
            Some(message) => self.handle_of_call(message),
        }
    }

    fn handle_of_call(&mut self, message: Message) -> Handled {
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
                self.local.media.measure();
                self.sounds.measure(&self.calls);
            }
            Message::Sample => self.calls.sample(),
            // The lobby was told, and what concerns the person alone was done.
            _ => {}
        }
        Handled::Taken
    }

    fn feed(&mut self, input: Input) {
        // Whatever is the outcome, the state is looked at next.
        self.pass_on(input);
    }

    fn pass_on(&mut self, input: Input) -> Handled {
        self.client.handle(clock::now(), input, &self.calls)
    }

    /// Does everything that follows from the last message, then shows the result.
    fn settle(&mut self) {
        self.feed(Input::Media(self.local.media.media()));
        while let Some(action) = self.client.poll_action() {
            self.perform(action);
        }
        match self.client.status() {
            Status::Joined | Status::Away(_) if self.wake_lock.is_none() => {
                self.wake_lock = Some(WakeLock::new());
            }
            Status::Ended(_) => self.release(),
            Status::Joining(_) | Status::Joined | Status::Away(_) => {}
        }
        self.calls.use_tracks(&self.local.media);
        self.sounds.use_speaker(self.local.speaker.in_use());
        self.sounds.follow(self.client.streams(), &self.calls);
        let has_connections = !self.calls.is_empty();
        let is_heard = has_connections || self.local.media.has_meter();
        self.local.intervals.set(is_heard, has_connections);
        self.set_alarm();
        if self.local.may_show() {
            self.show();
        }
    }

    /// The call is over: everything is given back.
    fn release(&mut self) {
        self.local.release();
        self.wake_lock = None;
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::OpenSocket(key) => {
                let mailbox = self.local.mailbox.clone();
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
            Action::Tell(notice) => self.local.tell(notice.into()),
            Action::Report(text) => report(&text),
        }
    }

    /// Does something with a connection, if it is still open.
    fn with(&self, key: ConnectionKey, f: impl FnOnce(&Rc<PeerConnection>)) {
        if let Some(connection) = self.calls.get(key) {
            f(connection);
        }
    }

    fn set_alarm(&mut self) {
        let due = self.client.poll_timeout();
        if due == self.alarm.as_ref().map(|(at, _)| *at) {
            return;
        }
        self.alarm = due.map(|at| {
            let wait = at.since(clock::now());
            (at, self.local.send_later(wait, || Message::Tick))
        });
    }

    fn show(&mut self) {
        self.handover.set(self.note());
        self.local.show(self.view());
        let received = |owner: &ParticipantId, source| {
            let route = self.client.route(owner, source)?;
            self.calls.received(route)
        };
        self.local.refresh_attachments(&received);
    }
}

fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}
