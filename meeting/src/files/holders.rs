//! From whom a file is fetched: whoever says that they have it, as long as that is true.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::id::ParticipantId;
use crate::time::Timestamp;

/// How long somebody is not asked again who did not deliver. Doubles each time until they do.
const FIRST_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(64);
/// How long somebody may take for a piece. Doubles each time that was too short: a slow way is one all
/// the same.
const FIRST_PATIENCE: Duration = Duration::from_secs(60);
const LONGEST_PATIENCE: Duration = Duration::from_secs(3600);
/// Of how many it is remembered how they were. Whoever lied goes on as somebody else for nothing, so
/// more than a room has is never needed.
const REMEMBERED: usize = 64;

/// What is known of those who say that they have one file.
#[derive(Debug, Default)]
pub(super) struct Holders {
    /// Who sent something else.
    liars: BTreeSet<ParticipantId>,
    /// Who was asked for something that did not come.
    late: BTreeMap<ParticipantId, Lateness>,
    /// Who delivered last.
    last: Option<ParticipantId>,
}

#[derive(Debug)]
struct Lateness {
    /// From when on they are asked again, if that is still to come.
    rests_until: Option<Timestamp>,
    /// How long they rest the next time.
    next_rest: Duration,
    patience: Duration,
}

impl Default for Lateness {
    fn default() -> Self {
        Self {
            rests_until: None,
            next_rest: FIRST_REST,
            patience: FIRST_PATIENCE,
        }
    }
}

impl Holders {
    /// Time went by: whoever has rested may be asked again.
    pub(super) fn tick(&mut self, now: Timestamp) {
        for late in self.late.values_mut() {
            late.rests_until.take_if(|until| *until <= now);
        }
    }

    /// Whom to ask now, of those who say that they have it: whoever delivered last, or the first
    /// behind so many others, so that not all ask the same one.
    pub(super) fn choose<'a>(
        &self,
        having: impl Iterator<Item = &'a ParticipantId>,
        behind: u32,
    ) -> Option<&'a ParticipantId> {
        let rests = |id| self.late.get(id).is_some_and(|it| it.rests_until.is_some());
        let able: Vec<_> = having
            .filter(|id| !self.is_liar(id) && !rests(*id))
            .collect();
        let last = able.iter().find(|id| Some(**id) == self.last.as_ref());
        let index = usize::try_from(behind).unwrap_or_default();
        let index = index.checked_rem(able.len())?;
        last.or_else(|| able.get(index)).copied()
    }

    /// When somebody who has it can be asked again.
    pub(super) fn next_at<'a>(
        &self,
        having: impl Iterator<Item = &'a ParticipantId>,
    ) -> Option<Timestamp> {
        let able = having.filter(|id| !self.is_liar(id));
        able.filter_map(|id| self.late.get(id)?.rests_until).min()
    }

    /// How long they may take for a piece.
    pub(super) fn patience(&self, id: &ParticipantId) -> Duration {
        let late = self.late.get(id);
        late.map_or(FIRST_PATIENCE, |it| it.patience)
    }

    /// They sent a piece, and it was right.
    pub(super) fn delivered(&mut self, id: &ParticipantId) {
        if let Some(late) = self.late.get_mut(id) {
            late.next_rest = FIRST_REST;
        }
        if self.last.as_ref() != Some(id) {
            self.last = Some(id.clone());
        }
    }

    /// They were asked, and it came to nothing.
    pub(super) fn failed(&mut self, now: Timestamp, id: &ParticipantId) {
        if self.late.len() >= REMEMBERED {
            self.late.clear();
        }
        self.last.take_if(|last| last == id);
        let late = self.late.entry(id.clone()).or_default();
        late.rests_until = Some(now + late.next_rest);
        late.next_rest = (late.next_rest * 2).min(LONGEST_REST);
        late.patience = (late.patience * 2).min(LONGEST_PATIENCE);
    }

    /// There is a new channel to them, on which they may do better.
    pub(super) fn returned(&mut self, id: &ParticipantId) {
        if let Some(late) = self.late.get_mut(id) {
            late.rests_until = None;
        }
    }

    /// They sent something that is not in the file. They are not asked for it again.
    pub(super) fn lied(&mut self, id: &ParticipantId) {
        if self.liars.len() >= REMEMBERED {
            self.liars.clear();
        }
        self.last.take_if(|last| last == id);
        self.liars.insert(id.clone());
    }

    /// Whether this one has sent something else.
    pub(super) fn is_liar(&self, id: &ParticipantId) -> bool {
        self.liars.contains(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn people() -> [ParticipantId; 3] {
        [1, 2, 3].map(|number| ParticipantId::from_bytes([number; 16]))
    }

    #[test]
    fn whoever_delivers_is_asked_again_and_otherwise_one_after_the_other() {
        let people = people();
        let mut holders = Holders::default();
        let asked = |behind| holders.choose(people.iter(), behind).cloned();
        let [ada, ben, cleo] = people.each_ref().map(|it| Some(it.clone()));
        assert_eq!(
            [asked(0), asked(1), asked(2), asked(3)],
            [ada.clone(), ben.clone(), cleo, ada]
        );
        holders.delivered(&people[1]);
        for behind in 0..4 {
            assert_eq!(holders.choose(people.iter(), behind).cloned(), ben);
        }
        assert_eq!(holders.choose([].iter(), 0), None);
    }

    #[test]
    fn whoever_does_not_deliver_rests_longer_each_time_and_whoever_lies_for_good() {
        let people = people();
        let mut holders = Holders::default();
        let [ada, ben, _] = &people;
        let both = || [ada, ben].into_iter();
        holders.lied(ben);
        let mut now = 0;
        for wait in [1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 64_000] {
            assert_eq!(holders.choose(both(), 1), Some(ada));
            holders.failed(at(now), ada);
            holders.tick(at(now + wait - 1));
            assert_eq!(holders.choose(both(), 0), None);
            assert_eq!(holders.next_at(both()), Some(at(now + wait)));
            now += wait;
            holders.tick(at(now));
        }
        assert_eq!(holders.choose(both(), 0), Some(ada));
        assert_eq!(holders.next_at(both()), None);
        assert_eq!(holders.patience(ada), LONGEST_PATIENCE);
        assert_eq!(holders.patience(ben), FIRST_PATIENCE);
        holders.delivered(ada);
        holders.failed(at(now), ada);
        assert_eq!(holders.next_at(both()), Some(at(now + 1000)));
        holders.returned(ada);
        assert_eq!(holders.choose(both(), 0), Some(ada));
        assert!(holders.is_liar(ben) && !holders.is_liar(ada));
    }
}
