//! Somebody whom this server holds in a room.

use meeting::signaling::Undeliverable;
use tokio::time::Instant;

use super::super::Outbox;
use super::record::{OwnEntry, ServerId};

/// Somebody who is about to get a place.
#[derive(Debug)]
pub(super) struct Newcomer {
    pub(super) own: OwnEntry,
    pub(super) outbox: Outbox,
    /// The last sequence number that they received before.
    pub(super) seen: u64,
}

#[derive(Debug)]
pub(super) struct Session {
    pub(super) own: OwnEntry,
    pub(super) outbox: Outbox,
    pub(super) socket: Socket,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Socket {
    Live,
    Lost {
        /// When the grace period ends by this server's clock.
        until: Instant,
    },
    /// Over, because they have come back here; the new session is about to be registered, and may
    /// have to say again what this one said.
    Succeeded,
}

/// Where a signal goes.
#[derive(Debug)]
pub(super) enum Route {
    Here(Outbox),
    There {
        server: ServerId,
        /// What to say when nobody is there.
        otherwise: Undeliverable,
    },
}

impl Session {
    /// How Redis shall have it; nothing when the session is over.
    pub(super) fn held(&self, now: Instant) -> Option<OwnEntry> {
        let mut own = self.own.clone();
        match self.socket {
            Socket::Live => {}
            Socket::Lost { until } => {
                let left = until
                    .checked_duration_since(now)
                    .filter(|left| !left.is_zero())?;
                own.remaining = Some(u64::try_from(left.as_millis()).unwrap_or_default());
            }
            Socket::Succeeded => return None,
        }
        Some(own)
    }
}
