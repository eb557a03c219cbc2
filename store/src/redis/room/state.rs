//! A room as far as this server is concerned: whom it holds, and its replica of the roster. No I/O.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use meeting::id::ParticipantId;
use meeting::room::RoomEvent;
use meeting::signaling::{
    LeaveReason, Participant, Presence, Resumption, ServerMessage, Undeliverable,
};

use super::accord::Accord;
use super::replica::{Replica, Step};
use super::session::{Departure, Newcomer, Route, Session, Socket};
use crate::redis::record::{Change, Entry, OwnEntry, RoomRecord, ServerId, Snapshot};
use crate::redis::scripts::Grant;
use crate::{Outbox, Seat, SessionEnd};

#[derive(Debug)]
pub(crate) struct Room {
    /// This server.
    me: ServerId,
    roster: Roster,
    /// Whom this server has to answer for.
    pub(super) sessions: BTreeMap<ParticipantId, Session>,
    /// Who left from here, until the roster knows.
    departures: BTreeMap<ParticipantId, Departure>,
    /// Who is being let in. Until Redis has answered, their former session stays, as the new one
    /// may have to say again what that one said.
    pub(super) awaited: Option<ParticipantId>,
}

/// What is known of everybody in the room.
#[derive(Debug)]
enum Roster {
    /// Nothing but the number of the last event, so a picture that comes may be older.
    Unknown {
        overheard: u64,
    },
    Known(Replica),
}

/// The room as somebody finds it who was let in.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) participants: Vec<Participant>,
    pub(crate) resumption: Resumption,
}

/// Somebody whom the roster has on this server, and who is not here.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ghost {
    pub(crate) id: ParticipantId,
    pub(crate) generation: u64,
    /// Why they left, if they did. Otherwise they may come back.
    pub(crate) left: Option<LeaveReason>,
}

impl Room {
    pub(crate) fn new(me: ServerId) -> Self {
        Self {
            me,
            roster: Roster::Unknown { overheard: 0 },
            sessions: BTreeMap::new(),
            departures: BTreeMap::new(),
            awaited: None,
        }
    }

    pub(super) fn replica(&self) -> Option<&Replica> {
        match &self.roster {
            Roster::Unknown { .. } => None,
            Roster::Known(replica) => Some(replica),
        }
    }

    fn entry(&self, id: &ParticipantId) -> Option<&Entry> {
        self.replica()?.get(id)
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.replica().into_iter().flat_map(Replica::entries)
    }

    /// How many participants this server holds.
    pub(crate) fn held(&self) -> usize {
        self.sessions.len()
    }

    /// The servers that hold those with a socket, each as often as it holds somebody.
    pub(crate) fn holders(&self) -> impl Iterator<Item = &ServerId> {
        let connected = self.entries().filter(|entry| entry.deadline.is_none());
        connected.map(|entry| &entry.server)
    }

    /// Everybody in the room, in the order they came.
    pub(crate) fn participants(&self) -> Vec<Participant> {
        self.replica()
            .map(Replica::participants)
            .unwrap_or_default()
    }

    /// When the first of those who are absent leaves unless they come back, by this server's clock.
    pub(crate) fn first_deadline(&self) -> Option<Instant> {
        self.replica()?.first_deadline()
    }

    /// Whether this is the newest socket of a participant here, and still up.
    pub(crate) fn holds(&self, seat: &Seat) -> bool {
        self.sessions.get(&seat.id).is_some_and(|session| {
            session.generation() == seat.generation && session.socket == Socket::Live
        })
    }

    /// Where a signal to this participant goes.
    pub(crate) fn route(&self, to: &ParticipantId) -> Result<Route, Undeliverable> {
        if let Some(session) = self.sessions.get(to) {
            return Ok(Route::Here(session.outbox.clone()));
        }
        let entry = self.entry(to).ok_or(Undeliverable::NotInRoom)?;
        if self.has_departed(entry) {
            return Err(Undeliverable::NotInRoom);
        }
        Ok(Route::There {
            server: entry.server.clone(),
            otherwise: match entry.deadline {
                None => Undeliverable::Unreachable,
                Some(_) => Undeliverable::Reconnecting,
            },
        })
    }

    /// The way to a participant here; otherwise why there is none.
    pub(crate) fn outbox(&self, id: &ParticipantId) -> Result<&Outbox, Undeliverable> {
        match self.sessions.get(id) {
            Some(session) => Ok(&session.outbox),
            None if self.entry(id).is_some() => Err(Undeliverable::Reconnecting),
            None => Err(Undeliverable::NotInRoom),
        }
    }

    /// Somebody is being let in; [`Self::admit`] or [`Self::await_nobody`] ends that.
    pub(crate) fn await_newcomer(&mut self, id: ParticipantId) {
        self.awaited = Some(id);
    }

    /// Whoever was being let in was not.
    pub(crate) fn await_nobody(&mut self, now: Instant) -> Accord {
        self.awaited = None;
        self.review(now)
    }

