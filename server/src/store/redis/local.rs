//! A room as far as this server is concerned: the sessions it holds and its replica of the roster.
//! No I/O; the caller does what [`Needs`] says.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use meeting::id::ParticipantId;
use meeting::room::RoomEvent;
use meeting::signaling::{LeaveReason, Participant, ServerMessage, Undeliverable};
use tokio::sync::Mutex;

use super::super::{Outbox, SessionEnd};
use super::record::{Change, Entry, OwnEntry, RoomRecord, ServerId, Snapshot};
use super::replica::{Replica, Step};

#[derive(Debug, Default)]
pub(super) struct LocalRoom {
    /// Absent until the first snapshot came.
    replica: Option<Replica>,
    /// Whom this server has to answer for.
    sessions: BTreeMap<ParticipantId, Session>,
    /// Joins, detaches and leaves whose outcome is not known yet.
    pub(super) busy: usize,
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

#[derive(Debug)]
struct Session {
    own: OwnEntry,
    socket: Socket,
}

#[derive(Debug)]
enum Socket {
    Live(Outbox),
    Lost {
        /// When the grace period ends by this server's clock.
        until: Instant,
    },
}

/// What is to be done after a change.
#[derive(Debug, Default)]
#[must_use]
pub(super) struct Needs {
    /// Sync the room.
    pub(super) sync: bool,
    /// Sync it again after this time: a grace period ends then.
    pub(super) alarm: Option<Duration>,
}

/// Where a signal goes.
#[derive(Debug)]
pub(super) enum Route {
    Here(Outbox),
    There(ServerId),
}

impl LocalRoom {
    /// Whether the room is of no concern to this server any more.
    pub(super) fn is_idle(&self) -> bool {
        self.sessions.is_empty() && self.busy == 0 && self.syncing.is_none() && !self.stale
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.replica.iter().flat_map(Replica::entries)
    }

    /// The place of somebody who was let in with this generation, and the room as he finds it.
    pub(super) fn register(
        &mut self,
        mut own: OwnEntry,
        generation: u64,
        snapshot: Snapshot,
        outbox: Outbox,
    ) -> (Vec<Participant>, Needs) {
        let id = own.entry.id.clone();
        let needs = self.adopt(snapshot, 0);
        own.entry.generation = generation;
        let newest = self.replica.as_ref().and_then(|replica| replica.get(&id));
        own.entry.since = newest.map_or(generation, |entry| entry.since);
        match newest {
            Some(entry) if entry.generation == generation => {
                let session = Session {
                    own,
                    socket: Socket::Live(outbox),
                };
                if let Some(old) = self.sessions.insert(id, session) {
                    old.end(SessionEnd::Replaced);
                }
            }
            // Events overtook the answer: he has come back elsewhere, or is gone, already.
            Some(_) => outbox.end(SessionEnd::Replaced),
            None => outbox.end(SessionEnd::Removed),
        }
        (self.participants(), needs)
    }

    fn participants(&self) -> Vec<Participant> {
        self.replica
            .as_ref()
            .map(Replica::participants)
            .unwrap_or_default()
    }

    /// Whether this is the newest socket of a participant here, and still up.
    pub(super) fn holds(&self, id: &ParticipantId, generation: u64) -> bool {
        self.sessions.get(id).is_some_and(|session| {
            session.own.entry.generation == generation && matches!(session.socket, Socket::Live(_))
        })
    }

