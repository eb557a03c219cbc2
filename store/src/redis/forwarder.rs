//! Notes on their way to other servers.
//!
//! Nobody waits here for Redis: whoever hands a note over goes on at once, and hears it through
//! their outbox when it could not be sent. The notes about one sender's signals to one server go
//! one after the other, which keeps their order; those of different senders, and those for different
//! servers, do not wait for each other.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use meeting::id::ParticipantId;
use meeting::limits;
use meeting::signaling::{ServerMessage, Undeliverable};
use tracing::warn;

use super::keys;
use super::record::{Note, ServerId};
use super::server::Server;
use crate::StoreError;

/// Messages of one sender that may wait, and the bytes of their signals. With those that are under way
/// half of what may wait for their socket, so that all of them can be given back at once.
const MESSAGES: usize = limits::OUTBOUND_MESSAGES / 2 - 1;
const BYTES: usize = limits::OUTBOUND_BYTES / 2;

/// What waits, by the sender of the signals.
#[derive(Debug, Default)]
pub(super) struct Forwarder(Mutex<HashMap<ParticipantId, SenderQueue>>);

/// What waits of one sender. Whatever waits for a server has a task that sends it.
#[derive(Debug, Default)]
struct SenderQueue {
    waiting: BTreeMap<ServerId, VecDeque<Outgoing>>,
    messages: usize,
    bytes: usize,
}

/// A note for one server.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) server: ServerId,
    pub(super) note: Note,
    /// What the sender hears if nobody gets it.
    pub(super) otherwise: Undeliverable,
}

/// Whether a task sends the messages of this sender to this server already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Forwarding {
    Needed,
    Running,
}

/// What became of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// The server is gone.
    ByNobody,
    Perhaps,
}

impl Outgoing {
    fn weight(&self) -> usize {
        match &self.note {
            Note::Signal { payload, .. } => payload.as_str().len(),
            Note::Undeliverable { .. } | Note::Beat | Note::Unknown => 0,
        }
    }
}

impl Forwarder {
    fn queues(&self) -> MutexGuard<'_, HashMap<ParticipantId, SenderQueue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, sender: &ParticipantId, outgoing: Outgoing) -> Result<Forwarding, Undeliverable> {
        let mut queues = self.queues();
        let known = queues.get(sender);
        let (messages, bytes) = known.map_or((0, 0), |queue| (queue.messages, queue.bytes));
        let bytes = bytes.saturating_add(outgoing.weight());
        if messages >= MESSAGES || bytes > BYTES {
            return Err(outgoing.otherwise);
        }
        let queue = queues.entry(sender.clone()).or_default();
        (queue.messages, queue.bytes) = (messages + 1, bytes);
        Ok(match queue.waiting.entry(outgoing.server.clone()) {
            Entry::Vacant(vacant) => {
                vacant.insert(VecDeque::from([outgoing]));
                Forwarding::Needed
            }
            Entry::Occupied(mut waiting) => {
                waiting.get_mut().push_back(outgoing);
                Forwarding::Running
            }
        })
    }

    /// How many senders have something here.
    pub(super) fn senders(&self) -> usize {
        self.queues().len()
    }

    /// The next message for a server; when there is none, whoever sent them is done.
    fn take(&self, sender: &ParticipantId, server: &ServerId) -> Option<Outgoing> {
        let mut queues = self.queues();
        let queue = queues.get_mut(sender)?;
        let outgoing = queue.waiting.get_mut(server).and_then(VecDeque::pop_front);
        match &outgoing {
            Some(outgoing) => queue.forget([outgoing]),
            None => drop(queue.waiting.remove(server)),
        }
        if queue.waiting.is_empty() {
            queues.remove(sender);
        }
        outgoing
    }

    /// Everything that waits for a server; whoever sent it is done.
    fn take_all(&self, sender: &ParticipantId, server: &ServerId) -> VecDeque<Outgoing> {
        let mut queues = self.queues();
        let Some(queue) = queues.get_mut(sender) else {
            return VecDeque::new();
        };
        let messages = queue.waiting.remove(server).unwrap_or_default();
        queue.forget(&messages);
        if queue.waiting.is_empty() {
            queues.remove(sender);
        }
        messages
    }
}

impl SenderQueue {
    /// These wait no more.
    fn forget<'a>(&mut self, messages: impl IntoIterator<Item = &'a Outgoing>) {
        for outgoing in messages {
            self.messages = self.messages.saturating_sub(1);
            self.bytes = self.bytes.saturating_sub(outgoing.weight());
        }
    }
}

impl Server {
    /// Sends something that is about a signal of this sender, behind what waits already.
    ///
    /// # Errors
    ///
    /// So much waits already that there is no room for it.
    pub(super) fn forward(
        self: &Arc<Self>,
        sender: &ParticipantId,
        outgoing: Outgoing,
    ) -> Result<(), Undeliverable> {
        let server = outgoing.server.clone();
        if self.forwarder.put(sender, outgoing)? == Forwarding::Needed {
            let forwarding = Arc::clone(self).forward_all(sender.clone(), server);
            self.runtime.spawn(forwarding.boxed());
        }
        Ok(())
    }

    /// Sends what waits. What is behind a message that Redis did not take has waited in vain, too.
    async fn forward_all(self: Arc<Self>, sender: ParticipantId, server: ServerId) {
        while let Some(outgoing) = self.forwarder.take(&sender, &server) {
            match self.send(&outgoing.server, &outgoing.note).await {
                Ok(Heard::Perhaps) => {}
                Ok(Heard::ByNobody) => self.return_to_sender(outgoing),
                Err(error) => {
                    let rest = self.forwarder.take_all(&sender, &server);
                    warn!(%error, messages = rest.len() + 1, "signals to other servers are lost");
                    self.return_to_sender(outgoing);
                    rest.into_iter()
                        .for_each(|outgoing| self.return_to_sender(outgoing));
                    return;
                }
            }
        }
    }

    /// Tells the sender of a signal that nobody got it.
    fn return_to_sender(&self, outgoing: Outgoing) {
        if let Note::Signal { room, from, to, .. } = outgoing.note
            && let Ok(outbox) = self.outbox_of(&room, &from)
        {
            let reason = outgoing.otherwise;
            self.counters.undeliverable_signals.increment();
            outbox.push(ServerMessage::Undeliverable { to, reason });
        }
    }

    /// Sends a note to one server.
    pub(super) async fn send(&self, server: &ServerId, note: &Note) -> Result<Heard, StoreError> {
        let mut publish = redis::cmd("PUBLISH");
        publish
            .arg(keys::server_channel(server))
            .arg(serde_json::to_string(note)?);
        let listeners: u64 = publish.query_async(&mut self.commands.clone()).await?;
        Ok(if listeners == 0 && self.counts_listeners {
            Heard::ByNobody
        } else {
            Heard::Perhaps
        })
    }
}
