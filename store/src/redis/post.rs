//! Notes on their way to other servers.
//!
//! Nobody waits here for Redis: whoever hands a note over goes on at once, and hears it through
//! their outbox when it could not be carried. The notes about one sender's signals to one server go
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

use super::record::{Note, ServerId};
use super::{Shared, StoreError, keys};

/// Letters of one sender that may wait, and the bytes of their signals. With those that are carried
/// half of what may wait for their socket, so that all of them can be given back at once.
const LETTERS: usize = limits::OUTBOUND_MESSAGES / 2 - 1;
const BYTES: usize = limits::OUTBOUND_BYTES / 2;

/// What waits, by the sender of the signals.
#[derive(Debug, Default)]
pub(super) struct Post(Mutex<HashMap<ParticipantId, Bag>>);

/// What waits of one sender. Whatever waits for a server has a task that carries it.
#[derive(Debug, Default)]
struct Bag {
    waiting: BTreeMap<ServerId, VecDeque<Letter>>,
    letters: usize,
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

/// Whether somebody carries the letters of this sender to this server already.
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
            Note::Undeliverable { .. } | Note::Beat | Note::Unknown => 0,
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
        let (letters, bytes) = known.map_or((0, 0), |bag| (bag.letters, bag.bytes));
        let bytes = bytes.saturating_add(letter.weight());
        if letters >= LETTERS || bytes > BYTES {
            return Err(letter.otherwise);
        }
        let bag = bags.entry(sender.clone()).or_default();
        (bag.letters, bag.bytes) = (letters + 1, bytes);
        Ok(match bag.waiting.entry(letter.server.clone()) {
            Entry::Vacant(place) => {
                place.insert(VecDeque::from([letter]));
                Carrier::Needed
            }
            Entry::Occupied(mut waiting) => {
                waiting.get_mut().push_back(letter);
                Carrier::OnTheWay
            }
        })
    }

    /// How many senders have something here.
    pub(super) fn senders(&self) -> usize {
        self.bags().len()
    }

    /// The next letter for a server; when there is none, whoever carried them is no longer on the
    /// way.
    fn take(&self, sender: &ParticipantId, server: &ServerId) -> Option<Letter> {
        let mut bags = self.bags();
        let bag = bags.get_mut(sender)?;
        let letter = bag.waiting.get_mut(server).and_then(VecDeque::pop_front);
        match &letter {
            Some(letter) => bag.forget([letter]),
            None => drop(bag.waiting.remove(server)),
        }
        if bag.waiting.is_empty() {
            bags.remove(sender);
        }
        letter
    }

    /// Everything that waits for a server; whoever carried it is no longer on the way.
    fn take_all(&self, sender: &ParticipantId, server: &ServerId) -> VecDeque<Letter> {
        let mut bags = self.bags();
        let Some(bag) = bags.get_mut(sender) else {
            return VecDeque::new();
        };
        let letters = bag.waiting.remove(server).unwrap_or_default();
        bag.forget(&letters);
        if bag.waiting.is_empty() {
            bags.remove(sender);
        }
        letters
    }
}

impl Bag {
    /// These wait no more.
    fn forget<'a>(&mut self, letters: impl IntoIterator<Item = &'a Letter>) {
        for letter in letters {
            self.letters = self.letters.saturating_sub(1);
            self.bytes = self.bytes.saturating_sub(letter.weight());
        }
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
        let server = letter.server.clone();
        if self.post.put(sender, letter)? == Carrier::Needed {
            let carrying = Arc::clone(self).carry(sender.clone(), server);
            self.runtime.spawn(carrying.boxed());
        }
        Ok(())
    }

    /// Carries what waits. What is behind a letter that Redis did not take has waited in vain, too.
    async fn carry(self: Arc<Self>, sender: ParticipantId, server: ServerId) {
        while let Some(letter) = self.post.take(&sender, &server) {
            match self.send(&letter.server, &letter.note).await {
                Ok(Heard::Perhaps) => {}
                Ok(Heard::ByNobody) => self.give_back(letter),
                Err(error) => {
                    let rest = self.post.take_all(&sender, &server);
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
        Ok(if listeners == 0 && self.counts_listeners {
            Heard::ByNobody
        } else {
            Heard::Perhaps
        })
    }
}
