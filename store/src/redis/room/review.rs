//! Comparing whom this server holds with what the roster says.

use std::time::Instant;

use super::accord::Accord;
use super::replica::Replica;
use super::session::{Session, Socket};
use super::state::Room;
use crate::SessionEnd;

/// What the roster says of a session.
enum Verdict {
    Stays(Accord),
    /// Its participant has come back on another socket.
    Replaced,
    /// The grace period is over.
    Over(Accord),
}

impl Room {
    /// Ends the sessions that are over, and says whether the roster has the others as they are.
    pub(crate) fn review(&mut self, now: Instant) -> Accord {
        self.forget_departures();
        let Some(replica) = self.replica() else {
            return Accord::Agrees;
        };
        let mut accord = Accord::Agrees;
        let mut ended = Vec::new();
        for (id, session) in &self.sessions {
            if self.awaited.as_ref() == Some(id) {
                continue;
            }
            match verdict(session, replica, now) {
                Verdict::Stays(it) => accord = accord.and(it),
                Verdict::Over(it) => {
                    accord = accord.and(it);
                    ended.push((id.clone(), None));
                }
                Verdict::Replaced => ended.push((id.clone(), Some(SessionEnd::Replaced))),
            }
        }
        for (id, end) in ended {
            if let Some(session) = self.sessions.remove(&id)
                && let Some(end) = end
            {
                session.outbox.end(end);
            }
        }
        accord
    }
}

fn verdict(session: &Session, replica: &Replica, now: Instant) -> Verdict {
    let id = &session.own.entry.id;
    let entry = replica.get(id);
    let vouched = entry.is_some() && !replica.doubts(id);
    let absent = entry.is_some_and(|entry| entry.deadline.is_some());
    match session.socket {
        _ if entry.is_some_and(|entry| entry.generation > session.generation()) => {
            Verdict::Replaced
        }
        Socket::Live => Verdict::Stays(agrees_if(vouched && !absent)),
        Socket::Lost { until } if until <= now && !(vouched && absent) => {
            Verdict::Over(agrees_if(!vouched))
        }
        // Redis will say when they are gone.
        Socket::Lost { until } if until <= now => Verdict::Stays(Accord::Agrees),
        Socket::Lost { .. } => Verdict::Stays(agrees_if(vouched && absent)),
    }
}

const fn agrees_if(holds: bool) -> Accord {
    if holds {
        Accord::Agrees
    } else {
        Accord::Differs
    }
}
