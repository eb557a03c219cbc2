//! Comparing whom this server holds with what the roster says.

use std::time::Instant;

use super::accord::Accord;
use super::held_seat::{HeldSeat, Socket};
use super::replica::Replica;
use super::state::Room;
use crate::OutboxEnd;

/// What the roster says of a seat that is held here.
enum Verdict {
    Stays(Accord),
    /// Its participant has come back on another socket.
    Replaced,
    /// The grace period is over.
    Over(Accord),
}

impl Room {
    /// Gives up the seats that are over, and says whether the roster has the others as they are.
    pub(crate) fn review(&mut self, now: Instant) -> Accord {
        self.forget_departures();
        let Some(replica) = self.replica() else {
            return Accord::Agrees;
        };
        let mut accord = Accord::Agrees;
        let mut ended = Vec::new();
        for (id, held) in &self.seats {
            if self.awaited.as_ref().is_some_and(|it| it.id == *id) {
                continue;
            }
            match verdict(held, replica, now) {
                Verdict::Stays(it) => accord = accord.and(it),
                Verdict::Over(it) => {
                    accord = accord.and(it);
                    ended.push((id.clone(), None));
                }
                Verdict::Replaced => ended.push((id.clone(), Some(OutboxEnd::Replaced))),
            }
        }
        for (id, end) in ended {
            if let Some(held) = self.seats.remove(&id)
                && let Some(end) = end
            {
                held.outbox.end(end);
            }
        }
        accord
    }
}

fn verdict(held: &HeldSeat, replica: &Replica, now: Instant) -> Verdict {
    let id = &held.own.entry.id;
    let entry = replica.get(id);
    let vouched = entry.is_some() && !replica.doubts(id);
    let absent = entry.is_some_and(|entry| entry.deadline.is_some());
    match held.socket {
        _ if entry.is_some_and(|entry| entry.generation > held.generation()) => Verdict::Replaced,
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
