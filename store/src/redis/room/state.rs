//! A room as far as this server is concerned: whom it holds, and its replica of the roster. No I/O.

use std::collections::BTreeMap;
use std::time::Instant;

use meeting::id::ParticipantId;
use meeting::room::RoomEvent;
use meeting::signaling::{
    LeaveReason, Participant, Presence, Resumption, ServerMessage, Undeliverable,
};

use super::accord::Accord;
use super::held_seat::{Departure, HeldSeat, Newcomer, Recipient, Socket};
use super::replica::Replica;
use crate::redis::record::{Entry, OwnEntry, ServerId, Snapshot};
use crate::redis::scripts::SeatNumbers;
use crate::{Outbox, OutboxEnd, Seat};

#[derive(Debug)]
pub(crate) struct Room {
    /// This server.
    pub(super) me: ServerId,
    pub(super) roster: Roster,
    /// Whom this server has to answer for.
    pub(super) seats: BTreeMap<ParticipantId, HeldSeat>,
    /// Who left from here, until the roster knows.
    departures: BTreeMap<ParticipantId, Departure>,
    /// Who is being let in. Until Redis has answered, their former seat stays, as the new
    /// socket may have to be told again what the old one was told.
    pub(super) awaited: Option<Awaited>,
}

/// Somebody who is being let in.
#[derive(Debug)]
pub(super) struct Awaited {
    pub(super) id: ParticipantId,
    /// The generation up to which they were sent away before Redis' answer was here.
    pub(super) sent_away: Option<u64>,
}

