//! The socket of one participant: when to open it, what to say on it, when to try again.
//!
//! Losing it never touches a peer connection; nothing in here knows that there are any.

use std::time::Duration;

use crate::backoff::{self, Jitter};
use crate::id::{Attempt, ResumeToken};
use crate::limits;
use crate::signaling::{
    ClientMessage, CloseCode, ErrorCode, Join, Joined, PROTOCOL_VERSION, Resume, Resumption,
};
use crate::time::Timestamp;

use super::{Ending, Identity, Past};

/// How long a socket may take to open and to answer `join`, the first time.
const SET_UP: Duration = Duration::from_secs(10);
/// The same when coming back; a second more with each try. What is lost in a network that is away
/// for a moment is sent again only after ever longer pauses, so a new try finds the way sooner.
const RETURN: Duration = Duration::from_secs(4);
/// After a wake-up the other end has to answer within this.
const PROBE: Duration = Duration::from_secs(3);
/// When media have stopped coming the other end has to answer within this and two round trips.
const SUSPICION: Duration = Duration::from_millis(400);
/// The round trip to the server as long as none was measured.
const ROUND_TRIP: Duration = Duration::from_millis(100);
/// How long the server may be away before it is worth a word.
const UNNOTICED: Duration = Duration::from_millis(1500);
/// Tries after which the pauses grow no longer when the others cannot be reached either: then it
/// is this end's network, and nobody else's, that has to come back.
const CUT_OFF_TRIES: u32 = 3;

/// Tells the events of one socket from those of the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SocketKey(u32);

/// What the session wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Open(SocketKey),
    Send(SocketKey, ClientMessage),
    Close(SocketKey),
    Ended(Ending),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    /// The socket is opening, or `join` was sent.
    SettingUp {
        deadline: Timestamp,
    },
    Joined {
        /// Silence until then means the other end is gone.
        deadline: Timestamp,
        ping_at: Timestamp,
        /// A stopping server asked to be left by then.
        leave_at: Option<Timestamp>,
    },
    Waiting {
        until: Timestamp,
    },
    Over,
}

/// The socket of one participant.
#[derive(Debug)]
pub(super) struct Session {
    phase: Phase,
    /// The present socket, or the last one.
    attempt: Attempt,
    jitter: Jitter,
    /// Tries since the last success.
    tries: u32,
    was_joined: bool,
    /// Since when the server is away.
    lost_at: Option<Timestamp>,
    pinged_at: Option<Timestamp>,
    round_trip: Duration,
    /// Whether none of the others can be reached.
    cut_off: bool,
    token: Option<ResumeToken>,
    seen: u64,
    last_error: Option<(ErrorCode, Option<Duration>)>,
}

impl Session {
    pub(super) fn new(seed: u64, past: Past) -> Self {
        Self {
            phase: Phase::Idle,
            attempt: past.attempt,
            jitter: Jitter::new(seed),
            tries: 0,
            was_joined: false,
            lost_at: None,
            pinged_at: None,
            round_trip: ROUND_TRIP,
            cut_off: false,
            token: past.token,
            seen: 0,
            last_error: None,
        }
    }

    /// Whether the last try to join came to nothing.
    pub(super) const fn is_trying_again(&self) -> bool {
        self.tries > 0
    }

    pub(super) const fn is_joined(&self) -> bool {
        matches!(self.phase, Phase::Joined { .. })
    }

    /// Whether the server has been away long enough to be missed.
    pub(super) fn is_missed(&self, now: Timestamp) -> bool {
        self.missed_at().is_some_and(|at| at <= now)
    }

    /// When it will be.
    pub(super) fn missed_at(&self) -> Option<Timestamp> {
        self.lost_at.map(|at| at + UNNOTICED)
    }

    /// Takes whether none of the others can be reached either.
    pub(super) const fn set_cut_off(&mut self, cut_off: bool) {
        self.cut_off = cut_off;
    }

    /// Whether events of this socket still matter.
    pub(super) fn is_current(&self, socket: SocketKey) -> bool {
        let open = matches!(self.phase, Phase::SettingUp { .. } | Phase::Joined { .. });
        open && socket == self.socket()
    }

