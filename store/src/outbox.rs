//! The way from a store to one participant: a bounded queue that never makes the store wait, and
//! what may have to be said again when they come back.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use meeting::limits;
use meeting::replay::{Replay, weight};
use meeting::signaling::{Participant, Resumption, Sequenced, ServerMessage, Undeliverable};
use meeting::time::Timestamp;
use tokio::sync::Notify;

use crate::Runtime;

/// Why an outbox takes no more messages. The socket is to be closed with the code of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxEnd {
    /// The queue ran over; what it held is gone.
    TooSlow,
    /// The same participant connected again, here or on another server.
    Replaced,
    /// The participant is no longer in the room: somebody removed them.
    Removed,
    /// The seat was gone before the socket had it; joining again makes another one.
    Overtaken,
}

/// Makes the two ends of a queue with the bounds of [`limits`].
pub fn outbox(runtime: &Arc<dyn Runtime>) -> (Outbox, Inbox) {
    let queue = Arc::new(Queue {
        opened: runtime.now(),
        runtime: Arc::clone(runtime),
        state: Mutex::new(State {
            waiting: VecDeque::new(),
            bytes: 0,
            reader: Reader::Socket,
            replay: Replay::after(0),
        }),
        changed: Notify::new(),
    });
    (Outbox(Arc::clone(&queue)), Inbox(queue))
}

/// The store's end: takes messages for one participant.
#[derive(Clone, Debug)]
pub struct Outbox(Arc<Queue>);

/// The socket's end: hands them out, numbered.
#[derive(Debug)]
pub struct Inbox(Arc<Queue>);

#[derive(Debug)]
struct Queue {
    runtime: Arc<dyn Runtime>,
    opened: Instant,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    /// What the socket has not taken yet.
    waiting: VecDeque<ServerMessage>,
    bytes: usize,
    reader: Reader,
    /// What may have to be said again.
    replay: Replay,
}

/// Who takes the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    Socket,
    /// The socket is lost; messages are kept for its successor.
    Nobody,
    /// The socket is told that it is over, if it is still there.
    Ended(OutboxEnd),
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        let elapsed = self.runtime.now().saturating_duration_since(self.opened);
        Timestamp::from_millis(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX))
    }
}

impl Outbox {
    /// Queues a message, or keeps it while there is no socket. Never waits: when a socket's queue
    /// is full, the outbox ends as [`OutboxEnd::TooSlow`].
    pub fn push(&self, message: ServerMessage) {
        let now = self.0.now();
        let mut state = self.0.state();
        if state.reader == Reader::Socket {
            state.queue(message);
            drop(state);
            self.0.changed.notify_one();
        } else {
            state.replay.record(now, &message);
        }
    }

    /// Queues a signal, or keeps it while there is no socket.
    ///
    /// # Errors
    ///
    /// When there is no socket and no room to keep it.
    pub fn carry(&self, signal: ServerMessage) -> Result<(), Undeliverable> {
        let now = self.0.now();
        let mut state = self.0.state();
        if state.reader == Reader::Socket {
            state.queue(signal);
            drop(state);
            self.0.changed.notify_one();
            return Ok(());
        }
        if !state.replay.has_room_for(&signal) {
            return Err(Undeliverable::Reconnecting);
        }
        state.replay.record(now, &signal);
        Ok(())
    }

    /// The socket is lost. What it did not take is kept.
    pub fn detach(&self) {
        let now = self.0.now();
        self.0.state().put_aside(now, Reader::Nobody);
    }

    /// Ends the outbox; the first reason stays. Only of one that was replaced is anything kept,
    /// for the successor.
    pub fn end(&self, end: OutboxEnd) {
        let now = self.0.now();
        self.0.state().finish(now, end);
        self.0.changed.notify_one();
    }

    /// Goes on where another queue of the same participant stopped, if the browser, which has
    /// everything up to `seen` and is about to get this roster, can be told all that it missed.
    pub fn follow(&self, old: &Self, seen: u64, roster: &[Participant]) -> Resumption {
        let now = old.0.now();
        let missed = old.0.state().replay.replay_after(now, seen, roster);
        let Some(missed) = missed else {
            return Resumption::Snapshot;
        };
        let mut state = self.0.state();
        state.bytes = missed.iter().map(weight).sum();
        state.waiting = missed;
        state.replay = Replay::after(seen);
        Resumption::Replayed
    }
}

impl State {
    fn queue(&mut self, message: ServerMessage) {
        let bytes = self.bytes.saturating_add(weight(&message));
        if self.waiting.len() >= limits::OUTBOUND_MESSAGES || bytes > limits::OUTBOUND_BYTES {
            self.give_up(OutboxEnd::TooSlow);
        } else {
            self.bytes = bytes;
            self.waiting.push_back(message);
        }
    }

    fn finish(&mut self, now: Timestamp, end: OutboxEnd) {
        match (self.reader, end) {
            (Reader::Ended(_), _) => {}
            (_, OutboxEnd::Replaced) => self.put_aside(now, Reader::Ended(end)),
            (_, OutboxEnd::TooSlow | OutboxEnd::Removed | OutboxEnd::Overtaken) => {
                self.give_up(end);
            }
        }
    }

    fn put_aside(&mut self, now: Timestamp, reader: Reader) {
        self.reader = reader;
        self.bytes = 0;
        for message in std::mem::take(&mut self.waiting) {
            self.replay.record(now, &message);
        }
    }

    fn give_up(&mut self, end: OutboxEnd) {
        self.reader = Reader::Ended(end);
        self.replay.break_off();
        self.waiting = VecDeque::new();
        self.bytes = 0;
    }
}

impl Inbox {
    /// The next message, in the order they were queued. Waits until there is one; may be dropped
    /// half-way without losing any.
    ///
    /// # Errors
    ///
    /// When the outbox has ended; the same answer from then on.
    pub async fn next(&mut self) -> Result<Sequenced, OutboxEnd> {
        loop {
            if let Some(outcome) = self.try_next() {
                return outcome;
            }
            self.0.changed.notified().await;
        }
    }

    /// The next message or the end, if it is there already.
    pub fn try_next(&mut self) -> Option<Result<Sequenced, OutboxEnd>> {
        let now = self.0.now();
        let mut state = self.0.state();
        if let Reader::Ended(end) = state.reader {
            return Some(Err(end));
        }
        let message = state.waiting.pop_front()?;
        state.bytes = state.bytes.saturating_sub(weight(&message));
        let seq = state.replay.record(now, &message);
        Some(Ok(Sequenced { seq, message }))
    }

    /// Queues something that the socket's own end sends, behind what waits already.
    pub fn push(&mut self, message: ServerMessage) {
        let mut state = self.0.state();
        if state.reader == Reader::Socket {
            state.queue(message);
            drop(state);
            self.0.changed.notify_one();
        }
    }

    /// The browser has everything up to this number.
    pub fn acknowledge(&self, number: u64) {
        self.0.state().replay.acknowledge(number);
    }
}
