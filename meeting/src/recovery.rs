//! When to restart ICE and when to build a new connection: the recovery ladder.
//!
//! 1. `disconnected`: look at the bytes received after 2.5 s. They flow: wait. They do not, or the
//!    far end sends media and nothing arrives: the impolite end restarts ICE
//!    ([RFC 8445 §9](https://www.rfc-editor.org/rfc/rfc8445#section-9)). An end whose own network
//!    has changed does so at once.
//! 2. `failed`: restart ICE at once.
//! 3. Not connected 8 s later: a new peer connection. Firefox has been seen not to come back from
//!    `failed` by a restart.
//! 4. After two of those, only through the relay; and trying goes on.
//!
//! While the two ends have no way to exchange signals, the clock of the ladder stands still: a
//! restart that nobody hears of is no attempt.

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

/// Who was away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// This end.
    Own,
    /// The far end.
    Theirs,
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
    /// What the browser said last.
    transport: TransportState,
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
            transport: TransportState::New,
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
        self.transport = state;
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

    /// The far end sends media, and nothing arrives.
    pub fn on_silence(&mut self, now: Timestamp) -> Option<Step> {
        if !self.is_connected() {
            return None;
        }
        self.restart(now);
        self.impolite(Step::RestartIce)
    }

    /// Something of what the far end sends never arrives, and a restart would not help it.
    pub fn on_stuck(&mut self, now: Timestamp) {
        if self.is_connected() {
            self.phase = Phase::Restarting { deadline: now };
        }
    }

    /// Media arrive. Says whether that ends an alarm: the browser says nothing when a restart that
    /// it did not need succeeds.
    pub fn on_media(&mut self) -> bool {
        let restarting = matches!(self.phase, Phase::Restarting { .. });
        let is_over = restarting && self.transport == TransportState::Connected;
        if is_over {
            self.phase = Phase::Connected;
        }
        is_over
    }

    /// This end's network is another one now, so whatever worked may not work any more.
    pub fn on_network_change(&mut self, now: Timestamp) -> Option<Step> {
        let was_up = self.is_connected() || matches!(self.phase, Phase::Restarting { .. });
        was_up.then(|| {
            self.restart(now);
            Step::RestartIce
        })
    }

    /// The two ends can exchange signals again, after `whose` absence. What was tried meanwhile
    /// may have come to nothing, or rest on addresses of a network that is gone.
    pub fn on_return(&mut self, now: Timestamp, whose: Whose) -> Option<Step> {
        match self.phase {
            Phase::Restarting { .. } | Phase::Doubtful { .. } => {
                if self.transport == TransportState::Failed {
                    self.phase = Phase::Over;
                    return Some(Step::Rebuild);
                }
                self.restart(now);
                self.impolite(Step::RestartIce)
            }
            Phase::SettingUp { .. } if whose == Whose::Own => {
                self.postpone(now);
                self.impolite(Step::RestartIce)
            }
            _ => None,
        }
    }

    /// The far end cannot be told anything for now.
    pub fn postpone(&mut self, now: Timestamp) {
        match &mut self.phase {
            Phase::SettingUp { deadline } => *deadline = now + SET_UP,
            Phase::Restarting { deadline } => *deadline = now + RESTART,
            Phase::GivenUp { rebuild_at } => *rebuild_at = now + self.pause,
            Phase::Connected | Phase::Doubtful { .. } | Phase::Over => {}
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
                self.restart(now);
                self.impolite(Step::RestartIce)
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

    fn restart(&mut self, now: Timestamp) {
        self.phase = Phase::Restarting {
            deadline: now + RESTART,
        };
    }

    /// One end is enough, and one exchange at a time; the polite end's deadline runs all the same.
    fn impolite(&self, step: Step) -> Option<Step> {
        (!self.polite).then_some(step)
    }

    fn on_failed(&mut self, now: Timestamp) -> Option<Step> {
        match self.phase {
            Phase::Connected | Phase::Doubtful { .. } => {
                self.restart(now);
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
    fn silence_is_met_like_a_stall_and_only_once() {
        for (polite, step) in [(false, Some(Step::RestartIce)), (true, None)] {
            let mut recovery = connected(polite);
            assert_eq!(recovery.on_silence(at(1000)), step);
            assert_eq!(recovery.on_silence(at(1500)), None);
            assert!(!recovery.is_connected());
            assert_eq!(recovery.poll(at(9000)), Some(Step::Rebuild));
        }
    }

    /// The browser stays `connected` through a restart that it did not need, and says nothing.
    #[test]
    fn media_that_arrive_again_end_the_alarm_if_the_browser_never_had_doubts() {
        let mut recovery = connected(false);
        recovery.on_silence(at(1000));
        assert!(recovery.on_media() && recovery.is_connected());
        assert!(!recovery.on_media(), "once");
        recovery.on_transport(at(2000), TransportState::Failed);
        assert!(!recovery.on_media() && !recovery.is_connected());
    }

    #[test]
    fn an_end_whose_network_changed_restarts_whichever_end_it_is() {
        for polite in [false, true] {
            let mut recovery = connected(polite);
            assert_eq!(recovery.on_network_change(at(1000)), Some(Step::RestartIce));
            let mut new = Recovery::new(at(0), polite, 0);
            assert_eq!(new.on_network_change(at(1000)), None);
        }
    }

    #[test]
    fn a_restart_that_nobody_could_hear_of_is_made_again_when_they_can() {
        let mut recovery = connected(false);
        recovery.on_silence(at(1000));
        for second in 1..30 {
            recovery.postpone(at(second * 1000));
            assert_eq!(recovery.poll(at(second * 1000)), None);
        }
        let step = recovery.on_return(at(30_000), Whose::Theirs);
        assert_eq!(step, Some(Step::RestartIce));
        assert_eq!(recovery.poll_timeout(), Some(at(38_000)));
    }

    /// Firefox has been seen not to come back from `failed` by a restart.
    #[test]
    fn what_failed_for_good_meanwhile_is_built_anew_when_the_two_can_talk_again() {
        let mut recovery = connected(true);
        recovery.on_transport(at(1000), TransportState::Failed);
        recovery.postpone(at(2000));
        let step = recovery.on_return(at(3000), Whose::Own);
        assert_eq!(step, Some(Step::Rebuild));
    }

    #[test]
    fn a_stuck_track_is_reason_for_a_new_connection_at_once() {
        let mut recovery = connected(true);
        recovery.on_stuck(at(1000));
        assert_eq!(recovery.poll(at(1000)), Some(Step::Rebuild));
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
