//! When to restart ICE and when to build a new connection: the recovery ladder.
//!
//! 1. `disconnected`: look at the bytes received after 2.5 s. They flow: wait. They do not, or the
//!    far end sends media and nothing arrives: the impolite end restarts ICE
//!    ([RFC 8445 §9](https://www.rfc-editor.org/rfc/rfc8445#section-9)). An end whose own network
//!    has changed does so at once.
//! 2. `failed`: restart ICE at once.
//! 3. Not connected 8 s later, or `failed` in the middle of a restart: a new peer connection. Firefox
//!    has been seen not to come back from `failed` by a restart.
//! 4. After two of those, only through the relay; and trying goes on.
//!
//! While the two ends have no way to exchange signals, the clock of the ladder stands still: a
//! restart that nobody hears of is no attempt.

use std::time::Duration;

use crate::liveness::Verdict;
use crate::time::Timestamp;

/// How long `disconnected` may last before the bytes are looked at.
const DOUBT: Duration = Duration::from_millis(2500);
/// How long an ICE restart may take.
const RESTART: Duration = Duration::from_secs(8);
/// How long a new connection may take.
const SET_UP: Duration = Duration::from_secs(12);
/// How long either may take at most; both grow with each failure in a row.
const PATIENCE_CAP: Duration = Duration::from_secs(30);
/// The pause before a connection that broke is built anew; doubles with each failure in a row.
const PAUSE: Duration = Duration::from_millis(500);
const PAUSE_CAP: Duration = Duration::from_secs(30);
/// Failed connections after which only the relay is tried, every other time.
const RELAY_AFTER: u32 = 2;
/// Failed connections after which the person is told.
const TELL_AFTER: u32 = 3;

/// The browser's
/// [`RTCPeerConnectionState`](https://www.w3.org/TR/webrtc/#dom-rtcpeerconnectionstate).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportState {
    /// Nothing has begun.
    New,
    /// Being set up.
    Connecting,
    /// Packets can cross it.
    Connected,
    /// Nothing was heard for a moment.
    Disconnected,
    /// Given up by the browser.
    Failed,
    /// Ended for good, by this page.
    Closed,
}

/// What to do about a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Call `restartIce`; `negotiationneeded` follows.
    RestartIce,
    /// The connection is well again, and the far end has missed something.
    Refresh,
    /// Close this connection and build the next one.
    Rebuild,
}

/// Who was away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// This end.
    Own,
    /// The far end.
    Theirs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RecoveryState {
    /// Never connected; the deadline is for the set-up.
    SettingUp {
        deadline: Timestamp,
    },
    Connected,
    /// `disconnected`: bytes are compared at `check_at` with what they were.
    Doubtful {
        check_at: Timestamp,
        received: u64,
    },
    /// A restart is under way, by this end or the other.
    Restarting {
        deadline: Timestamp,
        /// Samples of the traffic taken since.
        samples: u8,
        /// What had been received when it began.
        received: u64,
    },
    /// Beyond repair; the next connection is built after a pause, so that one that breaks each
    /// time costs little.
    GivenUp {
        rebuild_at: Timestamp,
    },
    /// A rebuild was asked for.
    Over,
}

/// Watches over one peer connection.
#[derive(Debug)]
pub struct Recovery {
    polite: bool,
    state: RecoveryState,
    /// What the browser said last.
    transport: TransportState,
    received: u64,
    /// How long the set-up may take.
    set_up: Duration,
    /// How long a restart may take.
    restart: Duration,
    pause: Duration,
}

impl Recovery {
    /// Begins to watch a connection that is being set up now, after `failures` others to the
    /// same person failed in a row.
    pub fn new(now: Timestamp, polite: bool, failures: u32) -> Self {
        let longer = |patience: Duration| {
            let patience = patience.saturating_mul(failures.saturating_add(1));
            patience.min(PATIENCE_CAP)
        };
        Self {
            polite,
            state: RecoveryState::SettingUp {
                deadline: now + longer(SET_UP),
            },
            transport: TransportState::New,
            received: 0,
            set_up: longer(SET_UP),
            restart: longer(RESTART),
            pause: PAUSE
                .saturating_mul(1u32.checked_shl(failures).unwrap_or(u32::MAX))
                .min(PAUSE_CAP),
        }
    }