    /// Takes the socket off a session; it is kept until `until`.
    pub(super) fn detach(&mut self, id: &ParticipantId, until: Instant) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.socket = Socket::Lost { until };
        }
    }

    pub(super) fn forget(&mut self, id: &ParticipantId) {
        self.sessions.remove(id);
    }

    /// Where a signal to this participant goes.
    pub(super) fn route(&self, to: &ParticipantId) -> Result<Route, Undeliverable> {
        match self.sessions.get(to).map(|session| &session.socket) {
            Some(Socket::Live(outbox)) => return Ok(Route::Here(outbox.clone())),
            Some(Socket::Lost { .. }) => return Err(Undeliverable::Reconnecting),
            None => {}
        }
        match self.replica.as_ref().and_then(|replica| replica.get(to)) {
            None => Err(Undeliverable::NotInRoom),
            Some(entry) if entry.deadline.is_some() => Err(Undeliverable::Reconnecting),
            Some(entry) => Ok(Route::There(entry.server.clone())),
        }
    }

    /// The socket of a participant here; otherwise why there is none.
    pub(super) fn outbox(&self, id: &ParticipantId) -> Result<&Outbox, Undeliverable> {
        match self.sessions.get(id).map(|session| &session.socket) {
            Some(Socket::Live(outbox)) => Ok(outbox),
            Some(Socket::Lost { .. }) => Err(Undeliverable::Reconnecting),
            None => match self.replica.as_ref().and_then(|replica| replica.get(id)) {
                Some(_) => Err(Undeliverable::Reconnecting),
                None => Err(Undeliverable::NotInRoom),
            },
        }
    }

    /// The lock that a sync holds. A sync writes down whom this server holds; whoever ends a hold
    /// waits for one that is under way, lest it brings him back after he was taken out.
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
        self.sessions
            .values()
            .filter_map(|session| session.held(now))
            .collect()
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
        match &mut self.replica {
            Some(replica) => {
                let events = replica.adopt(snapshot, asked_at);
                let since = self.doubts_since.unwrap_or_else(Instant::now);
                self.doubts_since = replica.has_doubts().then_some(since);
                self.announce(events);
            }
            None => self.replica = Some(Replica::new(snapshot)),
        }
        self.review(now)
    }

    /// Takes an event in.
    pub(super) fn follow(&mut self, record: RoomRecord) -> Needs {
        let now = record.now;
        let Some(replica) = &mut self.replica else {
            return Needs::default();
        };
        let gone = match &record.change {
            Change::Gone { id, reason } => Some((id.clone(), *reason)),
            Change::Put(_) => None,
        };
        match replica.follow(record) {
            Step::Known => return Needs::default(),
            Step::Gap => {
                return Needs {
                    sync: true,
                    alarm: None,
                };
            }
            Step::Next(events) => self.announce(events),
        }
        if let Some((id, reason)) = gone {
            self.dismiss(&id, reason);
        }
        self.review(now)
    }

    /// Somebody is gone. If he was held here and nobody meant him to go, the review after this
    /// brings him back.
    fn dismiss(&mut self, id: &ParticipantId, reason: LeaveReason) {
        let Some(session) = self.sessions.get(id) else {
            return;
        };
        if matches!(session.socket, Socket::Live(_)) && reason == LeaveReason::Lost {
            return;
        }
        if let Some(session) = self.sessions.remove(id) {
            session.end(SessionEnd::Removed);
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

    /// Compares what this server holds with what the roster says.
    fn review(&mut self, now: u64) -> Needs {
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
            match &session.socket {
                _ if entry.is_some_and(|entry| entry.generation > generation) => {
                    replaced.push(id.clone());
                }
                Socket::Live(_) => sync |= !vouched || expected,
                Socket::Lost { until } if *until <= clock => {
                    if !vouched || !expected {
                        over.push(id.clone());
                        sync |= vouched;
                    }
                }
                Socket::Lost { .. } => sync |= !vouched || !expected,
            }
        }
        let alarm = replica.entries().filter_map(|entry| entry.deadline).min();
        for id in replaced {
            if let Some(session) = self.sessions.remove(&id) {
                session.end(SessionEnd::Replaced);
            }
        }
        for id in over {
            self.sessions.remove(&id);
        }
        Needs {
            sync,
            alarm: self.set_alarm(alarm, now),
        }
    }

    /// The timer has gone off.
    pub(super) fn clear_alarm(&mut self) {
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

    /// Tells everybody here but those whom the events are about.
    fn announce(&self, events: Vec<RoomEvent>) {
        for event in events {
            let subject = event.subject().clone();
            let message = ServerMessage::from(event);
            for (id, session) in &self.sessions {
                if let Socket::Live(outbox) = &session.socket
                    && *id != subject
                {
                    outbox.push(message.clone());
                }
            }
        }
    }
}

impl Session {
    fn end(self, end: SessionEnd) {
        if let Socket::Live(outbox) = self.socket {
            outbox.end(end);
        }
    }

    /// How Redis shall have it; nothing when the grace period is over.
    fn held(&self, now: Instant) -> Option<OwnEntry> {
        let mut own = self.own.clone();
        if let Socket::Lost { until } = &self.socket {
            let left = until
                .checked_duration_since(now)
                .filter(|left| !left.is_zero())?;
            own.remaining = Some(u64::try_from(left.as_millis()).unwrap_or_default());
        }
        Some(own)
    }
}
