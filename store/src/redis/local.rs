//! A room as far as this server is concerned: the sessions it holds and its replica of the roster.
//! No I/O; the caller does what [`Needs`] says.

mod review;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use meeting::id::ParticipantId;
use meeting::room::RoomEvent;
use meeting::signaling::{
    LeaveReason, Participant, Presence, Resumption, ServerMessage, Undeliverable,
};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::super::{Outbox, SessionEnd};
use super::needs::Needs;
use super::record::{Change, Entry, OwnEntry, RoomRecord, ServerId, Snapshot};
use super::replica::{Replica, Step};
use super::scripts::Grant;
use super::session::{Newcomer, Route, Session, Socket};

#[derive(Debug, Default)]
pub(super) struct LocalRoom {
    /// Absent until the first snapshot came.
    replica: Option<Replica>,
    /// The last event that came before it did: the snapshot may be older.
    overheard: u64,
    /// Whom this server has to answer for.
    sessions: BTreeMap<ParticipantId, Session>,
    /// Who left from here, and with which generation: the replica hears of it a moment later.
    left: Vec<(ParticipantId, u64)>,
    /// Joins, detaches and leaves whose outcome is not known yet.
    busy: usize,
    /// Whether the channel of the room is subscribed to.
    pub(super) subscribed: bool,
    /// Held while a sync is under way; see [`LocalRoom::turn`].
    turn: Arc<Mutex<()>>,
    /// While a sync is under way: what the replica knew when it began.
    syncing: Option<u64>,
    /// Whether Redis and this server may disagree, so that a sync is due.
    pub(super) stale: bool,
    /// The deadline, in Redis' milliseconds, for which a timer runs.
    alarm: Option<u64>,
    /// Since when the replica has doubts.
    doubts_since: Option<Instant>,
}

impl LocalRoom {
    /// Whether the room is of no concern to this server any more.
    pub(super) fn is_idle(&self) -> bool {
        self.sessions.is_empty() && self.busy == 0 && self.syncing.is_none() && !self.stale
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.replica.iter().flat_map(Replica::entries)
    }

    /// The servers that hold those with a socket, each as often as it holds somebody.
    pub(super) fn holders(&self) -> impl Iterator<Item = &ServerId> {
        let connected = self.entries().filter(|entry| entry.deadline.is_none());
        connected.map(|entry| &entry.server)
    }

    /// The place of somebody who was let in, and the room as they find it.
    pub(super) fn register(
        &mut self,
        newcomer: Newcomer,
        grant: Grant,
        snapshot: Snapshot,
    ) -> ((Vec<Participant>, Resumption), Needs) {
        let Newcomer {
            mut own,
            outbox,
            seen,
        } = newcomer;
        let id = own.entry.id.clone();
        let mut needs = self.adopt(snapshot, 0);
        let mut participants = self.participants();
        own.entry.generation = grant.generation;
        let newest = self.replica.as_ref().and_then(|replica| replica.get(&id));
        own.entry.since = newest.map_or(grant.generation, |entry| entry.since);
        let mut resumption = if own.entry.since == grant.generation {
            Resumption::Fresh
        } else {
            Resumption::Snapshot
        };
        match newest {
            Some(entry) if entry.generation == grant.generation => {
                // Others may have taken this server for dead meanwhile.
                needs.sync |= entry.deadline.is_some();
                for own in participants.iter_mut().filter(|one| one.id == id) {
                    own.presence = Presence::Connected;
                }
                let session = Session {
                    own,
                    outbox: outbox.clone(),
                    socket: Socket::Live,
                };
                if let Some(old) = self.sessions.insert(id, session) {
                    old.outbox.end(SessionEnd::Replaced);
                    if old.own.entry.generation == grant.continues {
                        resumption = outbox.follow(&old.outbox, seen, &participants);
                    }
                }
            }
            // Events overtook the answer: they have come back elsewhere, or are gone, already.
            Some(_) => outbox.end(SessionEnd::Replaced),
            None => outbox.end(SessionEnd::Overtaken),
        }
        ((participants, resumption), needs)
    }

    /// Everybody in the room, in the order they came.
    pub(super) fn participants(&self) -> Vec<Participant> {
        self.replica
            .as_ref()
            .map(Replica::participants)
            .unwrap_or_default()
    }

    /// Whether this is the newest socket of a participant here, and still up.
    pub(super) fn holds(&self, id: &ParticipantId, generation: u64) -> bool {
        self.sessions.get(id).is_some_and(|session| {
            session.own.entry.generation == generation && session.socket == Socket::Live
        })
    }

