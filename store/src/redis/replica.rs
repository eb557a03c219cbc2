//! What one server knows of the roster of one room: a snapshot, carried on by numbered events.

use std::collections::{BTreeMap, BTreeSet};

use meeting::id::ParticipantId;
use meeting::room::RoomEvent;
use meeting::signaling::{LeaveReason, Participant};

use super::record::{Change, Entry, RoomRecord, Snapshot};

#[derive(Debug)]
pub(super) struct Replica {
    born: u64,
    sequence: u64,
    entries: BTreeMap<ParticipantId, Entry>,
    /// Who was there when Redis lost the room and has not been written down anew since. Their
    /// server will do so if it lives, so nobody is told that they left before there was time for
    /// that.
    doubtful: BTreeSet<ParticipantId>,
}

/// How an event fits what is known.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It is in the picture already.
    Known,
    /// Something before it is missing.
    Gap,
    /// It is the next one.
    Next(Vec<RoomEvent>),
}

impl Replica {
    pub(super) fn new(snapshot: Snapshot) -> Self {
        let entries = snapshot
            .entries
            .into_iter()
            .map(|entry| (entry.id.clone(), entry))
            .collect();
        let Snapshot { born, sequence, .. } = snapshot;
        Self {
            born,
            sequence,
            entries,
            doubtful: BTreeSet::new(),
        }
    }

