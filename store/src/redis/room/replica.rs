//! What one server knows of the roster of one room: a snapshot, carried on by numbered events.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use meeting::id::ParticipantId;
use meeting::room::RoomEvent;
use meeting::signaling::{LeaveReason, Participant};

use crate::redis::record::{Change, Entry, RoomRecord, Snapshot};

#[derive(Debug)]
pub(crate) struct Replica {
    born: u64,
    sequence: u64,
    entries: BTreeMap<ParticipantId, Entry>,
    /// Who was there when Redis lost the room and has not been written down anew since. Their
    /// server will do so if it lives, so nobody is told that they left before there was time for
    /// that.
    doubtful: BTreeMap<ParticipantId, Instant>,
    /// What Redis' clock said when it last told something, in milliseconds, and when that was.
    as_of: (u64, Instant),
}

/// How an event fits what is known.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is in the picture already.
    Known,
    /// Something before it is missing.
    Gap,
    /// It is the next one.
    Next(Vec<RoomEvent>),
}

impl Replica {
    pub(crate) fn new(snapshot: Snapshot, at: Instant) -> Self {
        let entries = snapshot
            .entries
            .into_iter()
            .map(|entry| (entry.id.clone(), entry))
            .collect();
        let Snapshot {
            born,
            sequence,
            now,
            ..
        } = snapshot;
        Self {
            born,
            sequence,
            entries,
            doubtful: BTreeMap::new(),
            as_of: (now, at),
        }
    }

    pub(crate) fn get(&self, id: &ParticipantId) -> Option<&Entry> {
        self.entries.get(id)
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// Whether Redis has not confirmed this participant since it lost the room.
    pub(crate) fn doubts(&self, id: &ParticipantId) -> bool {
        self.doubtful.contains_key(id)
    }

    /// Everybody in the room, in the order they came.
    pub(crate) fn participants(&self) -> Vec<Participant> {
        let mut participants: Vec<_> = self.entries.values().map(Entry::participant).collect();
        participants.sort_by(|a, b| (a.since, &a.id).cmp(&(b.since, &b.id)));
        participants
    }

    /// When the first of those who are absent leaves unless they come back, by this server's clock.
    /// What becomes of those in doubt is not for Redis to say.
    pub(crate) fn first_deadline(&self) -> Option<Instant> {
        let certain = self.entries().filter(|entry| !self.doubts(&entry.id));
        let deadlines = certain.filter_map(|entry| entry.deadline);
        let (then, at) = self.as_of;
        let left = deadlines.min()?.saturating_sub(then);
        at.checked_add(Duration::from_millis(left))
    }

    /// Takes the next event in.
    pub(crate) fn follow(&mut self, record: RoomRecord, at: Instant) -> Step {
        self.take_turn(&record, at).unwrap_or_else(|| {
            let mut events = Vec::new();
            match record.change {
                Change::Put(entry) => self.put(entry, &mut events),
                Change::Gone { id, reason, .. } => self.remove(id, reason, &mut events),
            }
            Step::Next(events)
        })
    }

    /// Takes the next event in, which says that somebody is gone, and does not believe it.
    pub(crate) fn doubt(&mut self, record: &RoomRecord, id: &ParticipantId, at: Instant) -> Step {
        self.take_turn(record, at).unwrap_or_else(|| {
            if self.entries.contains_key(id) {
                self.begin_to_doubt(id.clone(), at);
            }
            Step::Next(Vec::new())
        })
    }

    fn begin_to_doubt(&mut self, id: ParticipantId, at: Instant) {
        self.doubtful.entry(id).or_insert(at);
    }

    /// Counts an event, unless it is not the next one.
    fn take_turn(&mut self, record: &RoomRecord, at: Instant) -> Option<Step> {
        if record.sequence <= self.sequence {
            return Some(Step::Known);
        }
        if record.sequence > self.sequence + 1 {
            return Some(Step::Gap);
        }
        self.sequence = record.sequence;
        self.as_of = (record.now, at);
        None
    }

    /// The number of the last event taken in.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Takes a whole picture in, unless a later one is known, and says what is different.
    ///
    /// `asked_at` is what was known when the picture was asked for. One from before that comes
    /// from a Redis that was set back, by a fail-over or an old file. Whoever is `here` is not gone
    /// because the picture lacks them, but in doubt.
    pub(crate) fn adopt<'a>(
        &mut self,
        snapshot: Snapshot,
        asked_at: u64,
        at: Instant,
        here: impl IntoIterator<Item = &'a ParticipantId>,
    ) -> Vec<RoomEvent> {
        let reborn = snapshot.born != self.born || snapshot.sequence < asked_at;
        if !reborn && snapshot.sequence < self.sequence {
            return Vec::new();
        }
        self.born = snapshot.born;
        self.sequence = snapshot.sequence;
        self.as_of = (snapshot.now, at);
        let known: Vec<_> = self.entries.keys().cloned().collect();
        let here: BTreeSet<_> = here.into_iter().collect();
        for id in known.into_iter().filter(|id| reborn || here.contains(id)) {
            self.begin_to_doubt(id, at);
        }

        let present: BTreeSet<_> = snapshot
            .entries
            .iter()
            .map(|entry| entry.id.clone())
            .collect();
        let missing: Vec<_> = self
            .entries
            .keys()
            .filter(|id| !present.contains(*id))
            .cloned()
            .collect();
        let mut events = Vec::new();
        for id in missing {
            if !self.doubtful.contains_key(&id) {
                let reason = self.likely_reason(&id, snapshot.now);
                self.remove(id, reason, &mut events);
            }
        }
        let mut entries = snapshot.entries;
        entries.sort_by_key(|entry| entry.generation);
        for entry in entries {
            self.put(entry, &mut events);
        }
        events
    }