    /// Takes the socket off a session; it is kept until `until`, and ends for the reason then.
    pub(super) fn detach(&mut self, id: &ParticipantId, until: Instant, reason: LeaveReason) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.outbox.detach();
            session.own.entry.farewell = Some(reason);
            session.socket = Socket::Lost { until };
        }
    }

    pub(super) fn forget(&mut self, id: &ParticipantId) {
        let replica = self.replica.as_ref();
        let knows = |(id, generation): &(ParticipantId, u64)| {
            let entry = replica.and_then(|replica| replica.get(id));
            entry.is_some_and(|entry| entry.generation == *generation)
        };
        self.left.retain(knows);
        if let Some(session) = self.sessions.remove(id) {
            self.left.push((id.clone(), session.own.entry.generation));
        }
    }

    /// Where a signal to this participant goes.
    pub(super) fn route(&self, to: &ParticipantId) -> Result<Route, Undeliverable> {
        if let Some(session) = self.sessions.get(to) {
            return Ok(Route::Here(session.outbox.clone()));
        }
        let entry = self.replica.as_ref().and_then(|replica| replica.get(to));
        let entry = entry.ok_or(Undeliverable::NotInRoom)?;
        if self
            .left
            .iter()
            .any(|(id, generation)| id == to && *generation == entry.generation)
        {
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
    pub(super) fn outbox(&self, id: &ParticipantId) -> Result<&Outbox, Undeliverable> {
        if let Some(session) = self.sessions.get(id) {
            return Ok(&session.outbox);
        }
        match self.replica.as_ref().and_then(|replica| replica.get(id)) {
            Some(_) => Err(Undeliverable::Reconnecting),
            None => Err(Undeliverable::NotInRoom),
        }
    }

    /// An operation has begun; see [`Self::settled`].
    pub(super) fn begin(&mut self) {
        self.busy += 1;
    }

    /// An operation is over. Once none is under way, no predecessor is needed any more.
    pub(super) fn settled(&mut self) {
        self.busy = self.busy.saturating_sub(1);
        if self.busy == 0 {
            self.sessions
                .retain(|_, session| session.socket != Socket::Succeeded);
        }
    }

    /// The lock that a sync holds. A sync writes down whom this server holds; whoever ends a hold
    /// waits for one that is under way, lest it brings back somebody who was taken out.
    pub(super) fn turn(&self) -> Arc<Mutex<()>> {
        Arc::clone(&self.turn)
    }

    /// Asks for a sync; `false` when one is under way already, which then goes round again.
    pub(super) fn request_sync(&mut self) -> bool {
        self.stale = true;
        if self.syncing.is_some() {
            return false;
        }
        self.syncing = Some(0);
        true
    }

    /// Starts a sync: whom this server holds.
    pub(super) fn begin_sync(&mut self) -> Vec<OwnEntry> {
        self.stale = false;
        self.syncing = Some(self.replica.as_ref().map_or(0, Replica::sequence));
        let now = Instant::now();
        let replica = self.replica.as_ref();
        let held = self.sessions.iter().filter_map(|(id, session)| {
            let mut own = session.held(now)?;
            let known = replica.and_then(|replica| replica.get(id));
            own.remembered = known.map(|entry| entry.rest.clone()).unwrap_or_default();
            Some(own)
        });
        held.collect()
    }

    /// Ends a sync that failed. The next beat tries again.
    pub(super) fn fail_sync(&mut self) {
        self.syncing = None;
        self.stale = true;
    }

    /// Ends a sync. Also says who is written down as being here but is not.
    pub(super) fn finish_sync(&mut self, snapshot: Snapshot, me: &ServerId) -> (Vec<Entry>, Needs) {
        let asked_at = self.syncing.take().unwrap_or_default();
        let needs = self.adopt(snapshot, asked_at);
        let is_ghost = |entry: &&Entry| {
            entry.server == *me
                && entry.deadline.is_none()
                && !self.sessions.contains_key(&entry.id)
        };
        let ghosts: Vec<_> = self.entries().filter(is_ghost).cloned().collect();
        if self.busy > 0 && !ghosts.is_empty() {
            // They may be in the middle of coming or going.
            self.stale = true;
            return (Vec::new(), needs);
        }
        (ghosts, needs)
    }

    /// Takes a snapshot in; see [`Replica::adopt`].
    fn adopt(&mut self, snapshot: Snapshot, asked_at: u64) -> Needs {
        let now = snapshot.now;
        let was_overtaken = snapshot.sequence < std::mem::take(&mut self.overheard);
        match &mut self.replica {
            Some(replica) => {
                let live = |session: &&Session| session.socket == Socket::Live;
                let here = self.sessions.values().filter(live);
                let here = here.map(|session| &session.own.entry.id);
                let events = replica.adopt(snapshot, asked_at, here);
                let since = self.doubts_since.unwrap_or_else(Instant::now);
                self.doubts_since = replica.has_doubts().then_some(since);
                self.announce(events);
            }
            None => self.replica = Some(Replica::new(snapshot)),
        }
        let mut needs = self.review(now);
        needs.sync |= was_overtaken;
        needs
    }

    /// Takes an event in.
    pub(super) fn follow(&mut self, record: RoomRecord) -> Needs {
        let now = record.now;
        let gone = match &record.change {
            Change::Gone { id, reason } => {
                Some((id.clone(), *reason, self.knows_better(id, *reason)))
            }
            Change::Put(_) => None,
        };
        let Some(replica) = &mut self.replica else {
            self.overheard = record.sequence;
            return Needs::default();
        };
        let step = match &gone {
            Some((id, _, true)) => replica.doubt(record.sequence, id),
            Some((_, _, false)) | None => replica.follow(record),
        };
        match step {
            Step::Known => return Needs::default(),
            Step::Gap => {
                return Needs {
                    sync: true,
                    alarm: None,
                };
            }
            Step::Next(events) => self.announce(events),
        }
        if let Some((id, reason, false)) = gone {
            self.dismiss(&id, reason);
        }
        self.review(now)
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
    pub(super) fn settle(&mut self, patience: Duration) {
        let Some(replica) = &mut self.replica else {
            return;
        };
        if !replica.has_doubts() {
            self.doubts_since = None;
        } else if self
            .doubts_since
            .is_some_and(|since| since.elapsed() >= patience)
        {
            self.doubts_since = None;
            let events = replica.settle();
            self.announce(events);
        }
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

    /// How many participants this server holds.
    pub(super) fn sessions(&self) -> usize {
        self.sessions.len()
    }
}
