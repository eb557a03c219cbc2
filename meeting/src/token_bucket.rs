//! How much of something may happen in a time: a token bucket
//! ([RFC 2697](https://www.rfc-editor.org/rfc/rfc2697) has the idea for packets).

use std::time::Duration;

use crate::time::Timestamp;

/// A bucket of tokens that fills again at a steady rate.
#[derive(Clone, Copy, Debug)]
pub struct TokenBucket {
    tokens: u64,
    capacity: u64,
    /// How long one token takes to come back.
    per_token: Duration,
    /// When the tokens were counted last, up to the part of one that had not come back yet.
    counted: Timestamp,
}

impl TokenBucket {
    /// A full bucket. One token comes back in each `per_token`, which is at least a millisecond.
    pub const fn full(now: Timestamp, capacity: u64, per_token: Duration) -> Self {
        Self {
            tokens: capacity,
            capacity,
            per_token,
            counted: now,
        }
    }

    /// Takes so many tokens, or none at all; says whether they were there.
    pub fn take(&mut self, now: Timestamp, tokens: u64) -> bool {
        self.refill(now);
        let rest = self.tokens.checked_sub(tokens);
        self.tokens = rest.unwrap_or(self.tokens);
        rest.is_some()
    }

    fn refill(&mut self, now: Timestamp) {
        let per_token = self.per_token.as_millis().max(1);
        let back = now.since(self.counted).as_millis() / per_token;
        let back = u64::try_from(back).unwrap_or(u64::MAX);
        if self.tokens.saturating_add(back) >= self.capacity {
            self.tokens = self.capacity;
            self.counted = now;
        } else {
            self.tokens += back;
            let spent = u64::try_from(per_token)
                .unwrap_or(u64::MAX)
                .saturating_mul(back);
            self.counted = self.counted + Duration::from_millis(spent);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn taken(bucket: &mut TokenBucket, now: u64) -> usize {
        (0..100).take_while(|_| bucket.take(at(now), 1)).count()
    }

    #[test]
    fn a_burst_passes_and_no_more_and_tokens_come_back_one_by_one() {
        let mut bucket = TokenBucket::full(at(0), 3, Duration::from_millis(100));
        assert_eq!(taken(&mut bucket, 0), 3);
        assert_eq!(taken(&mut bucket, 99), 0);
        assert_eq!(taken(&mut bucket, 100), 1);
        // Looking often costs nothing of what is on its way back.
        for millis in 101..200 {
            assert_eq!(taken(&mut bucket, millis), 0, "{millis}");
        }
        assert_eq!(taken(&mut bucket, 200), 1);
        assert_eq!(taken(&mut bucket, 100_000), 3);
    }

    #[test]
    fn many_tokens_are_taken_together_or_not_at_all() {
        let mut bucket = TokenBucket::full(at(0), 10, Duration::from_millis(1));
        assert!(!bucket.take(at(0), 11));
        assert!(bucket.take(at(0), 10));
        assert!(!bucket.take(at(0), u64::MAX));
        assert!(bucket.take(at(u64::MAX), 10));
    }
}