    /// The place of somebody who was let in, and the room as they find it.
    pub(crate) fn admit(
        &mut self,
        newcomer: Newcomer,
        grant: Grant,
        snapshot: Snapshot,
        now: Instant,
    ) -> (Found, Accord) {
        let id = newcomer.own.entry.id.clone();
        let before = self.adopt(snapshot, 0, now);
        let mut participants = self.participants();
        let resumption = match self.entry(&id) {
            Some(entry) if entry.generation == grant.generation => {
                let since = entry.since;
                // Others may have taken this server for dead meanwhile; the review will say so.
                for own in participants.iter_mut().filter(|one| one.id == id) {
                    own.presence = Presence::Connected;
                }
                self.seat(newcomer, grant, since, &participants)
            }
            // Events overtook the answer: they have come back elsewhere, or are gone, already.
            Some(_) => {
                newcomer.outbox.end(SessionEnd::Replaced);
                Resumption::Snapshot
            }
            None => {
                newcomer.outbox.end(SessionEnd::Overtaken);
                Resumption::Snapshot
            }
        };
        let found = Found {
            participants,
            resumption,
        };
        (found, before.and(self.await_nobody(now)))
    }

    /// Gives somebody their place, and says what becomes of the session that they had before.
    fn seat(
        &mut self,
        newcomer: Newcomer,
        grant: Grant,
        since: u64,
        participants: &[Participant],
    ) -> Resumption {
        let Newcomer {
            mut own,
            outbox,
            seen,
        } = newcomer;
        let id = own.entry.id.clone();
        own.entry.generation = grant.generation;
        own.entry.since = since;
        let session = Session {
            own,
            outbox: outbox.clone(),
            socket: Socket::Live,
        };
        let old = self.sessions.insert(id, session);
        if let Some(old) = &old {
            old.outbox.end(SessionEnd::Replaced);
        }
        match old {
            Some(old) if old.generation() == grant.continues => {
                outbox.follow(&old.outbox, seen, participants)
            }
            _ if since == grant.generation => Resumption::Fresh,
            _ => Resumption::Snapshot,
        }
    }

    /// Takes the socket off a session; it is kept until `until`, and ends for the reason then.
    pub(crate) fn detach(&mut self, id: &ParticipantId, until: Instant, reason: LeaveReason) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.outbox.detach();
            session.own.entry.farewell = Some(reason);
            session.socket = Socket::Lost { until };
        }
    }

    /// Ends a session for good.
    pub(crate) fn leave(&mut self, id: &ParticipantId, reason: LeaveReason) {
        if let Some(session) = self.sessions.remove(id) {
            let generation = session.generation();
            let departure = Departure { generation, reason };
            self.departures.insert(id.clone(), departure);
        }
    }

    /// Whom this server holds, and the number of the last event that it knows.
    pub(crate) fn claim(&self, now: Instant) -> (Vec<OwnEntry>, u64) {
        let sessions = self.sessions.iter();
        let held = sessions.filter_map(|(id, session)| session.held(now, self.entry(id)));
        (held.collect(), self.replica().map_or(0, Replica::sequence))
    }

    /// Takes in the picture that came back when Redis was told whom this server holds, and says who
    /// is in it by mistake. `asked_at` is what [`Self::claim`] said.
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
        let here = self.sessions.contains_key(&entry.id);
        entry.server == self.me && entry.deadline.is_none() && !here
    }

    fn departure(&self, entry: &Entry) -> Option<&Departure> {
        let departure = self.departures.get(&entry.id);
        departure.filter(|departure| departure.generation == entry.generation)
    }

    fn has_departed(&self, entry: &Entry) -> bool {
        self.departure(entry).is_some()
    }

    /// Takes a snapshot in; see [`Replica::adopt`].
    fn adopt(&mut self, snapshot: Snapshot, asked_at: u64, now: Instant) -> Accord {
        let mut accord = Accord::Agrees;
        match &mut self.roster {
            Roster::Known(replica) => {
                let live = |session: &&Session| session.socket == Socket::Live;
                let here = self.sessions.values().filter(live);
                let here = here.map(|session| &session.own.entry.id);
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

    /// Ends the session of somebody who was sent away, unless they have been let in again. That
    /// counts even if the picture of the room without them was here first.
    fn send_away(&mut self, id: &ParticipantId, generation: u64) {
        let session = self.sessions.get(id);
        if session.is_some_and(|session| session.generation() <= generation) {
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
        let session = self.sessions.get(id);
        reason == LeaveReason::Lost && session.is_some_and(|session| session.socket == Socket::Live)
    }

    /// Only who was removed on purpose is to stay away.
    fn dismiss(&mut self, id: &ParticipantId, reason: LeaveReason) {
        if let Some(session) = self.sessions.remove(id) {
            session.outbox.end(match reason {
                LeaveReason::Removed => SessionEnd::Removed,
                LeaveReason::Left | LeaveReason::Lost => SessionEnd::Overtaken,
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

    /// Forgets the departures that the roster knows of.
    pub(super) fn forget_departures(&mut self) {
        let mut departures = std::mem::take(&mut self.departures);
        departures.retain(|id, departure| {
            let entry = self.entry(id);
            entry.is_some_and(|entry| entry.generation == departure.generation)
        });
        self.departures = departures;
    }

    /// Tells everybody here but those whom the events are about.
    fn announce(&self, events: Vec<RoomEvent>) {
        for event in events {
            let subject = event.subject().clone();
            let message = ServerMessage::from(event);
            for (id, session) in &self.sessions {
                if *id != subject {
                    session.outbox.push(message.clone());
                }
            }
        }
    }
}
