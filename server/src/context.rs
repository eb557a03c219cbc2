//! What a session needs of the server around it.

use std::fmt;
use std::time::Duration;

use store::Store;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, Rate, Timing};
use crate::ending::Ending;
use crate::ice_servers::IceServerList;
use crate::refusal::Refusals;
use crate::turned_away::{Turned, TurnedAway};
use crate::wire::{self, Wire};

/// The server around its sessions.
pub struct Context {
    pub(crate) store: Store,
    /// The versions of the protocol, the newest first.
    pub(crate) spoken: &'static [&'static Wire],
    pub(crate) ice: IceServerList,
    pub(crate) capacity: u32,
    pub(crate) timing: Timing,
    pub(crate) rate: Rate,
    pub(crate) refusals: Refusals,
    pub(crate) turned_away: TurnedAway,
    /// The time over which browsers are asked to spread their departure.
    pub(crate) spread: Duration,
    /// Cancelled when the server asks everybody to go.
    pub(crate) drain: CancellationToken,
    /// Cancelled when the server stops.
    pub(crate) stop: CancellationToken,
}

impl Context {
    /// The server that the operator configured.
    pub fn new(config: &Config, store: Store, spread: Duration) -> Self {
        Self {
            store,
            spoken: wire::SPOKEN,
            ice: config.ice_servers(),
            capacity: config.capacity,
            timing: config.timing,
            rate: config.rate,
            refusals: Refusals::default(),
            turned_away: TurnedAway::default(),
            spread,
            drain: CancellationToken::new(),
            stop: CancellationToken::new(),
        }
    }

    /// The same server, speaking these versions of the protocol, the newest first.
    pub fn speaking(self, spoken: &'static [&'static Wire]) -> Self {
        Self { spoken, ..self }
    }

    /// Where the rooms are.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Asks everybody to go, and lets nobody in any more.
    pub fn ask_to_go(&self) {
        self.drain.cancel();
    }

    /// Ends every session.
    pub fn end_sessions(&self) {
        self.drain.cancel();
        self.stop.cancel();
    }

    /// Tells the operator why somebody was not let in. Who went away, or is asked to come back to
    /// the next server, was not turned away.
    pub(crate) fn note_not_let_in(&self, ending: Ending) {
        if let Some(reason) = ending.reason() {
            self.turned_away.note(Turned::NotLetIn(reason));
        }
    }

    /// Tells the operator why somebody who was in is sent away, if they broke a rule. That sockets
    /// are lost and found again is no news.
    pub(crate) fn note_sent_away(&self, ending: Ending) {
        if let Some(reason) = ending.breach() {
            self.turned_away.note(Turned::SentAway(reason));
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Context").finish_non_exhaustive()
    }
}