/// What is known of everybody in the room.
#[derive(Debug)]
pub(super) enum Roster {
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

impl Room {
    pub(crate) fn new(me: ServerId) -> Self {
        Self {
            me,
            roster: Roster::Unknown { overheard: 0 },
            seats: BTreeMap::new(),
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

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.replica().into_iter().flat_map(Replica::entries)
    }

    /// How many participants this server holds.
    pub(crate) fn held(&self) -> usize {
        self.seats.len()
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
        self.seats
            .get(&seat.id)
            .is_some_and(|held| held.generation() == seat.generation && held.socket == Socket::Live)
    }

    /// Where this participant is, for a signal to them.
    pub(crate) fn recipient(&self, to: &ParticipantId) -> Result<Recipient, Undeliverable> {
        if let Some(held) = self.seats.get(to) {
            return Ok(Recipient::Here(held.outbox.clone()));
        }
        let entry = self.entry(to).ok_or(Undeliverable::NotInRoom)?;
        if self.has_departed(entry) {
            return Err(Undeliverable::NotInRoom);
        }
        Ok(Recipient::There {
            server: entry.server.clone(),
            otherwise: match entry.deadline {
                None => Undeliverable::Unreachable,
                Some(_) => Undeliverable::Reconnecting,
            },
        })
    }

    /// The way to a participant here; otherwise why there is none.
    pub(crate) fn outbox(&self, id: &ParticipantId) -> Result<&Outbox, Undeliverable> {
        match self.seats.get(id) {
            Some(held) => Ok(&held.outbox),
            None if self.entry(id).is_some() => Err(Undeliverable::Reconnecting),
            None => Err(Undeliverable::NotInRoom),
        }
    }

    /// Somebody is being let in; [`Self::admit`] or [`Self::await_nobody`] ends that.
    pub(crate) fn await_newcomer(&mut self, id: ParticipantId) {
        self.awaited = Some(Awaited {
            id,
            sent_away: None,
        });
    }

    /// Whoever was being let in was not.
    pub(crate) fn await_nobody(&mut self, now: Instant) -> Accord {
        self.awaited = None;
        self.review(now)
    }

    /// The seat of somebody who was let in, and the room as they find it.
    pub(crate) fn admit(
        &mut self,
        newcomer: Newcomer,
        numbers: SeatNumbers,
        snapshot: Snapshot,
        now: Instant,
    ) -> (Found, Accord) {
        let id = newcomer.own.entry.id.clone();
        let before = self.adopt(snapshot, 0, now);
        let mut participants = self.participants();
        let resumption = match self.entry(&id) {
            Some(entry) if entry.generation == numbers.generation => {
                let since = entry.since;
                // Others may have taken this server for dead meanwhile; the review will say so.
                for own in participants.iter_mut().filter(|one| one.id == id) {
                    own.presence = Presence::Connected;
                }
                self.seat(newcomer, numbers, since, &participants)
            }
            // Events overtook the answer: they have come back elsewhere, or are gone, already.
            Some(_) => {
                newcomer.outbox.end(OutboxEnd::Replaced);
                Resumption::Snapshot
            }
            None => {
                let sent_away = self.awaited.as_ref().and_then(|it| it.sent_away);
                let is_removed = sent_away.is_some_and(|it| it >= numbers.generation);
                newcomer.outbox.end(if is_removed {
                    OutboxEnd::Removed
                } else {
                    OutboxEnd::Overtaken
                });
                Resumption::Snapshot
            }
        };
        let found = Found {
            participants,
            resumption,
        };
        (found, before.and(self.await_nobody(now)))
    }

    /// Gives somebody their seat, and says what becomes of the session that they had before.
    fn seat(
        &mut self,
        newcomer: Newcomer,
        numbers: SeatNumbers,
        since: u64,
        participants: &[Participant],
    ) -> Resumption {
        let Newcomer {
            mut own,
            outbox,
            seen,
        } = newcomer;
        let id = own.entry.id.clone();
        own.entry.generation = numbers.generation;
        own.entry.since = since;
        let held = HeldSeat {
            own,
            outbox: outbox.clone(),
            socket: Socket::Live,
        };
        let old = self.seats.insert(id, held);
        if let Some(old) = &old {
            old.outbox.end(OutboxEnd::Replaced);
        }
        match old {
            Some(old) if old.generation() == numbers.continues => {
                outbox.follow(&old.outbox, seen, participants)
            }
            _ if since == numbers.generation => Resumption::Fresh,
            _ => Resumption::Snapshot,
        }
    }

    /// Takes the socket off a seat; it is kept until `until`, and they leave for the reason then.
    pub(crate) fn detach(&mut self, id: &ParticipantId, until: Instant, reason: LeaveReason) {
        if let Some(held) = self.seats.get_mut(id) {
            held.outbox.detach();
            held.own.entry.leave_reason = Some(reason);
            held.socket = Socket::Lost { until };
        }
    }

    /// Gives up a seat for good.
    pub(crate) fn leave(&mut self, id: &ParticipantId, reason: LeaveReason) {
        if let Some(held) = self.seats.remove(id) {
            let generation = held.generation();
            let departure = Departure { generation, reason };
            self.departures.insert(id.clone(), departure);
        }
    }

    /// Whom this server holds, and the number of the last event that it knows.
    pub(crate) fn held_seats(&self, now: Instant) -> (Vec<OwnEntry>, u64) {
        let seats = self.seats.iter();
        let records = seats.filter_map(|(id, held)| held.record(now, self.entry(id)));
        (
            records.collect(),
            self.replica().map_or(0, Replica::sequence),
        )
    }

    pub(super) fn departure(&self, entry: &Entry) -> Option<&Departure> {
        let departure = self.departures.get(&entry.id);
        departure.filter(|departure| departure.generation == entry.generation)
    }

    fn has_departed(&self, entry: &Entry) -> bool {
        self.departure(entry).is_some()
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
    pub(super) fn announce(&self, events: Vec<RoomEvent>) {
        for event in events {
            let subject = event.subject().clone();
            let message = ServerMessage::from(event);
            for (id, held) in &self.seats {
                if *id != subject {
                    held.outbox.push(message.clone());
                }
            }
        }
    }
}
