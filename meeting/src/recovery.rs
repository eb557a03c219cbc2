//! When to restart ICE and when to build a new connection: the recovery ladder.
//!
//! 1. `disconnected`: look at the bytes received after 2.5 s. They flow: wait. They do not: the
//!    impolite end restarts ICE ([RFC 8445 §9](https://www.rfc-editor.org/rfc/rfc8445#section-9)).
//! 2. `failed`: restart ICE at once.
//! 3. Not connected 8 s later: a new peer connection. Firefox has been seen not to come back from
//!    `failed` by a restart.
//! 4. After two of those, only through the relay; and trying goes on.

use std::time::Duration;

use crate::time::Timestamp;

/// How long `disconnected` may last before the bytes are looked at.
const DOUBT: Duration = Duration::from_millis(2500);
/// How long an ICE restart may take.
const RESTART: Duration = Duration::from_secs(8);
/// How long a new connection may take, the first time.
const SET_UP: Duration = Duration::from_secs(12);
/// How long a new connection may take at most before the next one is tried.
const SET_UP_CAP: Duration = Duration::from_secs(30);
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
    /// Up.
    Connected,
    /// Nothing was heard for a moment.
    Disconnected,
    /// Given up by the browser.
    Failed,
    /// Closed.
    Closed,
}

/// What to do about a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Call `restartIce`; `negotiationneeded` follows.
    RestartIce,
    /// Close this connection and build the next one.
    Rebuild,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
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
    phase: Phase,
    received: u64,
    pause: Duration,
}

impl Recovery {
    /// Begins to watch a connection that is being set up now, after `failures` others to the
    /// same person failed in a row.
    pub fn new(now: Timestamp, polite: bool, failures: u32) -> Self {
        let patience = SET_UP
            .saturating_mul(failures.saturating_add(1))
            .min(SET_UP_CAP);
        Self {
            polite,
            phase: Phase::SettingUp {
                deadline: now + patience,
            },
            received: 0,
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
        matches!(self.phase, Phase::Connected | Phase::Doubtful { .. })
    }

    /// A browser call failed for good, or the far end does not take what it is sent.
    pub fn on_broken(&mut self, now: Timestamp) {
        if !matches!(self.phase, Phase::GivenUp { .. } | Phase::Over) {
            self.phase = Phase::GivenUp {
                rebuild_at: now + self.pause,
            };
        }
    }

    /// Takes the number of bytes received so far.
    pub const fn on_bytes_received(&mut self, received: u64) {
        self.received = received;
    }

    /// Takes the browser's state of the connection.
    pub fn on_transport(&mut self, now: Timestamp, state: TransportState) -> Option<Step> {
        match state {
            TransportState::Connected => {
                if !matches!(self.phase, Phase::GivenUp { .. }) {
                    self.phase = Phase::Connected;
                }
                None
            }
            TransportState::Disconnected if self.phase == Phase::Connected => {
                self.phase = Phase::Doubtful {
                    check_at: now + DOUBT,
                    received: self.received,
                };
                None
            }
            TransportState::Failed => self.on_failed(now),
            TransportState::New
            | TransportState::Connecting
            | TransportState::Disconnected
            | TransportState::Closed => None,
        }
    }

    /// The far end cannot be reached at all for now, so the set-up cannot have begun.
    pub fn postpone(&mut self, now: Timestamp) {
        if let Phase::SettingUp { deadline } = &mut self.phase {
            *deadline = now + SET_UP;
        }
    }

    /// What is due now.
    pub fn poll(&mut self, now: Timestamp) -> Option<Step> {
        match self.phase {
            Phase::SettingUp { deadline: due }
            | Phase::Restarting { deadline: due }
            | Phase::GivenUp { rebuild_at: due }
                if due <= now =>
            {
                self.phase = Phase::Over;
                Some(Step::Rebuild)
            }
            Phase::Doubtful { check_at, received } if check_at <= now => {
                if self.received > received {
                    self.phase = Phase::Doubtful {
                        check_at: now + DOUBT,
                        received: self.received,
                    };
                    return None;
                }
                self.phase = Phase::Restarting {
                    deadline: now + RESTART,
                };
                // One end is enough, and one exchange at a time; the polite end's deadline runs
                // all the same.
                (!self.polite).then_some(Step::RestartIce)
            }
            _ => None,
        }
    }

    /// When to poll again.
    pub const fn poll_timeout(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::SettingUp { deadline } | Phase::Restarting { deadline } => Some(deadline),
            Phase::Doubtful { check_at, .. } => Some(check_at),
            Phase::GivenUp { rebuild_at } => Some(rebuild_at),
            Phase::Connected | Phase::Over => None,
        }
    }

