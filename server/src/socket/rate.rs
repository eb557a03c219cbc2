//! How fast a browser may send on one socket: a token bucket.

use std::time::Duration;

use tokio::time::Instant;

use crate::settings::Rate;

/// A bucket of tokens, kept as the moment at which it will be full again.
#[derive(Debug)]
pub(crate) struct Bucket {
    full_at: Instant,
    per_token: Duration,
    burst: u32,
}

impl Bucket {
    /// A full bucket.
    pub(crate) fn full(rate: Rate, now: Instant) -> Self {
        let per_token = Duration::from_secs(1) / rate.per_second.max(1);
        Self {
            full_at: now,
            per_token,
            burst: rate.burst,
        }
    }

    /// Takes a token; false when there is none.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let full_at = self.full_at.max(now) + self.per_token;
        if full_at.duration_since(now) > self.per_token * self.burst {
            return false;
        }
        self.full_at = full_at;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        burst: 3,
        per_second: 10,
    };

    fn taken(bucket: &mut Bucket, now: Instant) -> usize {
        (0..100).take_while(|_| bucket.take(now)).count()
    }

    #[test]
    fn a_burst_passes_and_no_more() {
        let now = Instant::now();
        assert_eq!(taken(&mut Bucket::full(RATE, now), now), 3);
    }

    #[test]
    fn tokens_come_back_one_by_one() {
        let now = Instant::now();
        let mut bucket = Bucket::full(RATE, now);
        assert_eq!(taken(&mut bucket, now), 3);
        assert_eq!(taken(&mut bucket, now + Duration::from_millis(99)), 0);
        assert_eq!(taken(&mut bucket, now + Duration::from_millis(100)), 1);
        assert_eq!(taken(&mut bucket, now + Duration::from_millis(300)), 2);
    }

    #[test]
    fn a_long_pause_saves_no_more_than_a_burst() {
        let now = Instant::now();
        let mut bucket = Bucket::full(RATE, now);
        assert_eq!(taken(&mut bucket, now + Duration::from_secs(3600)), 3);
    }
}
