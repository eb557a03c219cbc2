//! What a store has done, for whoever watches over it.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use meeting::signaling::Resumption;

use crate::{Admission, JoinError};

/// How often a store did what, since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters<T = u64> {
    /// Somebody got a seat.
    pub joins: T,
    /// Somebody came back to their seat.
    pub resumes: T,
    /// Somebody was refused, as the room was full or their token did not hold.
    pub refusals: T,
    /// Somebody could not be let in, as Redis could not be reached.
    pub failed_joins: T,
    /// A signal was sent to another server.
    pub forwarded_signals: T,
    /// Somebody was told that their signal reached nobody.
    pub undeliverable_signals: T,
    /// A room was compared with what Redis has.
    pub comparisons: T,
    /// Somebody who was on a dead server was given time to come back.
    pub evacuees: T,
    /// Redis did not hear in time that this server lives.
    pub missed_beats: T,
    /// The subscription to Redis was lost and opened again.
    pub reopened_subscriptions: T,
}

/// The counters of a store that is open.
pub(crate) type LiveCounters = Counters<Counter>;

/// Something that is counted.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    /// It happened once more.
    pub(crate) fn increment(&self) {
        self.add(1);
    }

    /// It happened so many times more.
    pub(crate) fn add(&self, times: u64) {
        self.0.fetch_add(times, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl LiveCounters {
    /// What came of somebody's wanting in.
    pub(crate) fn count_join(&self, outcome: &Result<Admission, JoinError>) {
        let counter = match outcome {
            Ok(admission) => match admission.resumption {
                Resumption::Fresh => &self.joins,
                Resumption::Replayed | Resumption::Snapshot => &self.resumes,
            },
            Err(JoinError::Full | JoinError::ResumeRefused) => &self.refusals,
            Err(JoinError::Unavailable(_)) => &self.failed_joins,
        };
        counter.increment();
    }

    /// What they are now.
    pub(crate) fn snapshot(&self) -> Counters {
        Counters {
            joins: self.joins.get(),
            resumes: self.resumes.get(),
            refusals: self.refusals.get(),
            failed_joins: self.failed_joins.get(),
            forwarded_signals: self.forwarded_signals.get(),
            undeliverable_signals: self.undeliverable_signals.get(),
            comparisons: self.comparisons.get(),
            evacuees: self.evacuees.get(),
            missed_beats: self.missed_beats.get(),
            reopened_subscriptions: self.reopened_subscriptions.get(),
        }
    }
}

impl Counters {
    /// Each with its name.
    fn named(&self) -> [(&'static str, u64); 10] {
        let Self {
            joins,
            resumes,
            refusals,
            failed_joins,
            forwarded_signals,
            undeliverable_signals,
            comparisons,
            evacuees,
            missed_beats,
            reopened_subscriptions,
        } = *self;
        [
            ("joins", joins),
            ("resumes", resumes),
            ("refusals", refusals),
            ("failed_joins", failed_joins),
            ("forwarded_signals", forwarded_signals),
            ("undeliverable_signals", undeliverable_signals),
            ("comparisons", comparisons),
            ("evacuees", evacuees),
            ("missed_beats", missed_beats),
            ("reopened_subscriptions", reopened_subscriptions),
        ]
    }
}

/// Those of what has happened at all: `joins=3 resumes=1`.
impl fmt::Display for Counters {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let happened = self.named().into_iter().filter(|(_, times)| *times > 0);
        let texts: Vec<_> = happened
            .map(|(name, times)| format!("{name}={times}"))
            .collect();
        if texts.is_empty() {
            return formatter.write_str("nothing");
        }
        formatter.write_str(&texts.join(" "))
    }
}