    pub(super) fn start(&mut self, now: Timestamp) -> Option<Wish> {
        (self.phase == Phase::Idle).then(|| self.open(now))
    }

    pub(super) fn on_opened(&mut self, now: Timestamp, identity: &Identity) -> Wish {
        self.pinged_at = Some(now);
        let resume = self.token.clone().map(|token| Resume {
            token,
            seen: self.seen,
        });
        let join = Join {
            versions: vec![PROTOCOL_VERSION],
            room: identity.room.clone(),
            name: identity.name.clone(),
            instance: identity.instance.clone(),
            attempt: self.attempt.clone(),
            resume,
        };
        Wish::Send(self.socket(), ClientMessage::Join(join))
    }

    pub(super) fn on_joined(&mut self, now: Timestamp, joined: &Joined) {
        self.token = Some(joined.token.clone());
        if joined.resumption != Resumption::Replayed {
            self.seen = 0;
        }
        self.tries = 0;
        self.was_joined = true;
        self.lost_at = None;
        self.on_pong(now);
        self.last_error = None;
        self.phase = Phase::Joined {
            deadline: now + limits::SILENCE,
            ping_at: now + limits::HEARTBEAT,
            leave_at: None,
        };
    }

    /// Something arrived. False when it had arrived before.
    pub(super) fn on_message(&mut self, now: Timestamp, seq: u64) -> bool {
        if let Phase::Joined { deadline, .. } = &mut self.phase {
            *deadline = now + limits::SILENCE;
        }
        // Until `joined` says what became of the old numbers, nothing can have been seen before.
        let news = !self.is_joined() || seq > self.seen;
        self.seen = self.seen.max(seq);
        news
    }

    pub(super) fn on_error(&mut self, code: ErrorCode, retry_after_ms: Option<u64>) {
        self.last_error = Some((code, retry_after_ms.map(Duration::from_millis)));
    }

    pub(super) fn on_going_away(&mut self, now: Timestamp, jitter_ms: u64) {
        let wait = backoff::within(Duration::from_millis(jitter_ms), self.jitter.next_u64());
        if let Phase::Joined { leave_at, .. } = &mut self.phase {
            *leave_at = Some(now + wait);
        }
    }

    pub(super) fn on_closed(&mut self, now: Timestamp, code: Option<u16>) -> Option<Wish> {
        let error = self.last_error.take();
        let code = code
            .and_then(CloseCode::from_u16)
            .or_else(|| error.map(|(code, _)| CloseCode::from(code)));
        if code == Some(CloseCode::ResumeRefused) {
            self.token = None;
        }
        if let Some(ending) = code.and_then(|code| self.ending_of(code)) {
            self.phase = Phase::Over;
            return Some(Wish::Ended(ending));
        }
        let asked = error.and_then(|(_, retry_after)| retry_after);
        self.wait(now, asked.max(self.going_away_in(now)));
        None
    }

    /// How long a server that said it is going away wants to be left alone.
    fn going_away_in(&self, now: Timestamp) -> Option<Duration> {
        match self.phase {
            Phase::Joined { leave_at, .. } => leave_at.map(|at| at.since(now)),
            _ => None,
        }
    }

    /// The network is back, the tab was shown, the machine woke up: find out now.
    pub(super) fn wake(&mut self, now: Timestamp) {
        match &mut self.phase {
            Phase::Waiting { until } => *until = now,
            Phase::Joined {
                deadline, ping_at, ..
            } => {
                *ping_at = now;
                *deadline = (*deadline).min(now + PROBE);
            }
            // What was begun before the machine slept may wait for an answer that never comes.
            Phase::SettingUp { deadline } => *deadline = (*deadline).min(now + PROBE),
            Phase::Idle | Phase::Over => {}
        }
    }

    /// The others have fallen silent, and perhaps the server has too: find out fast. To come back
    /// to a server that was only slow costs next to nothing.
    pub(super) fn suspect(&mut self, now: Timestamp) {
        let patience = SUSPICION + self.round_trip.saturating_mul(2);
        if let Phase::Joined {
            deadline, ping_at, ..
        } = &mut self.phase
        {
            *ping_at = now;
            *deadline = (*deadline).min(now + patience);
        }
    }

