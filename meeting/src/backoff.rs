//! How long to wait before trying again.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(250);
const BASE: Duration = Duration::from_millis(500);
const CAP: Duration = Duration::from_secs(8);

/// The wait before reconnection number `attempt`, counted from 0.
///
/// The first try comes within 250 ms; after that *full jitter*: anything between nothing and a
/// ceiling that doubles from 500 ms to 8 s. `random` is 64 evenly distributed bits.
pub fn reconnect_delay(attempt: u32, random: u64) -> Duration {
    let ceiling = match attempt.checked_sub(1) {
        None => FIRST,
        Some(doublings) => BASE
            .saturating_mul(1u32.checked_shl(doublings).unwrap_or(u32::MAX))
            .min(CAP),
    };
    within(ceiling, random)
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

    #[test]
    fn the_ceiling_never_falls_and_never_passes_the_cap() {
        let ceiling = |attempt| {
            (0..2000)
                .map(|random| reconnect_delay(attempt, random * 7))
                .max()
                .unwrap()
        };
        let mut previous = Duration::ZERO;
        for attempt in 1..12 {
            let now = ceiling(attempt);
            assert!(now >= previous.min(CAP.mul_f32(0.9)), "attempt {attempt}");
            previous = now;
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
