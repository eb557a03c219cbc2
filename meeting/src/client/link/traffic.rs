//! What crosses the connection, and what follows from that.

use std::time::Duration;

use super::{Link, Path};
use crate::client::{Action, ConnectionKey};
use crate::conversation::{MediaState, Report};
use crate::id::ParticipantId;
use crate::liveness::{Traffic, Verdict};
use crate::time::Timestamp;

/// How long after a connection was built anew because a track was stuck the next may be; doubles
/// each time. Building anew interrupts everything else on the connection.
const STUCK_PAUSE: Duration = Duration::from_secs(30);

/// Samples in which nothing was missed, though nothing came, after which a connection is a success.
const CALM: u8 = 120;
/// Samples after which a channel that was closed, on a connection that is up, stays so for good.
const CHANNEL_LOST: u8 = 6;

/// The data channel of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    Opening,
    Open,
    /// Closed, and so many samples of the traffic were taken since.
    Closed {
        samples: u8,
    },
}

impl Channel {
    /// Whether it was closed for another reason than the end of the connection.
    const fn is_lost(self) -> bool {
        matches!(self, Self::Closed { samples } if samples >= CHANNEL_LOST)
    }

    const fn age(&mut self) {
        if let Self::Closed { samples } = self {
            *samples = samples.saturating_add(1);
        }
    }
}

/// When a stuck track may be reason enough for a new connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unstick {
    not_before: Timestamp,
    /// The pause after the next time.
    pause: Duration,
}

impl Unstick {
    pub(super) const fn new(now: Timestamp) -> Self {
        Self {
            not_before: now,
            pause: STUCK_PAUSE,
        }
    }
}

impl Link {
    /// Takes a sample of the traffic. `claimed` is what those whom it carries say that they have
    /// turned on.
    pub(in crate::client) fn on_traffic(
        &mut self,
        now: Timestamp,
        traffic: &Traffic,
        claimed: MediaState,
        next_key: impl FnOnce() -> ConnectionKey,
        actions: &mut impl Extend<Action>,
    ) {
        self.liveness.on_traffic(traffic, claimed);
        let (verdict, arrives) = (self.liveness.verdict(), self.liveness.arrives());
        self.note_calm(verdict);
        let bytes = traffic.bytes_received;
        let step = self.recovery.on_sample(now, verdict, arrives, bytes);
        if self.recovery.is_restarting() && verdict == Verdict::Quiet {
            self.liveness.repeat_report();
        }
        if verdict == Verdict::Stuck || self.channel.is_lost() {
            self.unstick(now);
        }
        self.channel.age();
        self.take_step(now, step, next_key, actions);
    }

    /// A transport that comes up and carries nothing is no success; one on which media arrive, or
    /// nothing is missed for a minute, is.
    fn note_calm(&mut self, verdict: Verdict) {
        self.calm = match verdict {
            Verdict::Flowing => CALM,
            Verdict::Quiet if self.is_connected() => self.calm.saturating_add(1),
            _ => 0,
        };
        if self.calm >= CALM {
            self.failures = 0;
        }
    }

    /// A restart would not help a track that is stuck while others are not, nor a channel that was
    /// closed. A new connection takes the server, so without it what still works is kept.
    fn unstick(&mut self, now: Timestamp) {
        let it = &mut self.unstick;
        if self.recovery.is_connected() && self.path == Some(Path::Socket) && it.not_before <= now {
            it.not_before = now + it.pause;
            it.pause = it.pause.saturating_mul(2);
            self.recovery.on_stuck(now);
        }
    }

    /// Whether anything arrived between the last two samples of the traffic.
    pub(in crate::client) fn arrives(&self) -> bool {
        self.liveness.arrives()
    }

    pub(in crate::client) const fn on_report(&mut self, report: Report) {
        self.liveness.on_report(report);
    }

    /// What the far end has to be told of what crosses the connection.
    pub(in crate::client) fn poll_report(&mut self) -> Option<Report> {
        if !self.channel_is_open() {
            return None;
        }
        self.liveness.poll_report()
    }

    /// Whether the far end receives this end's microphone, as far as is known.
    pub(in crate::client) fn is_heard(&self) -> bool {
        self.recovery.is_connected() && self.liveness.is_heard()
    }

    pub(in crate::client) fn on_channel_opened(&mut self) {
        self.channel = Channel::Open;
        self.greeted.clear();
        self.liveness.on_channel_opened();
    }

    /// Takes note that somebody has said what they have of the chat. False when they had before.
    pub(in crate::client) fn greet(&mut self, id: &ParticipantId) -> bool {
        self.greeted.insert(id.clone(), ()).is_none()
    }

    /// Whether somebody there may be sent what is new.
    pub(in crate::client) fn is_greeted(&self) -> bool {
        !self.greeted.is_empty()
    }

    /// Takes note that something came in the name of somebody whom it does not carry. False when
    /// that has happened before.
    pub(in crate::client) const fn note_forgery(&mut self) -> bool {
        !std::mem::replace(&mut self.has_forged, true)
    }

    pub(in crate::client) const fn on_channel_closed(&mut self) {
        self.channel = Channel::Closed { samples: 0 };
    }
}