    /// Whether, after `failures` failed connections in a row, the next uses the relay only.
    pub const fn wants_relay_only(failures: u32) -> bool {
        failures >= RELAY_AFTER && failures.is_multiple_of(2)
    }

    /// Whether, after `failures` failed connections in a row, the person should be told.
    pub const fn is_hopeless(failures: u32) -> bool {
        failures >= TELL_AFTER
    }

    /// Whether the connection carries media now, as far as is known.
    pub const fn is_connected(&self) -> bool {
        matches!(
            self.state,
            RecoveryState::Connected | RecoveryState::Doubtful { .. }
        )
    }

    /// A browser call failed for good, or the far end does not take what it is sent.
    pub fn on_broken(&mut self, now: Timestamp) {
        if !matches!(
            self.state,
            RecoveryState::GivenUp { .. } | RecoveryState::Over
        ) {
            self.state = RecoveryState::GivenUp {
                rebuild_at: now + self.pause,
            };
        }
    }

    /// Takes a sample of the traffic: what it means, whether media arrived since the one before,
    /// and how many bytes of any kind have arrived so far.
    pub fn on_sample(
        &mut self,
        now: Timestamp,
        verdict: Verdict,
        arrives: bool,
        received: u64,
    ) -> Option<Step> {
        self.received = self.received.max(received);
        match verdict {
            Verdict::Silent => return self.on_silence(now),
            Verdict::Unheard if self.is_connected() => return self.impolite(Step::RestartIce),
            Verdict::Unheard | Verdict::Flowing | Verdict::Quiet | Verdict::Stuck => {}
        }
        let RecoveryState::Restarting {
            samples, received, ..
        } = &mut self.state
        else {
            return None;
        };
        *samples = samples.saturating_add(1);
        let works = match verdict {
            Verdict::Quiet => self.received > *received,
            Verdict::Flowing | Verdict::Stuck => arrives,
            Verdict::Silent | Verdict::Unheard => false,
        };
        // What the first sample shows may have come before the restart.
        let is_over = *samples > 1 && works && self.transport == TransportState::Connected;
        is_over.then(|| {
            self.state = RecoveryState::Connected;
            Step::Refresh
        })
    }

    /// Whether a restart is under way.
    pub const fn is_restarting(&self) -> bool {
        matches!(self.state, RecoveryState::Restarting { .. })
    }

    /// Takes the browser's state of the connection.
    pub fn on_transport(&mut self, now: Timestamp, state: TransportState) -> Option<Step> {
        let before = std::mem::replace(&mut self.transport, state);
        match state {
            TransportState::Connected => {
                let was_restarting = self.is_restarting();
                if !matches!(self.state, RecoveryState::GivenUp { .. }) {
                    self.state = RecoveryState::Connected;
                }
                was_restarting.then_some(Step::Refresh)
            }
            TransportState::Disconnected if self.state == RecoveryState::Connected => {
                self.state = RecoveryState::Doubtful {
                    check_at: now + DOUBT,
                    received: self.received,
                };
                None
            }
            TransportState::Failed if before != state => self.on_failed(now),
            TransportState::New
            | TransportState::Connecting
            | TransportState::Disconnected
            | TransportState::Failed
            | TransportState::Closed => None,
        }
    }

    /// Something of what the far end sends never arrives, and a restart would not help it.
    pub fn on_stuck(&mut self, now: Timestamp) {
        if self.is_connected() {
            self.state = RecoveryState::GivenUp { rebuild_at: now };
        }
    }

