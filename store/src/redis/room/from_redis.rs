//! Taking in what Redis tells of a room: events, and pictures of the whole.

use std::time::{Duration, Instant};

use meeting::id::ParticipantId;
use meeting::signaling::LeaveReason;

use super::accord::Accord;
use super::held_seat::{HeldSeat, Socket};
use super::replica::{Replica, Step};
use super::state::{Room, Roster};
use crate::OutboxEnd;
use crate::redis::record::{Change, Entry, RoomRecord, Snapshot};

/// Somebody whom the roster has on this server, and who is not here.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ghost {
    pub(crate) id: ParticipantId,
    pub(crate) generation: u64,
    /// Why they left, if they did. Otherwise they may come back.
    pub(crate) left: Option<LeaveReason>,
}

impl Room {
    /// Takes in the picture that came back when Redis was told whom this server holds, and says who
    /// is in it by mistake. `asked_at` is what [`Self::held_seats`] said.
    pub(crate) fn compare(
        &mut self,
        snapshot: Snapshot,
        asked_at: u64,
        now: Instant,
    ) -> (Vec<Ghost>, Accord) {
        let accord = self.adopt(snapshot, asked_at, now);
        let ghosts = self.entries().filter(|entry| self.is_ghost(entry));
        let ghosts = ghosts.map(|entry| Ghost {
            id: entry.id.clone(),
            generation: entry.generation,
            left: self.departure(entry).map(|departure| departure.reason),
        });
        (ghosts.collect(), accord)
    }

    fn is_ghost(&self, entry: &Entry) -> bool {
        let here = self.seats.contains_key(&entry.id);
        entry.server == self.me && entry.deadline.is_none() && !here
    }

    /// Takes a snapshot in; see [`Replica::adopt`].
    pub(super) fn adopt(&mut self, snapshot: Snapshot, asked_at: u64, now: Instant) -> Accord {
        let mut accord = Accord::Agrees;
        match &mut self.roster {
            Roster::Known(replica) => {
                let live = |held: &&HeldSeat| held.socket == Socket::Live;
                let here = self.seats.values().filter(live);
                let here = here.map(|held| &held.own.entry.id);
                let events = replica.adopt(snapshot, asked_at, now, here);
                self.announce(events);
            }
            Roster::Unknown { overheard } => {
                if snapshot.sequence < *overheard {
                    accord = Accord::Differs;
                }
                self.roster = Roster::Known(Replica::new(snapshot, now));
            }
        }
        accord.and(self.review(now))
    }

    /// Takes an event in.
    pub(crate) fn follow(&mut self, record: RoomRecord, now: Instant) -> Accord {
        if let Change::Gone {
            id,
            generation: Some(generation),
            ..
        } = &record.change
        {
            self.send_away(id, *generation);
        }
        let gone = match &record.change {
            Change::Gone { id, reason, .. } => Some((id.clone(), *reason)),
            Change::Put(_) => None,
        };
        let doubted = gone
            .as_ref()
            .is_some_and(|(id, reason)| self.knows_better(id, *reason));
        let replica = match &mut self.roster {
            Roster::Unknown { overheard } => {
                *overheard = record.sequence;
                return Accord::Agrees;
            }
            Roster::Known(replica) => replica,
        };
        let step = match &gone {
            Some((id, _)) if doubted => replica.doubt(&record, id, now),
            Some(_) | None => replica.follow(record, now),
        };
        match step {
            Step::Known => return Accord::Agrees,
            Step::Gap => return Accord::Differs,
            Step::Next(events) => self.announce(events),
        }
        if let Some((id, reason)) = gone.filter(|_| !doubted) {
            self.dismiss(&id, reason);
        }
        self.review(now)
    }

    /// Gives up the seat of somebody who was sent away, unless they have been let in again. That
    /// counts even if the picture of the room without them was here first.
    fn send_away(&mut self, id: &ParticipantId, generation: u64) {
        if let Some(awaited) = self.awaited.as_mut().filter(|it| it.id == *id) {
            awaited.sent_away = awaited.sent_away.max(Some(generation));
        }
        let held = self.seats.get(id);
        if held.is_some_and(|held| held.generation() <= generation) {
            self.dismiss(id, LeaveReason::Removed);
            if let Roster::Known(replica) = &mut self.roster {
                let events = replica.dismiss(id);
                self.announce(events);
            }
        }
    }

    /// Whether somebody whom the others took for lost has a socket here: this server was not heard
    /// of for too long. The next review brings them back.
    fn knows_better(&self, id: &ParticipantId, reason: LeaveReason) -> bool {
        let held = self.seats.get(id);
        reason == LeaveReason::Lost && held.is_some_and(|held| held.socket == Socket::Live)
    }

    /// Only who was removed on purpose is to stay away.
    fn dismiss(&mut self, id: &ParticipantId, reason: LeaveReason) {
        if let Some(held) = self.seats.remove(id) {
            held.outbox.end(match reason {
                LeaveReason::Removed => OutboxEnd::Removed,
                LeaveReason::Left | LeaveReason::Lost => OutboxEnd::Overtaken,
            });
        }
    }

    /// Gives up whoever stayed in doubt for this long.
    pub(crate) fn settle(&mut self, patience: Duration, now: Instant) {
        if let Roster::Known(replica) = &mut self.roster {
            let events = replica.settle(patience, now);
            self.announce(events);
        }
    }
}
