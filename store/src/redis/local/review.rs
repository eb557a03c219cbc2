//! Comparing what this server holds with what the roster says.

use std::time::Duration;

use meeting::id::ParticipantId;
use tokio::time::Instant;

use super::{LocalRoom, Needs, Socket};
use crate::SessionEnd;

impl LocalRoom {
    /// Compares what this server holds with what the roster says.
    pub(super) fn review(&mut self, now: u64) -> Needs {
        let Some(replica) = &self.replica else {
            return Needs::default();
        };
        let clock = Instant::now();
        let mut sync = false;
        let mut replaced = Vec::new();
        let mut over = Vec::new();
        for (id, session) in &self.sessions {
            let generation = session.own.entry.generation;
            let entry = replica.get(id);
            let vouched = entry.is_some() && !replica.doubts(id);
            let expected = entry.is_some_and(|entry| entry.deadline.is_some());
            match session.socket {
                _ if entry.is_some_and(|entry| entry.generation > generation) => {
                    let here = entry.is_some_and(|entry| entry.server == session.own.entry.server);
                    replaced.push((id.clone(), here && self.busy > 0));
                }
                Socket::Succeeded => {}
                Socket::Live => sync |= !vouched || expected,
                Socket::Lost { until } if until <= clock => {
                    if !vouched || !expected {
                        over.push(id.clone());
                        sync |= vouched;
                    }
                }
                Socket::Lost { .. } => sync |= !vouched || !expected,
            }
        }
        let alarm = replica.entries().filter_map(|entry| entry.deadline).min();
        for (id, succeeded) in replaced {
            self.replace(&id, succeeded);
        }
        for id in over {
            self.sessions.remove(&id);
        }
        Needs {
            sync,
            alarm: self.set_alarm(alarm, now),
        }
    }

    /// A session is over because its participant has come back, elsewhere or here.
    fn replace(&mut self, id: &ParticipantId, here: bool) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.outbox.end(SessionEnd::Replaced);
            session.socket = Socket::Succeeded;
        }
        if !here {
            self.sessions.remove(id);
        }
    }

    /// The timer has gone off.
    pub(in super::super) fn clear_alarm(&mut self) {
        self.alarm = None;
    }

    /// Whether a new timer is needed for this deadline, and how long.
    fn set_alarm(&mut self, deadline: Option<u64>, now: u64) -> Option<Duration> {
        let deadline = deadline?;
        if self.alarm.is_some_and(|alarm| alarm <= deadline) {
            return None;
        }
        self.alarm = Some(deadline);
        Some(Duration::from_millis(deadline.saturating_sub(now)))
    }
}