    /// Whoever has been in doubt for so long is gone.
    pub(crate) fn settle(&mut self, patience: Duration, now: Instant) -> Vec<RoomEvent> {
        let over = |since: &Instant| now.saturating_duration_since(*since) >= patience;
        let doubtful = self.doubtful.iter().filter(|(_, since)| over(since));
        let gone: Vec<_> = doubtful.map(|(id, _)| id.clone()).collect();
        let mut events = Vec::new();
        for id in gone {
            self.remove(id, LeaveReason::Lost, &mut events);
        }
        events
    }

    /// Why somebody is missing from a picture taken at `now`. The event that says so is either
    /// still under way, and then known already when it comes, or was missed.
    fn likely_reason(&self, id: &ParticipantId, now: u64) -> LeaveReason {
        let entry = self.entries.get(id);
        match entry.and_then(|entry| Some((entry.deadline?, entry.leave_reason))) {
            Some((deadline, reason)) if deadline <= now => reason.unwrap_or(LeaveReason::Lost),
            Some(_) | None => LeaveReason::Left,
        }
    }

    /// Somebody who was sent away is no longer in doubt, but gone.
    pub(crate) fn dismiss(&mut self, id: &ParticipantId) -> Vec<RoomEvent> {
        let mut events = Vec::new();
        if self.doubtful.contains_key(id) {
            self.remove(id.clone(), LeaveReason::Removed, &mut events);
        }
        events
    }

    fn put(&mut self, entry: Entry, events: &mut Vec<RoomEvent>) {
        let doubted = self.doubtful.remove(&entry.id).is_some();
        let participant = entry.participant();
        let Entry {
            since, generation, ..
        } = entry;
        match self.entries.insert(entry.id.clone(), entry) {
            None => events.push(RoomEvent::Joined(participant)),
            // Whoever came back to a Redis that had forgotten them was never away.
            Some(old) if old.since != since && !doubted => {
                events.push(RoomEvent::Left {
                    id: old.id,
                    reason: LeaveReason::Left,
                });
                events.push(RoomEvent::Joined(participant));
            }
            Some(old) if old.generation != generation || old.participant() != participant => {
                events.push(RoomEvent::Changed(participant));
            }
            Some(_) => {}
        }
    }

    fn remove(&mut self, id: ParticipantId, reason: LeaveReason, events: &mut Vec<RoomEvent>) {
        self.doubtful.remove(&id);
        if self.entries.remove(&id).is_some() {
            events.push(RoomEvent::Left { id, reason });
        }
    }
}
