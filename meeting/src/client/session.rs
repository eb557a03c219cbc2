//! The socket of one participant: when to open it, what to say on it, when to try again.
//!
//! Losing it never touches a peer connection; nothing in here knows that there are any.

mod hurry;
mod reasons;
mod tries;

use std::time::Duration;

use crate::backoff::{self, Jitter};
use crate::id::{Attempt, ResumeToken};
use crate::limits;
use crate::signaling::{
    ClientMessage, CloseCode, Ending, ErrorCode, Join, Joined, PROTOCOL_VERSION, Reaction, Refusal,
    Resume, Resumption,
};
use crate::time::Timestamp;

use super::{Browser, Identity, Obstacle, ResumeState, SocketEnd};
use reasons::obstacle_after;
use tries::SET_UP;

/// The round trip to the server as long as none was measured.
const ROUND_TRIP: Duration = Duration::from_millis(100);
/// How long the server may be away before it is worth a word.
const UNNOTICED: Duration = Duration::from_millis(1500);
/// Over how much time those who were told to come back later spread.
const SPREAD: Duration = Duration::from_millis(500);

/// Tells the events of one socket from those of the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SocketKey(u32);

/// What the session wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SessionAction {
    Open(SocketKey),
    Send(SocketKey, ClientMessage),
    Close(SocketKey),
    End(Ending),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SessionState {
    Idle,
    /// The socket is opening, or `join` was sent.
    SettingUp {
        since: Timestamp,
        deadline: Timestamp,
        step: SetUp,
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
        /// Whether the time was brought forward by news.
        hurried: bool,
    },
    /// The server does not let this page in, and is not asked again.
    Refused(Refusal),
    Over,
}

/// How far a new socket has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SetUp {
    Opening {
        /// Whether news had it opened. What is given up for news is given up once.
        hurried: bool,
        /// Why it will not have opened, if it does not.
        hindered: Option<Obstacle>,
    },
    Open,
}

/// The socket of one participant.
#[derive(Debug)]
pub(super) struct Session {
    state: SessionState,
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
    /// Why the last try came to nothing.
    obstacle: Option<Obstacle>,
    /// When news that the server is back was listened to last.
    news_at: Option<Timestamp>,
    token: Option<ResumeToken>,
    seen: u64,
    last_error: Option<(ErrorCode, Option<Duration>)>,
}

impl Session {
    pub(super) fn new(seed: u64, resume_state: ResumeState) -> Self {
        Self {
            state: SessionState::Idle,
            attempt: resume_state.attempt,
            jitter: Jitter::new(seed),
            tries: 0,
            was_joined: false,
            lost_at: None,
            pinged_at: None,
            round_trip: ROUND_TRIP,
            obstacle: None,
            news_at: None,
            token: resume_state.token,
            seen: 0,
            last_error: None,
        }
    }

    /// Why the last try came to nothing; nothing when it did not.
    pub(super) const fn obstacle(&self) -> Option<Obstacle> {
        match self.obstacle {
            // Seen once, it may be a server that came back between the try and the question.
            Some(Obstacle::NoSockets { times: 1 }) => Some(Obstacle::Unreachable),
            obstacle => obstacle,
        }
    }