    fn on_failed(&mut self, now: Timestamp) -> Option<Step> {
        match self.phase {
            Phase::Connected | Phase::Doubtful { .. } => {
                self.phase = Phase::Restarting {
                    deadline: now + RESTART,
                };
                Some(Step::RestartIce)
            }
            Phase::SettingUp { .. } => {
                self.on_broken(now);
                None
            }
            Phase::Restarting { .. } | Phase::GivenUp { .. } | Phase::Over => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn connected(polite: bool) -> Recovery {
        let mut recovery = Recovery::new(at(0), polite, 0);
        assert_eq!(
            recovery.on_transport(at(500), TransportState::Connected),
            None
        );
        recovery
    }

    #[test]
    fn a_hiccup_with_bytes_still_flowing_is_left_alone() {
        let mut recovery = connected(false);
        recovery.on_bytes_received(1000);
        recovery.on_transport(at(1000), TransportState::Disconnected);
        recovery.on_bytes_received(2000);
        assert_eq!(recovery.poll(at(3500)), None);
        assert_eq!(
            recovery.poll_timeout(),
            Some(at(6000)),
            "it is looked at again"
        );
    }

    #[test]
    fn a_stalled_connection_is_restarted_by_the_impolite_end_only() {
        for (polite, step) in [(false, Some(Step::RestartIce)), (true, None)] {
            let mut recovery = connected(polite);
            recovery.on_transport(at(1000), TransportState::Disconnected);
            assert_eq!(recovery.poll(at(3499)), None);
            assert_eq!(recovery.poll(at(3500)), step);
        }
    }

    #[test]
    fn a_failed_connection_is_restarted_at_once_and_replaced_eight_seconds_later() {
        let mut recovery = connected(true);
        assert_eq!(
            recovery.on_transport(at(1000), TransportState::Failed),
            Some(Step::RestartIce)
        );
        assert_eq!(
            recovery.on_transport(at(2000), TransportState::Failed),
            None
        );
        assert_eq!(recovery.poll(at(8999)), None);
        assert_eq!(recovery.poll(at(9000)), Some(Step::Rebuild));
        assert_eq!(recovery.poll(at(20000)), None, "once");
    }

    #[test]
    fn a_restart_that_succeeds_ends_the_alarm() {
        let mut recovery = connected(false);
        recovery.on_transport(at(1000), TransportState::Failed);
        recovery.on_transport(at(2000), TransportState::Connected);
        assert_eq!(recovery.poll_timeout(), None);
    }

    #[test]
    fn a_connection_that_never_comes_up_is_replaced_with_growing_patience() {
        let mut deadlines = Vec::new();
        for failures in 0..4 {
            deadlines.push(Recovery::new(at(0), true, failures).poll_timeout().unwrap());
        }
        assert_eq!(deadlines, [at(12_000), at(24_000), at(30_000), at(30_000)]);
    }

    /// A connection that broke each time used to be rebuilt as fast as the machine could.
    #[test]
    fn a_connection_that_breaks_each_time_is_rebuilt_ever_more_rarely() {
        for (failures, pause) in [(0, 500), (1, 1000), (3, 4000), (30, 30_000)] {
            let mut recovery = Recovery::new(at(0), false, failures);
            recovery.on_broken(at(100));
            recovery.on_broken(at(200));
            assert_eq!(recovery.poll_timeout(), Some(at(100 + pause)));
            assert_eq!(recovery.poll(at(99 + pause)), None);
            assert_eq!(recovery.poll(at(100 + pause)), Some(Step::Rebuild));
        }
    }

    #[test]
    fn the_relay_is_tried_after_two_failures_and_then_every_other_time() {
        let relay: Vec<bool> = (0..6).map(Recovery::wants_relay_only).collect();
        assert_eq!(relay, [false, false, true, false, true, false]);
    }
}