    /// The answer to `ping`, or to `join`.
    pub(super) fn on_pong(&mut self, now: Timestamp) {
        if let Some(at) = self.pinged_at.take() {
            self.round_trip = now.since(at);
        }
    }

    pub(super) const fn send(&self, message: ClientMessage) -> Wish {
        Wish::Send(self.socket(), message)
    }

    pub(super) fn leave(&mut self) -> Vec<Wish> {
        let joined = self.is_joined();
        let open = matches!(self.phase, Phase::SettingUp { .. } | Phase::Joined { .. });
        self.phase = Phase::Over;
        let goodbye = joined.then_some(Wish::Send(self.socket(), ClientMessage::Leave {}));
        let close = open.then_some(Wish::Close(self.socket()));
        goodbye.into_iter().chain(close).collect()
    }

    pub(super) fn poll(&mut self, now: Timestamp) -> Option<Wish> {
        match self.phase {
            Phase::Waiting { until } if until <= now => Some(self.open(now)),
            Phase::SettingUp { deadline } if deadline <= now => Some(self.give_up(now)),
            Phase::Joined {
                deadline,
                ping_at,
                leave_at,
            } => {
                if deadline <= now || leave_at.is_some_and(|at| at <= now) {
                    return Some(self.give_up(now));
                }
                if ping_at > now {
                    return None;
                }
                self.phase = Phase::Joined {
                    deadline,
                    ping_at: now + limits::HEARTBEAT,
                    leave_at,
                };
                self.pinged_at.get_or_insert(now);
                Some(Wish::Send(
                    self.socket(),
                    ClientMessage::Ping { ack: self.seen },
                ))
            }
            Phase::Idle | Phase::SettingUp { .. } | Phase::Waiting { .. } | Phase::Over => None,
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Idle | Phase::Over => None,
            Phase::SettingUp { deadline } => Some(deadline),
            Phase::Waiting { until } => Some(until),
            Phase::Joined {
                deadline,
                ping_at,
                leave_at,
            } => [Some(deadline), Some(ping_at), leave_at]
                .into_iter()
                .flatten()
                .min(),
        }
    }

    fn open(&mut self, now: Timestamp) -> Wish {
        self.attempt.number = self.attempt.number.wrapping_add(1);
        self.last_error = None;
        let patience = if self.was_joined {
            SET_UP.min(RETURN + Duration::from_secs(self.tries.into()))
        } else {
            SET_UP
        };
        self.phase = Phase::SettingUp {
            deadline: now + patience,
        };
        Wish::Open(self.socket())
    }

    fn give_up(&mut self, now: Timestamp) -> Wish {
        let socket = self.socket();
        self.wait(now, None);
        Wish::Close(socket)
    }

    fn wait(&mut self, now: Timestamp, at_least: Option<Duration>) {
        if self.was_joined {
            self.lost_at.get_or_insert(now);
        }
        let tries = if self.cut_off {
            self.tries.min(CUT_OFF_TRIES)
        } else {
            self.tries
        };
        let delay = backoff::reconnect_delay(tries, self.jitter.next_u64());
        self.tries = self.tries.saturating_add(1);
        self.phase = Phase::Waiting {
            until: now + delay.max(at_least.unwrap_or_default()),
        };
    }

    /// Which close codes end the call. Once the conversation has begun, nothing that is wrong
    /// with the server may end it.
    fn ending_of(&self, code: CloseCode) -> Option<Ending> {
        match code {
            CloseCode::Replaced => Some(Ending::Replaced),
            _ if self.was_joined || code.may_retry() => None,
            CloseCode::RoomFull => Some(Ending::Full),
            CloseCode::UnsupportedVersion => Some(Ending::Outdated),
            _ => Some(Ending::Refused),
        }
    }

    const fn socket(&self) -> SocketKey {
        SocketKey(self.attempt.number)
    }

    /// What the next load of the page in this tab needs.
    pub(super) fn past(&self) -> Past {
        Past {
            attempt: self.attempt.clone(),
            token: self.token.clone(),
        }
    }
}