    /// Why the server does not let this page in, if it said so.
    pub(super) const fn refusal(&self) -> Option<Refusal> {
        match self.state {
            SessionState::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Whether the server was lost after it had let this page in, and is not back.
    pub(super) const fn is_lost(&self) -> bool {
        self.lost_at.is_some()
    }

    pub(super) const fn is_joined(&self) -> bool {
        matches!(self.state, SessionState::Joined { .. })
    }

    /// Whether the server has been away long enough to be missed.
    pub(super) fn is_missed(&self, now: Timestamp) -> bool {
        self.missed_at().is_some_and(|at| at <= now)
    }

    /// When it will be.
    pub(super) fn missed_at(&self) -> Option<Timestamp> {
        self.lost_at.map(|at| at + UNNOTICED)
    }

    /// Whether events of this socket still matter.
    pub(super) fn is_current(&self, socket: SocketKey) -> bool {
        let open = matches!(
            self.state,
            SessionState::SettingUp { .. } | SessionState::Joined { .. }
        );
        open && socket == self.socket()
    }

    pub(super) fn start(&mut self, now: Timestamp) -> Option<SessionAction> {
        (self.state == SessionState::Idle).then(|| self.open(now, false))
    }

    /// Tries again because the person wants it, where the page would not by itself.
    pub(super) fn try_again(&mut self, now: Timestamp) -> Option<SessionAction> {
        self.refusal().map(|_| self.open(now, false))
    }

    pub(super) fn on_opened(&mut self, now: Timestamp, identity: &Identity) -> SessionAction {
        self.pinged_at = Some(now);
        if let SessionState::SettingUp { deadline, step, .. } = &mut self.state {
            *deadline = now + SET_UP;
            *step = SetUp::Open;
        }
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
        SessionAction::Send(self.socket(), ClientMessage::Join(join))
    }

    pub(super) fn on_joined(&mut self, now: Timestamp, joined: &Joined) {
        self.token = Some(joined.token.clone());
        if joined.resumption != Resumption::Replayed {
            self.seen = 0;
        }
        self.tries = 0;
        self.was_joined = true;
        self.lost_at = None;
        self.obstacle = None;
        self.on_pong(now);
        self.last_error = None;
        self.state = SessionState::Joined {
            deadline: now + limits::SILENCE,
            ping_at: now + limits::HEARTBEAT,
            leave_at: None,
        };
    }

    /// Something arrived. False when it had arrived before.
    pub(super) fn on_message(&mut self, now: Timestamp, seq: u64) -> bool {
        if let SessionState::Joined { deadline, .. } = &mut self.state {
            *deadline = now + limits::SILENCE;
        }
        // Until `joined` says what became of the old numbers, nothing can have been seen before.
        let news = !self.is_joined() || seq > self.seen;
        self.seen = self.seen.max(seq);
        news
    }

    pub(super) fn on_error(&mut self, code: ErrorCode, retry_after_ms: Option<u64>) {
        // The session goes on after it, so it says nothing about how the socket ends.
        if code != ErrorCode::UnknownType {
            self.last_error = Some((code, retry_after_ms.map(Duration::from_millis)));
        }
    }

    pub(super) fn on_going_away(&mut self, now: Timestamp, jitter_ms: u64) {
        let wait = backoff::within(Duration::from_millis(jitter_ms), self.jitter.next_u64());
        if let SessionState::Joined { leave_at, .. } = &mut self.state {
            *leave_at = Some(now + wait);
        }
    }

    pub(super) fn on_closed(
        &mut self,
        now: Timestamp,
        end: SocketEnd,
        browser: &impl Browser,
    ) -> Option<SessionAction> {
        let error = self.last_error.take();
        let (code, obstacle) = match end {
            SocketEnd::Closed(code) => (CloseCode::from_u16(code), Obstacle::Unreachable),
            SocketEnd::Failed(obstacle) => (None, obstacle),
        };
        let code = code.or_else(|| error.and_then(|(code, _)| code.close_code()));
        let obstacle = code.map_or(obstacle, obstacle_after);
        match code.map_or(Reaction::Again, |code| code.reason().reaction) {
            Reaction::Over(ending) => return Some(self.end(ending)),
            Reaction::Refused(refusal) => return self.refuse(now, refusal),
            Reaction::AgainAnew => {
                // Drawn now, so that a lost answer to `join` makes nobody new.
                self.token = browser.new_token();
                self.seen = 0;
            }
            Reaction::Again => {}
        }
        self.meet(obstacle);
        let asked = error.and_then(|(_, retry_after)| retry_after);
        // Not all at the same moment.
        let asked = asked.map(|asked| asked + backoff::within(SPREAD, self.jitter.next_u64()));
        self.wait(now, asked.max(self.going_away_in(now)));
        None
    }

    const fn end(&mut self, ending: Ending) -> SessionAction {
        self.state = SessionState::Over;
        SessionAction::End(ending)
    }

    /// Before the call has begun there is nothing to stay for.
    fn refuse(&mut self, now: Timestamp, refusal: Refusal) -> Option<SessionAction> {
        if !self.was_joined {
            return Some(self.end(Ending::Refused(refusal)));
        }
        self.lost_at.get_or_insert(now);
        self.state = SessionState::Refused(refusal);
        None
    }

    /// The call does not go on without the server.
    pub(super) const fn give_in(&mut self, refusal: Refusal) -> SessionAction {
        self.end(Ending::Refused(refusal))
    }

    const fn meet(&mut self, obstacle: Obstacle) {
        self.obstacle = Some(match (self.obstacle, obstacle) {
            (Some(Obstacle::NoSockets { times }), Obstacle::NoSockets { .. }) => {
                Obstacle::NoSockets {
                    times: times.saturating_add(1),
                }
            }
            (_, obstacle) => obstacle,
        });
    }

    /// How long a server that said it is going away wants to be left alone.
    fn going_away_in(&self, now: Timestamp) -> Option<Duration> {
        match self.state {
            SessionState::Joined { leave_at, .. } => leave_at.map(|at| at.since(now)),
            _ => None,
        }
    }

    /// The answer to `ping`, or to `join`.
    pub(super) fn on_pong(&mut self, now: Timestamp) {
        if let Some(at) = self.pinged_at.take() {
            self.round_trip = now.since(at);
        }
    }

    pub(super) const fn send(&self, message: ClientMessage) -> SessionAction {
        SessionAction::Send(self.socket(), message)
    }

    pub(super) fn leave(&mut self) -> Vec<SessionAction> {
        let joined = self.is_joined();
        let open = matches!(
            self.state,
            SessionState::SettingUp { .. } | SessionState::Joined { .. }
        );
        self.state = SessionState::Over;
        let goodbye = joined.then_some(SessionAction::Send(self.socket(), ClientMessage::Leave {}));
        let close = open.then_some(SessionAction::Close(self.socket()));
        goodbye.into_iter().chain(close).collect()
    }

    pub(super) fn poll(&mut self, now: Timestamp) -> Option<SessionAction> {
        match self.state {
            SessionState::Waiting { until, hurried } if until <= now => {
                Some(self.open(now, hurried))
            }
            SessionState::SettingUp { deadline, .. } if deadline <= now => Some(self.give_up(now)),
            SessionState::Joined {
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
                self.state = SessionState::Joined {
                    deadline,
                    ping_at: now + limits::HEARTBEAT,
                    leave_at,
                };
                self.pinged_at.get_or_insert(now);
                Some(SessionAction::Send(
                    self.socket(),
                    ClientMessage::Ping { ack: self.seen },
                ))
            }
            SessionState::Idle
            | SessionState::SettingUp { .. }
            | SessionState::Waiting { .. }
            | SessionState::Refused(_)
            | SessionState::Over => None,
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Timestamp> {
        match self.state {
            SessionState::Idle | SessionState::Refused(_) | SessionState::Over => None,
            SessionState::SettingUp { deadline, .. } => Some(deadline),
            SessionState::Waiting { until, .. } => Some(until),
            SessionState::Joined {
                deadline,
                ping_at,
                leave_at,
            } => [Some(deadline), Some(ping_at), leave_at]
                .into_iter()
                .flatten()
                .min(),
        }
    }

    const fn socket(&self) -> SocketKey {
        SocketKey(self.attempt.number)
    }

    /// What the next load of the page in this tab needs.
    pub(super) fn resume_state(&self) -> ResumeState {
        ResumeState {
            attempt: self.attempt.clone(),
            token: self.token.clone(),
        }
    }
}
