//! The way from a store to one socket: a bounded queue that never makes the store wait.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use meeting::limits;
use meeting::signaling::ServerMessage;
use tokio::sync::Notify;

/// Why a session takes no more messages. The socket is to be closed with the code of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// The queue ran over; what it held is gone.
    TooSlow,
    /// The same participant connected again, here or on another server.
    Replaced,
    /// The participant is no longer in the room: somebody removed him.
    Removed,
}

/// Makes the two ends of a queue with the bounds of [`limits`].
pub fn outbox() -> (Outbox, Inbox) {
    let queue = Arc::new(Queue::default());
    (Outbox(Arc::clone(&queue)), Inbox(queue))
}

/// The store's end: takes messages for one socket.
#[derive(Clone, Debug)]
pub struct Outbox(Arc<Queue>);

/// The socket's end: hands them out.
#[derive(Debug)]
pub struct Inbox(Arc<Queue>);

#[derive(Debug, Default)]
struct Queue {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    messages: VecDeque<ServerMessage>,
    bytes: usize,
    end: Option<SessionEnd>,
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outbox {
    /// Queues a message. Never waits: when the queue is full, the session ends as
    /// [`SessionEnd::TooSlow`], and from then on messages vanish.
    pub fn push(&self, message: ServerMessage) {
        let mut state = self.0.state();
        if state.end.is_some() {
            return;
        }
        let bytes = weight(&message);
        if state.messages.len() >= limits::OUTBOUND_MESSAGES
            || state.bytes.saturating_add(bytes) > limits::OUTBOUND_BYTES
        {
            state.finish(SessionEnd::TooSlow);
        } else {
            state.bytes += bytes;
            state.messages.push_back(message);
        }
        drop(state);
        self.0.changed.notify_one();
    }

    /// Ends the session. Messages that still wait are dropped; the first reason stays.
    pub fn end(&self, end: SessionEnd) {
        self.0.state().finish(end);
        self.0.changed.notify_one();
    }
}

impl State {
    fn finish(&mut self, end: SessionEnd) {
        self.end.get_or_insert(end);
        self.messages = VecDeque::new();
        self.bytes = 0;
    }
}

impl Inbox {
    /// The next message, in the order they were queued. Waits until there is one; may be dropped
    /// half-way without losing any.
    ///
    /// # Errors
    ///
    /// When the session has ended; the same answer from then on.
    pub async fn next(&mut self) -> Result<ServerMessage, SessionEnd> {
        loop {
            if let Some(outcome) = self.try_next() {
                return outcome;
            }
            self.0.changed.notified().await;
        }
    }

    /// The next message or the end, if it is there already.
    pub fn try_next(&mut self) -> Option<Result<ServerMessage, SessionEnd>> {
        let mut state = self.0.state();
        if let Some(end) = state.end {
            return Some(Err(end));
        }
        let message = state.messages.pop_front()?;
        state.bytes = state.bytes.saturating_sub(weight(&message));
        Some(Ok(message))
    }
}

/// About how many bytes a message takes. Signals are the only ones of a size worth counting.
fn weight(message: &ServerMessage) -> usize {
    const ENVELOPE: usize = 256;
    match message {
        ServerMessage::Signal { payload, .. } => ENVELOPE + payload.as_str().len(),
        _ => ENVELOPE,
    }
}
