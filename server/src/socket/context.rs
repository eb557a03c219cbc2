//! What a socket's task needs of the server around it.

use std::fmt;
use std::time::Duration;

use store::Store;
use tokio_util::sync::CancellationToken;

use super::socket_end::SocketEnd;
use super::turned_away::{Turned, TurnedAway};
use super::wire::{self, Wire};
use crate::refusal::Refusals;
use crate::settings::ice_servers::IceServerList;
use crate::settings::{Rate, Settings, Timing};

/// The server around its sockets.
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
    /// The server as the operator wants it.
    pub fn new(settings: &Settings, store: Store, spread: Duration) -> Self {
        Self {
            store,
            spoken: wire::SPOKEN,
            ice: settings.ice.clone(),
            capacity: u32::try_from(settings.store.capacity).unwrap_or(u32::MAX),
            timing: settings.timing,
            rate: settings.rate,
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

    /// Closes every socket.
    pub fn close_sockets(&self) {
        self.drain.cancel();
        self.stop.cancel();
    }

    /// Tells the operator why somebody was not let in. Who went away, or is asked to come back to
    /// the next server, was not turned away.
    pub(crate) fn note_not_let_in(&self, end: SocketEnd) {
        if let Some(reason) = end.reason() {
            self.turned_away.note(Turned::NotLetIn(reason));
        }
    }

    /// Tells the operator why somebody who was in is sent away, if they broke a rule. That sockets
    /// are lost and found again is no news.
    pub(crate) fn note_sent_away(&self, end: SocketEnd) {
        if let Some(reason) = end.breach() {
            self.turned_away.note(Turned::SentAway(reason));
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Context").finish_non_exhaustive()
    }
}