    pub(super) fn get(&self, id: &ParticipantId) -> Option<&Entry> {
        self.entries.get(id)
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    pub(super) fn has_doubts(&self) -> bool {
        !self.doubtful.is_empty()
    }

    /// Whether Redis has not confirmed this participant since it lost the room.
    pub(super) fn doubts(&self, id: &ParticipantId) -> bool {
        self.doubtful.contains(id)
    }

    /// Everybody in the room, in the order they came.
    pub(super) fn participants(&self) -> Vec<Participant> {
        let mut participants: Vec<_> = self.entries.values().map(Entry::participant).collect();
        participants.sort_by(|a, b| (a.since, &a.id).cmp(&(b.since, &b.id)));
        participants
    }

    /// Takes the next event in.
    pub(super) fn follow(&mut self, record: RoomRecord) -> Step {
        self.take_turn(record.sequence).unwrap_or_else(|| {
            let mut events = Vec::new();
            match record.change {
                Change::Put(entry) => self.put(entry, &mut events),
                Change::Gone { id, reason } => self.remove(id, reason, &mut events),
            }
            Step::Next(events)
        })
    }

    /// Takes the next event in, which says that somebody is gone, and does not believe it.
    pub(super) fn doubt(&mut self, sequence: u64, id: &ParticipantId) -> Step {
        self.take_turn(sequence).unwrap_or_else(|| {
            self.doubtful
                .extend(self.entries.get(id).map(|entry| entry.id.clone()));
            Step::Next(Vec::new())
        })
    }

    /// Counts an event, unless it is not the next one.
    fn take_turn(&mut self, sequence: u64) -> Option<Step> {
        if sequence <= self.sequence {
            return Some(Step::Known);
        }
        if sequence > self.sequence + 1 {
            return Some(Step::Gap);
        }
        self.sequence = sequence;
        None
    }

    /// The number of the last event taken in.
    pub(super) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Takes a whole picture in, unless a later one is known, and says what is different.
    ///
    /// `asked_at` is what was known when the picture was asked for. One from before that comes
    /// from a Redis that was set back, by a fail-over or an old file. Whoever is `here` is not gone
    /// because the picture lacks them, but in doubt.
    pub(super) fn adopt<'a>(
        &mut self,
        snapshot: Snapshot,
        asked_at: u64,
        here: impl IntoIterator<Item = &'a ParticipantId>,
    ) -> Vec<RoomEvent> {
        let reborn = snapshot.born != self.born || snapshot.sequence < asked_at;
        if !reborn && snapshot.sequence < self.sequence {
            return Vec::new();
        }
        self.born = snapshot.born;
        self.sequence = snapshot.sequence;
        if reborn {
            self.doubtful.extend(self.entries.keys().cloned());
        }
        let here = here.into_iter().filter(|id| self.entries.contains_key(*id));
        self.doubtful.extend(here.cloned());

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
            if !self.doubtful.contains(&id) {
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

    /// There was time enough: whoever is still in doubt is gone.
    pub(super) fn settle(&mut self) -> Vec<RoomEvent> {
        let mut events = Vec::new();
        for id in std::mem::take(&mut self.doubtful) {
            self.remove(id, LeaveReason::Lost, &mut events);
        }
        events
    }

    /// Why somebody is missing from a picture taken at `now`. The event that says so is either
    /// still under way, and then known already when it comes, or was missed.
    fn likely_reason(&self, id: &ParticipantId, now: u64) -> LeaveReason {
        let entry = self.entries.get(id);
        match entry.and_then(|entry| Some((entry.deadline?, entry.farewell))) {
            Some((deadline, farewell)) if deadline <= now => farewell.unwrap_or(LeaveReason::Lost),
            Some(_) | None => LeaveReason::Left,
        }
    }

    fn put(&mut self, entry: Entry, events: &mut Vec<RoomEvent>) {
        let doubted = self.doubtful.remove(&entry.id);
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

#[cfg(test)]
mod tests {
    use meeting::id::{Attempt, DisplayName, InstanceId, TabId};

    use super::super::record::{Rest, ServerId};
    use super::*;

    fn id(number: u8) -> ParticipantId {
        ParticipantId::from_bytes([number; 16])
    }

    fn entry(number: u8, since: u64) -> Entry {
        Entry {
            id: id(number),
            name: DisplayName::try_from(format!("Person {number}")).unwrap(),
            instance: InstanceId::from_random(1),
            attempt: Attempt {
                tab: TabId::from_random(1),
                number: 1,
            },
            since,
            server: ServerId::from_random(1),
            generation: since,
            deadline: None,
            farewell: None,
            rest: Rest::default(),
        }
    }

    fn snapshot(born: u64, sequence: u64, entries: &[Entry]) -> Snapshot {
        Snapshot {
            born,
            sequence,
            now: 0,
            entries: entries.to_vec(),
        }
    }

    fn put(sequence: u64, entry: Entry) -> RoomRecord {
        RoomRecord {
            sequence,
            now: 0,
            change: Change::Put(entry),
        }
    }

    #[test]
    fn events_count_once_and_in_order() {
        let mut replica = Replica::new(snapshot(10, 11, &[entry(1, 11)]));
        let joined = RoomEvent::Joined(entry(2, 12).participant());
        assert_eq!(
            replica.follow(put(12, entry(2, 12))),
            Step::Next(vec![joined])
        );
        assert_eq!(replica.follow(put(12, entry(2, 12))), Step::Known);
        assert_eq!(replica.follow(put(14, entry(4, 14))), Step::Gap);
        assert_eq!(replica.participants().len(), 2);
    }

    #[test]
    fn a_snapshot_tells_the_differences_and_an_old_one_nothing() {
        let mut replica = Replica::new(snapshot(10, 12, &[entry(1, 11), entry(2, 12)]));
        assert_eq!(
            replica.adopt(snapshot(10, 15, &[entry(2, 12), entry(3, 15)]), 12, []),
            [
                RoomEvent::Left {
                    id: id(1),
                    reason: LeaveReason::Left
                },
                RoomEvent::Joined(entry(3, 15).participant()),
            ]
        );
        assert_eq!(
            replica.adopt(snapshot(10, 12, &[entry(1, 11), entry(2, 12)]), 12, []),
            []
        );
    }

    #[test]
    fn whose_grace_period_was_over_is_told_as_lost() {
        let away = Entry {
            deadline: Some(500),
            ..entry(1, 11)
        };
        let mut replica = Replica::new(snapshot(10, 12, &[away]));
        assert_eq!(
            replica.adopt(
                Snapshot {
                    now: 500,
                    ..snapshot(10, 13, &[])
                },
                12,
                []
            ),
            [RoomEvent::Left {
                id: id(1),
                reason: LeaveReason::Lost
            }]
        );
    }

    #[test]
    fn nobody_leaves_because_redis_forgot_them_unless_nobody_vouches_for_them() {
        let mut replica = Replica::new(snapshot(10, 12, &[entry(1, 11), entry(2, 12)]));
        assert_eq!(replica.adopt(snapshot(90, 90, &[]), 12, []), []);
        assert!(replica.has_doubts());
        assert_eq!(replica.follow(put(91, entry(1, 11))), Step::Next(vec![]));
        assert_eq!(
            replica.settle(),
            [RoomEvent::Left {
                id: id(2),
                reason: LeaveReason::Lost
            }]
        );
        assert!(!replica.has_doubts());
    }

    #[test]
    fn whoever_comes_back_to_a_redis_that_forgot_them_has_not_left() {
        let anew = |since| entry(2, since);
        let changed = |since| RoomEvent::Changed(anew(since).participant());
        let mut replica = Replica::new(snapshot(10, 12, &[entry(1, 11), entry(2, 12)]));
        assert_eq!(
            replica.adopt(snapshot(90, 92, &[entry(1, 11), anew(92)]), 12, []),
            [changed(92)]
        );
        assert_eq!(
            replica.adopt(snapshot(190, 191, &[entry(1, 11)]), 92, []),
            []
        );
        assert_eq!(
            replica.follow(put(192, anew(192))),
            Step::Next(vec![changed(192)])
        );
        assert!(!replica.has_doubts());
    }

    #[test]
    fn whoever_is_gone_against_better_knowledge_has_not_left() {
        let mut replica = Replica::new(snapshot(10, 12, &[entry(1, 11), entry(2, 12)]));
        assert_eq!(replica.doubt(12, &id(1)), Step::Known);
        assert_eq!(replica.doubt(14, &id(1)), Step::Gap);
        assert_eq!(replica.doubt(13, &id(1)), Step::Next(vec![]));
        assert!(replica.doubts(&id(1)) && !replica.doubts(&id(2)));
        assert_eq!(replica.follow(put(14, entry(1, 11))), Step::Next(vec![]));
        assert!(!replica.has_doubts());
    }

    #[test]
    fn whoever_is_here_has_not_left_because_a_snapshot_lacks_them() {
        let mut replica = Replica::new(snapshot(10, 12, &[entry(1, 11), entry(2, 12)]));
        let both = [id(1), id(2)];
        assert_eq!(
            replica.adopt(snapshot(10, 13, &[entry(1, 11)]), 12, &both),
            []
        );
        assert!(replica.doubts(&id(2)) && !replica.doubts(&id(1)));
    }

    #[test]
    fn nobody_leaves_because_redis_was_set_back() {
        let mut replica = Replica::new(snapshot(10, 12, &[entry(1, 11), entry(2, 12)]));
        assert_eq!(replica.adopt(snapshot(10, 11, &[entry(1, 11)]), 12, []), []);
        assert!(replica.doubts(&id(2)));
        // The numbers go on from where Redis is now.
        let joined = RoomEvent::Joined(entry(3, 12).participant());
        assert_eq!(
            replica.follow(put(12, entry(3, 12))),
            Step::Next(vec![joined])
        );
    }

    #[test]
    fn leaving_and_coming_anew_between_two_snapshots_is_told_as_both() {
        let mut replica = Replica::new(snapshot(10, 11, &[entry(1, 11)]));
        assert_eq!(
            replica.adopt(snapshot(10, 15, &[entry(1, 14)]), 11, []),
            [
                RoomEvent::Left {
                    id: id(1),
                    reason: LeaveReason::Left
                },
                RoomEvent::Joined(entry(1, 14).participant()),
            ]
        );
    }
}
