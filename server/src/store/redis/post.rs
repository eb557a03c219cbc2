//! Notes on their way to other servers.
//!
//! Nobody waits here for Redis: whoever hands a note over goes on at once, and hears it through
//! his outbox when it could not be carried. The notes about one sender's signals go one after the
//! other, which keeps their order; different senders do not wait for each other.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use meeting::id::ParticipantId;
use meeting::limits;
use meeting::signaling::{ServerMessage, Undeliverable};
use tracing::warn;

use super::record::{Note, ServerId};
use super::{Shared, StoreError, keys};

/// Letters of one sender that may wait, and the bytes of their signals. With the one that is
/// carried half of what may wait for his socket, so that all of them can be given back at once.
const LETTERS: usize = limits::OUTBOUND_MESSAGES / 2 - 1;
const BYTES: usize = limits::OUTBOUND_BYTES / 2;

/// What waits, by the sender of the signals. Whoever has something here has a task that carries it.
#[derive(Debug, Default)]
pub(super) struct Post(Mutex<HashMap<ParticipantId, Bag>>);

/// What waits of one sender.
#[derive(Debug, Default)]
struct Bag {
    letters: VecDeque<Letter>,
    bytes: usize,
}

/// A note for one server.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) server: ServerId,
    pub(super) note: Note,
    /// What the sender hears if nobody gets it.
    pub(super) otherwise: Undeliverable,
}

/// Whether somebody carries the letters of this sender already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Carrier {
    Needed,
    OnTheWay,
}

/// What became of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// The server is gone.
    ByNobody,
    Perhaps,
}

impl Letter {
    fn weight(&self) -> usize {
        match &self.note {
            Note::Signal { payload, .. } => payload.as_str().len(),
            Note::Undeliverable { .. } | Note::Beat => 0,
        }
    }
}

impl Post {
    fn bags(&self) -> MutexGuard<'_, HashMap<ParticipantId, Bag>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, sender: &ParticipantId, letter: Letter) -> Result<Carrier, Undeliverable> {
        let mut bags = self.bags();
        let known = bags.get(sender);
        let (letters, bytes) = known.map_or((0, 0), |bag| (bag.letters.len(), bag.bytes));
        let bytes = bytes.saturating_add(letter.weight());
        if letters >= LETTERS || bytes > BYTES {
            return Err(letter.otherwise);
        }
        let carrier = known.map_or(Carrier::Needed, |_| Carrier::OnTheWay);
        let bag = bags.entry(sender.clone()).or_default();
        bag.bytes = bytes;
        bag.letters.push_back(letter);
        Ok(carrier)
    }

    /// How many senders have something here.
    #[cfg(test)]
    pub(super) fn senders(&self) -> usize {
        self.bags().len()
    }

    /// The next letter; when there is none, whoever carried them is no longer on the way.
    fn take(&self, sender: &ParticipantId) -> Option<Letter> {
        let mut bags = self.bags();
        let bag = bags.get_mut(sender)?;
        let letter = bag.letters.pop_front();
        match &letter {
            Some(letter) => bag.bytes = bag.bytes.saturating_sub(letter.weight()),
            None => drop(bags.remove(sender)),
        }
        letter
    }

    /// Everything that waits; whoever carried it is no longer on the way.
    fn take_all(&self, sender: &ParticipantId) -> VecDeque<Letter> {
        self.bags().remove(sender).unwrap_or_default().letters
    }
}

impl Shared {
    /// Hands a letter over that is about a signal of this sender.
    ///
    /// # Errors
    ///
    /// So much waits already that there is no room for it.
    pub(super) fn post(
        self: &Arc<Self>,
        sender: &ParticipantId,
        letter: Letter,
    ) -> Result<(), Undeliverable> {
        if self.post.put(sender, letter)? == Carrier::Needed {
            let carrying = Arc::clone(self).carry(sender.clone());
            self.tasks.spawn(carrying);
        }
        Ok(())
    }

    /// Carries what waits. What is behind a letter that Redis did not take has waited in vain, too.
    async fn carry(self: Arc<Self>, sender: ParticipantId) {
        while let Some(letter) = self.post.take(&sender) {
            match self.send(&letter.server, &letter.note).await {
                Ok(Heard::Perhaps) => {}
                Ok(Heard::ByNobody) => self.give_back(letter),
                Err(error) => {
                    let rest = self.post.take_all(&sender);
                    warn!(%error, letters = rest.len() + 1, "signals to other servers are lost");
                    self.give_back(letter);
                    rest.into_iter().for_each(|letter| self.give_back(letter));
                    return;
                }
            }
        }
    }

    /// Tells the sender of a signal that nobody got it.
    fn give_back(&self, letter: Letter) {
        if let Note::Signal { room, from, to, .. } = letter.note
            && let Ok(outbox) = self.outbox_of(&room, &from)
        {
            let reason = letter.otherwise;
            outbox.push(ServerMessage::Undeliverable { to, reason });
        }
    }

    /// Sends a note to one server.
    pub(super) async fn send(&self, server: &ServerId, note: &Note) -> Result<Heard, StoreError> {
        let mut publish = redis::cmd("PUBLISH");
        publish
            .arg(keys::inbox(server))
            .arg(serde_json::to_string(note)?);
        let listeners: u64 = publish.query_async(&mut self.commands.clone()).await?;
        Ok(if listeners == 0 && self.commands.counts_listeners() {
            Heard::ByNobody
        } else {
            Heard::Perhaps
        })
    }
}
