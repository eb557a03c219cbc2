//! One try after the other: how long a socket may take to open, and how long to wait for the next.

use std::time::Duration;

use crate::backoff;
use crate::time::Timestamp;

use super::{Obstacle, Session, SessionAction, SessionState, SetUp};

/// How long a socket may take to open and to answer `join`, the first time.
pub(super) const SET_UP: Duration = Duration::from_secs(10);
/// How long one may take to open when coming back, beside [`HANDSHAKE`] round trips and a little
/// more with each try. What is lost in a network that is away for a moment is sent again only after
/// ever longer pauses, so a new try finds the way sooner.
const RETURN: Duration = Duration::from_secs(3);
/// Round trips until a socket is open: those of TCP, TLS and HTTP, and half as many again.
const HANDSHAKE: u32 = 6;
/// How much longer a socket may take with each try, and up to how many of them.
const MORE_PATIENCE: (Duration, u32) = (Duration::from_millis(250), 4);

impl Session {
    pub(super) fn open(&mut self, now: Timestamp, hurried: bool) -> SessionAction {
        self.attempt.number = self.attempt.number.wrapping_add(1);
        self.last_error = None;
        let patience = if self.was_joined {
            let (more, tries) = MORE_PATIENCE;
            let more = more.saturating_mul(self.tries.min(tries));
            SET_UP.min(RETURN + self.round_trip.saturating_mul(HANDSHAKE) + more)
        } else {
            SET_UP
        };
        self.state = SessionState::SettingUp {
            since: now,
            deadline: now + patience,
            step: SetUp::Opening {
                hurried,
                hindered: None,
            },
        };
        SessionAction::Open(self.socket())
    }

    /// Something answers at the server's address that there may be no socket. Sockets may pass all
    /// the same, so this matters only to one that does not open.
    pub(in crate::client) const fn on_hindered(&mut self, obstacle: Obstacle) {
        if let SessionState::SettingUp {
            step: SetUp::Opening { hindered, .. },
            ..
        } = &mut self.state
        {
            *hindered = Some(obstacle);
        }
    }

    pub(super) fn give_up(&mut self, now: Timestamp) -> SessionAction {
        let socket = self.socket();
        self.meet(self.why_nothing_came());
        self.wait(now, None);
        SessionAction::Close(socket)
    }

    /// Why a socket is given up: there was no answer in time, or it was asked for.
    const fn why_nothing_came(&self) -> Obstacle {
        match self.state {
            SessionState::Joined {
                leave_at: Some(_), ..
            } => Obstacle::Busy,
            SessionState::SettingUp {
                step:
                    SetUp::Opening {
                        hindered: Some(obstacle),
                        ..
                    },
                ..
            } => obstacle,
            _ => Obstacle::Unreachable,
        }
    }

    pub(super) fn wait(&mut self, now: Timestamp, at_least: Option<Duration>) {
        if self.was_joined {
            self.lost_at.get_or_insert(now);
        }
        let mut delay = backoff::reconnect_delay(self.tries, self.jitter.next_u64());
        if let SessionState::SettingUp { since, .. } = self.state {
            // What counts is the time between two tries, and this one may have taken long.
            let first = backoff::reconnect_delay(0, self.jitter.next_u64());
            delay = delay.saturating_sub(now.since(since)).max(first.min(delay));
        }
        self.tries = self.tries.saturating_add(1);
        self.state = SessionState::Waiting {
            until: now + delay.max(at_least.unwrap_or_default()),
            hurried: false,
        };
    }
}
