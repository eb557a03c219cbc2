//! Whose Lamport clock is believed. Whoever lies about theirs misplaces what they write themselves,
//! and nothing of anybody else.

/// The highest clock that a message of somebody else can have. Numbers up to here are exact everywhere.
pub(super) const MOST: u64 = 1 << 53;

/// How far the clock of one page may be ahead of all others. More than anybody has missed, and far
/// too little to ever reach the end of the numbers.
const AHEAD: u64 = 100_000;

/// Up to which clock messages count for what is written next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Believed {
    others: Vec<u64>,
}

impl Believed {
    /// By what the others who are there say of theirs.
    pub fn of(others: impl IntoIterator<Item = u64>) -> Self {
        Self {
            others: others.into_iter().collect(),
        }
    }

    /// One of them may lie, so the second highest clock, this page's own among them, tells how far
    /// the chat is.
    pub(super) fn up_to(&self, own: u64) -> u64 {
        let (mut highest, mut second) = (own, None);
        for &clock in &self.others {
            second = second.max(Some(clock.min(highest)));
            highest = highest.max(clock);
        }
        second.map_or(MOST, |second| second.saturating_add(AHEAD))
    }
}
