//! Recording: carries out what [`meeting::recording::session`] decides.
//!
//! [`record`] makes one recording, from its beginning until it is saved, kept or discarded, and
//! everything it takes hangs on it: what draws and mixes, the browser's recorder, and where the parts
//! are stored.

mod assemble;
mod canvas;
mod files;
mod folder;
mod format;
mod lock;
mod mixer;
mod name;
mod part;
mod recorder;
mod save;
mod scene;
mod still;
mod stream;
mod support;
mod timer;
mod video;

use std::pin::pin;

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use futures::future::{Either, select};
use meeting::id::RoomId;
use meeting::recording::session::{Input, Problem};

use crate::error::{JsError, report};
use crate::message::{Mailbox, Message};

pub(crate) use folder::{About, Folder, ids};
pub(crate) use lock::Lock;
pub(crate) use save::Asked;
pub(crate) use scene::{Picture, Scene};
pub(crate) use still::save_still;
pub(crate) use support::is_supported;

use format::Format;
use recorder::{Recorder, RecorderEvent};
use stream::RecordedStream;

/// What the driver asks of a recording. The last one is `Save`, `Keep` or `Discard`.
#[derive(Debug)]
pub(crate) enum Order {
    /// This is to be seen and heard from now on.
    Show(Scene),
    /// Have the recorder stop, and ask for a file to save it in.
    Finish,
    /// Have the recorder stop.
    BreakOff,
    /// Save it.
    Save,
    /// Leave it where it is.
    Keep,
    /// Remove it.
    Discard,
}

/// What is to be recorded.
#[derive(Debug)]
pub(crate) struct Request {
    /// In which room.
    pub(crate) room: RoomId,
    /// Whether there is anything to be seen, or sound alone.
    pub(crate) has_video: bool,
    /// What there is to be seen and heard at the beginning.
    pub(crate) scene: Scene,
}

/// Makes one recording, as the orders say, and tells the driver what comes of it.
pub(crate) async fn record(
    request: Request,
    mut orders: UnboundedReceiver<Order>,
    mailbox: Mailbox,
) {
    let tell = |input| drop(mailbox.unbounded_send(Message::Recording(input)));
    let (mut running, folder, events) = match begin(request, &mailbox).await {
        Ok(begun) => begun,
        Err(problem) => return tell(Input::Failed(problem)),
    };
    tell(Input::Began);
    let mut storing = pin!(store(events, folder, &tell));
    let folder = loop {
        match select(orders.next(), storing.as_mut()).await {
            Either::Left((Some(order), _)) => running.obey(order),
            // Nobody is there any more to say what becomes of it.
            Either::Left((None, _)) => {
                running.obey(Order::BreakOff);
                break storing.await;
            }
            Either::Right((folder, _)) => break folder,
        }
    };
    tell(Input::Ended);
    while let Some(order) = orders.next().await {
        match order {
            Order::Save => return tell(Input::Saved(folder.save(running.asked).await)),
            Order::Discard => return folder.remove().await,
            Order::Keep => return,
            Order::Show(_) | Order::Finish | Order::BreakOff => running.obey(order),
        }
    }
}

/// A recording under way.
#[derive(Debug)]
struct Running {
    recorder: Recorder,
    /// What it records; nothing any more once it was told to stop.
    stream: Option<RecordedStream>,
    about: About,
    /// In which file it is to be saved.
    asked: Asked,
}

impl Running {
    fn obey(&mut self, order: Order) {
        match order {
            Order::Show(scene) => {
                if let Some(stream) = &mut self.stream {
                    stream.show(scene);
                }
            }
            Order::Finish => {
                self.asked = Asked::of_the_person(&self.about);
                self.stop();
            }
            Order::BreakOff => self.stop(),
            // These come when it has ended.
            Order::Save | Order::Keep | Order::Discard => {}
        }
    }

    fn stop(&mut self) {
        self.recorder.stop();
        self.stream = None;
    }
}

/// Makes a place for the parts, and has the recorder begin.
async fn begin(
    request: Request,
    mailbox: &Mailbox,
) -> Result<(Running, Folder, UnboundedReceiver<RecorderEvent>), Problem> {
    let format = Format::choose(request.has_video).ok_or(Problem::Recorder)?;
    let about = About::new(request.room, format.mime);
    let folder = Folder::create(about.clone()).await;
    let folder = folder.map_err(|error| problem_of(&error))?;
    let (sender, events) = unbounded();
    let started = RecordedStream::new(request.has_video, request.scene).and_then(|stream| {
        let recorder = Recorder::begin(stream.stream(), &format, sender, mailbox.clone())?;
        Ok((stream, recorder))
    });
    match started {
        Ok((stream, recorder)) => {
            let running = Running {
                recorder,
                stream: Some(stream),
                about,
                asked: Asked::Nobody,
            };
            Ok((running, folder, events))
        }
        Err(error) => {
            report(&error.to_string());
            folder.remove().await;
            Err(Problem::Recorder)
        }
    }
}

/// Stores what the recorder gives, one part after the other, until it has stopped.
async fn store(
    mut events: UnboundedReceiver<RecorderEvent>,
    mut folder: Folder,
    tell: &impl Fn(Input),
) -> Folder {
    // Nothing is stored after a gap.
    let mut has_gap = false;
    while let Some(event) = events.next().await {
        match event {
            RecorderEvent::Part(until, part) if !has_gap => {
                match folder.store(until, &part).await {
                    Ok(()) => tell(Input::Stored),
                    Err(error) => {
                        has_gap = true;
                        tell(Input::Failed(problem_of(&error)));
                    }
                }
            }
            RecorderEvent::Part(..) => {}
            RecorderEvent::Stopped => break,
        }
    }
    folder
}

/// What an exception says about storing or saving.
pub(crate) fn problem_of(error: &JsError) -> Problem {
    report(&error.to_string());
    Problem::of_storage(&error.name)
}
