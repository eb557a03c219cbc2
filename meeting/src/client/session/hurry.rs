//! What makes a session find out sooner than it had planned whether the server is there.

use std::time::Duration;

use crate::backoff;
use crate::time::Timestamp;

use super::{Session, SessionAction, SessionState, SetUp};

/// After a wake-up the other end has to answer within this.
const PROBE: Duration = Duration::from_secs(3);
/// When media have stopped coming the other end has to answer within this and two round trips.
const SUSPICION: Duration = Duration::from_millis(400);
/// The longest wait after the news that the server is back: everybody in the room hears it at once.
const NEWS: Duration = Duration::from_millis(300);
/// How long after such news there is none. Whoever says it again and again, true or not, makes
/// nobody try more often than this.
const NEWS_PAUSE: Duration = Duration::from_secs(2);
/// A socket that has been opening for longer than this when the server is back will not open soon.
const HANGING: Duration = Duration::from_secs(1);

impl Session {
    /// The network is back, the tab was shown, the machine woke up: find out now.
    pub(in crate::client) fn wake(&mut self, now: Timestamp) {
        match &mut self.state {
            SessionState::Waiting { until, .. } => *until = now,
            SessionState::Joined {
                deadline, ping_at, ..
            } => {
                *ping_at = now;
                *deadline = (*deadline).min(now + PROBE);
            }
            // What was begun before the machine slept may wait for an answer that never comes.
            SessionState::SettingUp { deadline, .. } => *deadline = (*deadline).min(now + PROBE),
            SessionState::Idle | SessionState::Refused(_) | SessionState::Over => {}
        }
    }

    /// Somebody has been let in again by a server that was away.
    pub(in crate::client) fn on_server_is_back(&mut self, now: Timestamp) -> Option<SessionAction> {
        if self.news_at.is_some_and(|at| now.since(at) < NEWS_PAUSE) {
            return None;
        }
        let soon = now + backoff::within(NEWS, self.jitter.next_u64());
        let hurry = |until: Timestamp| SessionState::Waiting {
            until: until.min(soon),
            hurried: true,
        };
        match self.state {
            SessionState::Waiting { until, .. } => {
                self.news_at = Some(now);
                self.state = hurry(until);
                None
            }
            SessionState::SettingUp {
                since,
                step: SetUp::Opening { hurried: false, .. },
                ..
            } if now.since(since) > HANGING => {
                self.news_at = Some(now);
                self.state = hurry(soon);
                Some(SessionAction::Close(self.socket()))
            }
            _ => None,
        }
    }

    /// The others have fallen silent, and perhaps the server has too: find out fast. To come back
    /// to a server that was only slow costs next to nothing.
    pub(in crate::client) fn suspect(&mut self, now: Timestamp) {
        let patience = SUSPICION + self.round_trip.saturating_mul(2);
        if let SessionState::Joined {
            deadline, ping_at, ..
        } = &mut self.state
        {
            *ping_at = now;
            *deadline = (*deadline).min(now + patience);
        }
    }
}