    /// This end's network is another one now, so whatever worked may not work any more.
    pub fn on_network_change(&mut self, now: Timestamp) -> Option<Step> {
        let was_up = self.is_connected() || self.is_restarting();
        was_up.then(|| {
            self.begin_restart(now);
            Step::RestartIce
        })
    }

    /// The two ends can exchange signals again, after `whose` absence. What was tried meanwhile
    /// may have come to nothing, or rest on addresses of a network that is gone.
    pub fn on_return(&mut self, now: Timestamp, whose: Whose) -> Option<Step> {
        match self.state {
            RecoveryState::Restarting { .. } | RecoveryState::Doubtful { .. } => {
                if self.transport == TransportState::Failed {
                    self.state = RecoveryState::Over;
                    return Some(Step::Rebuild);
                }
                self.begin_restart(now);
                self.impolite(Step::RestartIce)
            }
            RecoveryState::SettingUp { .. } if whose == Whose::Own => {
                self.postpone(now);
                self.impolite(Step::RestartIce)
            }
            _ => None,
        }
    }

    /// The far end cannot be told anything for now.
    pub fn postpone(&mut self, now: Timestamp) {
        match &mut self.state {
            RecoveryState::SettingUp { deadline } => *deadline = now + self.set_up,
            RecoveryState::Restarting { deadline, .. } => *deadline = now + self.restart,
            RecoveryState::GivenUp { rebuild_at } => *rebuild_at = now + self.pause,
            RecoveryState::Connected | RecoveryState::Doubtful { .. } | RecoveryState::Over => {}
        }
    }

    /// What is due now.
    pub fn poll(&mut self, now: Timestamp) -> Option<Step> {
        match self.state {
            RecoveryState::SettingUp { deadline: due }
            | RecoveryState::Restarting { deadline: due, .. }
            | RecoveryState::GivenUp { rebuild_at: due }
                if due <= now =>
            {
                self.state = RecoveryState::Over;
                Some(Step::Rebuild)
            }
            RecoveryState::Doubtful { check_at, received } if check_at <= now => {
                if self.received > received {
                    self.state = RecoveryState::Doubtful {
                        check_at: now + DOUBT,
                        received: self.received,
                    };
                    return None;
                }
                self.begin_restart(now);
                self.impolite(Step::RestartIce)
            }
            _ => None,
        }
    }

    /// When to poll again.
    pub const fn poll_timeout(&self) -> Option<Timestamp> {
        match self.state {
            RecoveryState::SettingUp { deadline } | RecoveryState::Restarting { deadline, .. } => {
                Some(deadline)
            }
            RecoveryState::Doubtful { check_at, .. } => Some(check_at),
            RecoveryState::GivenUp { rebuild_at } => Some(rebuild_at),
            RecoveryState::Connected | RecoveryState::Over => None,
        }
    }

    fn on_silence(&mut self, now: Timestamp) -> Option<Step> {
        if !self.is_connected() {
            return None;
        }
        self.begin_restart(now);
        self.impolite(Step::RestartIce)
    }

    fn begin_restart(&mut self, now: Timestamp) {
        self.state = RecoveryState::Restarting {
            deadline: now + self.restart,
            samples: 0,
            received: self.received,
        };
    }

    /// One end is enough, and one exchange at a time; the polite end's deadline runs all the same.
    fn impolite(&self, step: Step) -> Option<Step> {
        (!self.polite).then_some(step)
    }

    fn on_failed(&mut self, now: Timestamp) -> Option<Step> {
        match self.state {
            RecoveryState::Connected | RecoveryState::Doubtful { .. } => {
                self.begin_restart(now);
                Some(Step::RestartIce)
            }
            RecoveryState::Restarting {
                ref mut deadline, ..
            } => {
                *deadline = now;
                None
            }
            RecoveryState::SettingUp { .. } => {
                self.on_broken(now);
                None
            }
            RecoveryState::GivenUp { .. } | RecoveryState::Over => None,
        }
    }
}
