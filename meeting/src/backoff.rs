//! How long to wait before trying again.

use std::time::Duration;

/// The longest wait before the first try.
const FIRST: Duration = Duration::from_millis(250);
/// The longest wait before the second, which doubles with each try up to [`CAP`].
const BASE: Duration = Duration::from_millis(500);
/// The shortest wait before any try but the first few.
const FLOOR: Duration = Duration::from_millis(600);
/// The longest wait, however many tries came to nothing.
const CAP: Duration = Duration::from_millis(1600);

/// The wait before reconnection number `attempt`, counted from 0.
///
/// The first try comes within 250 ms, the second within 500; from then on *jitter* spreads them
/// between a floor and a ceiling that grow to 600 and 1600 ms and no further. So however long the
/// server was away, half of those who wait for it try within 0.6 s of its return and all of them
/// within 1.6 s, evenly spread. `random` is 64 evenly distributed bits.
pub fn reconnect_delay(attempt: u32, random: u64) -> Duration {
    let (floor, ceiling) = match attempt {
        0 => (Duration::ZERO, FIRST),
        1 => (Duration::ZERO, BASE),
        2 => (FLOOR / 2, BASE * 2),
        _ => (FLOOR, CAP),
    };
    floor + within(ceiling.saturating_sub(floor), random)
}

/// A random part of `ceiling`. `random` is 64 evenly distributed bits.
pub fn within(ceiling: Duration, random: u64) -> Duration {
    let millis = u64::try_from(ceiling.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(random % millis.saturating_add(1))
}

/// A small generator of pseudo-random numbers (SplitMix64), seeded by the driver. For jitter, not
/// for secrets.
#[derive(Clone, Debug)]
pub struct Jitter(u64);

impl Jitter {
    /// Starts from a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_try_comes_within_a_quarter_of_a_second() {
        assert!(reconnect_delay(0, u64::MAX) <= FIRST);
    }

    /// Whoever tries again forever must neither be late when the server is back nor hammer it.
    #[test]
    fn the_wait_neither_passes_the_cap_nor_becomes_a_hammering() {
        for attempt in 3..100 {
            let waits = (0..2000).map(|random| reconnect_delay(attempt, random * 7));
            assert!(waits.clone().max() <= Some(CAP), "attempt {attempt}");
            assert!(waits.min() >= Some(FLOOR), "attempt {attempt}");
        }
        assert!(reconnect_delay(u32::MAX, u64::MAX) <= CAP);
    }

    #[test]
    fn two_browsers_with_different_seeds_do_not_come_back_together() {
        let delays: Vec<Duration> = (0..50)
            .map(|seed| reconnect_delay(4, Jitter::new(seed).next_u64()))
            .collect();
        let mut distinct = delays.clone();
        distinct.sort();
        distinct.dedup();
        assert!(distinct.len() > 45, "{delays:?}");
    }
}
