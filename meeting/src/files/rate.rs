//! How fast something comes.

use std::time::Duration;

use crate::time::Timestamp;

/// Over how long a rate is taken, at least.
const SPAN: Duration = Duration::from_secs(2);

/// Bytes a second, over the last few seconds.
#[derive(Debug)]
pub(super) struct Rate {
    since: Timestamp,
    bytes: u64,
    last: Option<u64>,
}

impl Rate {
    pub(super) const fn new(now: Timestamp) -> Self {
        Self {
            since: now,
            bytes: 0,
            last: None,
        }
    }

    /// So many bytes came.
    pub(super) fn add(&mut self, now: Timestamp, bytes: usize) {
        self.bytes = self
            .bytes
            .saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        if now.since(self.since) >= SPAN {
            self.last = per_second(self.bytes, now.since(self.since));
            self.since = now;
            self.bytes = 0;
        }
    }

    /// Bytes a second; nothing where too little was seen yet.
    pub(super) fn get(&self, now: Timestamp) -> Option<u64> {
        let elapsed = now.since(self.since);
        if elapsed < SPAN {
            self.last
        } else {
            per_second(self.bytes, elapsed)
        }
    }
}

fn per_second(bytes: u64, elapsed: Duration) -> Option<u64> {
    let millis = u64::try_from(elapsed.as_millis()).ok()?;
    bytes.saturating_mul(1000).checked_div(millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_rate_is_what_came_in_the_last_seconds_and_falls_when_nothing_comes() {
        let mut rate = Rate::new(at(0));
        rate.add(at(500), 1000);
        assert_eq!(rate.get(at(1000)), None);
        rate.add(at(2000), 3000);
        assert_eq!(rate.get(at(2000)), Some(2000));
        assert_eq!(rate.get(at(3999)), Some(2000));
        rate.add(at(3999), 400);
        assert_eq!(rate.get(at(4000)), Some(200));
        assert_eq!(rate.get(at(10_000)), Some(50));
        assert_eq!(rate.get(at(20_000_000)), Some(0));
    }
}
