//! Before a call: the devices are tried, and the part of the program that makes a call is loaded.

use std::fmt;
use std::future::Future;

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use futures::future::LocalBoxFuture;
use gloo_timers::callback::Timeout;
use meeting::backoff::reconnect_delay;
use meeting::devices::Start;
use meeting::id::{DisplayName, RoomId};
use wasm_bindgen_futures::spawn_local;

use super::local_end::LocalEnd;
use super::{handover, remembered, stored_chat, wanted};
use crate::browser::random_u64;
use crate::clock;
use crate::handle::{CallHandle, Command};
use crate::message::Message;
use crate::view::{CallState, Loading, Update};

/// The part of the program that makes a call, once it is loaded; [`call_driver`](super::call_driver)
/// is in it. Having one is the proof that it may be run.
#[derive(Clone, Copy)]
pub struct CallDriver(pub(super) fn(Entrance) -> LocalBoxFuture<'static, ()>);

impl fmt::Debug for CallDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallDriver")
    }
}

/// What the lobby leaves to the call.
pub(super) struct Entrance {
    pub(super) local: LocalEnd,
    pub(super) messages: UnboundedReceiver<Message>,
    pub(super) entering: Entering,
}

/// Who comes in.
pub(super) enum Entering {
    /// Somebody who pressed the button.
    New(DisplayName),
    /// Somebody whose page was loaded again, with a note of who they are.
    Back(DisplayName),
}

/// How far the part of the program that makes a call has come.
enum Part {
    Underway,
    Failed { _again: Timeout },
    Loaded(CallDriver),
}

type Load = Box<dyn Fn() -> LocalBoxFuture<'static, Option<CallDriver>>>;

struct Lobby {
    local: LocalEnd,
    load: Load,
    part: Part,
    failures: u32,
    entering: Option<Entering>,
}

/// Starts the actor for one room: asks for the devices, so that people see themselves, and waits for
/// [`Command::Join`].
///
/// Meanwhile `load` is called for the part that makes the call, and again for as long as it gives none.
pub fn open<F>(
    room: RoomId,
    load: impl Fn() -> F + 'static,
    on_update: impl FnMut(Update) + 'static,
) -> CallHandle
where
    F: Future<Output = Option<CallDriver>> + 'static,
{
    // What the browser says is handled before it says the next thing, in the microtask that follows.
    // So the mailbox holds what one event brings, and needs no other limit.
    let (mailbox, messages) = unbounded();
    let lobby = Lobby {
        local: LocalEnd::new(room, mailbox.clone(), Box::new(on_update)),
        load: Box::new(move || Box::pin(load())),
        part: Part::Underway,
        failures: 0,
        entering: None,
    };
    spawn_local(lobby.run(messages));
    CallHandle::new(mailbox)
}

impl Lobby {
    /// Runs until the person leaves, or goes on as a call.
    async fn run(mut self, mut messages: UnboundedReceiver<Message>) {
        self.begin();
        self.load();
        self.settle();
        while let Some(message) = messages.next().await {
            let left = self.local.handle(message).and_then(|it| self.handle(it));
            if matches!(left, Some(Message::Command(Command::Leave))) {
                self.leave();
                return;
            }
            if let Part::Loaded(driver) = self.part
                && let Some(entering) = self.entering.take()
            {
                let entrance = Entrance {
                    local: self.local,
                    messages,
                    entering,
                };
                return (driver.0)(entrance).await;
            }
            self.settle();
        }
    }

    /// A reloaded page goes on where the page before it was; any other waits to be told.
    fn begin(&mut self) {
        let room = &self.local.room;
        match handover::look(room) {
            Some(returning) => {
                let (microphone, camera) = (&returning.microphone, &returning.camera);
                self.local.begin(microphone, camera, returning.speaker);
                self.enter(Entering::Back(returning.name));
            }
            None => {
                // What another visit left is nothing to this one.
                stored_chat::forget(room);
                let (devices, wanted) = (remembered::get(), wanted::get());
                let start = |on, device| Start { on, device };
                self.local.begin(
                    &start(wanted.microphone, devices.microphone),
                    &start(wanted.camera, devices.camera),
                    devices.speaker,
                );
            }
        }
    }

    fn enter(&mut self, entering: Entering) {
        if self.entering.is_some() || !self.local.media.can_connect() {
            return;
        }
        clock::mark("rotunda:join");
        self.entering = Some(entering);
        self.load_now();
    }

    fn load(&self) {
        let (part, mailbox) = ((self.load)(), self.local.mailbox.clone());
        spawn_local(async move {
            drop(mailbox.unbounded_send(Message::Loaded(part.await)));
        });
    }

    /// Tries again at once, if the last try came to nothing.
    fn load_now(&mut self) {
        if matches!(self.part, Part::Failed { .. }) {
            self.part = Part::Underway;
            self.load();
        }
    }

    /// Gives back what is nothing to a lobby.
    fn handle(&mut self, message: Message) -> Option<Message> {
        match message {
            Message::Command(Command::Join(name)) => self.enter(Entering::New(name)),
            Message::Loaded(Some(driver)) => self.part = Part::Loaded(driver),
            Message::Loaded(None) => {
                let wait = reconnect_delay(self.failures, random_u64());
                self.failures = self.failures.saturating_add(1);
                let _again = self.local.send_later(wait, || Message::Load);
                self.part = Part::Failed { _again };
            }
            Message::Load | Message::NetworkChanged | Message::Woken => self.load_now(),
            Message::Levels => self.local.media.measure(),
            other => return Some(other),
        }
        None
    }

    fn settle(&mut self) {
        self.local
            .intervals
            .set(self.local.media.has_meter(), false);
        if self.local.may_show() {
            self.show();
        }
    }

    fn show(&mut self) {
        let state = match (&self.entering, &self.part) {
            (None, _) => CallState::Lobby,
            (Some(_), Part::Failed { .. }) => CallState::Loading(Loading::Failed),
            (Some(_), Part::Underway | Part::Loaded(_)) => CallState::Loading(Loading::Underway),
        };
        self.local.show(self.local.view(state));
        self.local.refresh_attachments(&|_, _| None);
    }

    fn leave(&mut self) {
        handover::forget(&self.local.room);
        self.local.release();
        self.show();
    }
}
