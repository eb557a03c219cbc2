//! The seat of somebody whom this server holds in a room.

use std::time::Instant;

use meeting::signaling::{LeaveReason, Undeliverable};

use crate::Outbox;
use crate::redis::record::{Entry, OwnEntry, ServerId};

/// Somebody who is about to get a seat.
#[derive(Debug)]
pub(crate) struct Newcomer {
    pub(crate) own: OwnEntry,
    pub(crate) outbox: Outbox,
    /// The last sequence number that they received before.
    pub(crate) seen: u64,
}

/// The seat of somebody whom this server has to answer for.
#[derive(Debug)]
pub(crate) struct HeldSeat {
    pub(crate) own: OwnEntry,
    pub(crate) outbox: Outbox,
    pub(crate) socket: Socket,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Socket {
    Live,
    Lost {
        /// When the grace period ends by this server's clock.
        until: Instant,
    },
}

/// Somebody who left from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Departure {
    /// The generation of the seat that they had.
    pub(crate) generation: u64,
    pub(crate) reason: LeaveReason,
}

/// Where the recipient of a signal is.
#[derive(Debug)]
pub(crate) enum Recipient {
    Here(Outbox),
    There {
        server: ServerId,
        /// What to say when nobody is there.
        otherwise: Undeliverable,
    },
}

impl HeldSeat {
    pub(crate) fn generation(&self) -> u64 {
        self.own.entry.generation
    }

    /// How Redis shall have it, where it had `known`; nothing when the grace period is over.
    pub(crate) fn record(&self, now: Instant, known: Option<&Entry>) -> Option<OwnEntry> {
        let mut own = self.own.clone();
        own.remembered = known.map(|known| known.rest.clone()).unwrap_or_default();
        if let Socket::Lost { until } = self.socket {
            let left = until
                .checked_duration_since(now)
                .filter(|left| !left.is_zero())?;
            own.remaining = Some(u64::try_from(left.as_millis()).unwrap_or_default());
        }
        Some(own)
    }
}
