//! How much one participant may say on the data channel. Whoever says more is not listened to, and
//! nobody else's page becomes slow because of it.

use std::time::Duration;

use crate::limits;
use crate::time::Timestamp;
use crate::token_bucket::TokenBucket;

/// How long the chat of somebody who wrote too much is left out, counted from the last message.
const QUIET: Duration = Duration::from_secs(30);

/// What one participant may still say, whatever the channel and the load of their page.
#[derive(Debug)]
pub(super) struct Budget {
    /// Messages of any kind.
    messages: TokenBucket,
    /// Their bytes, in kibibytes.
    kibibytes: TokenBucket,
    /// Chat that is news.
    news: TokenBucket,
    /// Chat that was missed.
    history: TokenBucket,
    /// Descriptions and candidates.
    signals: TokenBucket,
    /// Words to the person about a screen that is shared, or no longer.
    notices: TokenBucket,
    /// Chat that they missed and are sent.
    served: TokenBucket,
    quiet_until: Option<Timestamp>,
}

/// What becomes of a chat message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    Taken,
    /// Left out, and the first one that is.
    FirstTooMany,
    LeftOut,
}

/// One token in so many milliseconds.
const fn every(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

impl Budget {
    pub(super) const fn full(now: Timestamp) -> Self {
        let kept = limits::CHAT_KEPT as u64;
        Self {
            messages: TokenBucket::full(now, 2 * kept + 1000, every(10)),
            kibibytes: TokenBucket::full(now, 16 * 1024, every(4)),
            news: TokenBucket::full(now, 100, every(250)),
            history: TokenBucket::full(now, kept + 500, every(40)),
            signals: TokenBucket::full(now, 400, every(25)),
            notices: TokenBucket::full(now, 8, every(3000)),
            served: TokenBucket::full(now, 2 * kept, every(25)),
            quiet_until: None,
        }
    }

    /// Whether a text of this length may be read at all.
    pub(super) fn takes_message(&mut self, now: Timestamp, bytes: usize) -> bool {
        let kibibytes = u64::try_from(bytes / 1024)
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        self.messages.take(now, 1) && self.kibibytes.take(now, kibibytes)
    }

    /// Whether a chat message is taken.
    pub(super) fn admit_chat(&mut self, now: Timestamp, late: bool) -> Admission {
        if self.quiet_until.is_some_and(|until| now < until) {
            self.quiet_until = Some(now + QUIET);
            return Admission::LeftOut;
        }
        self.quiet_until = None;
        let bucket = if late {
            &mut self.history
        } else {
            &mut self.news
        };
        if bucket.take(now, 1) {
            return Admission::Taken;
        }
        self.quiet_until = Some(now + QUIET);
        Admission::FirstTooMany
    }

    /// Whether so many signals may be looked at.
    pub(super) fn takes_signals(&mut self, now: Timestamp, signals: usize) -> bool {
        let signals = u64::try_from(signals).unwrap_or(u64::MAX);
        self.signals.take(now, signals.max(1))
    }

    /// Whether the person may be told of their screen once more.
    pub(super) fn takes_notice(&mut self, now: Timestamp) -> bool {
        self.notices.take(now, 1)
    }

    /// Whether they may be sent one more message that they missed.
    pub(super) fn serves(&mut self, now: Timestamp) -> bool {
        self.served.take(now, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn whoever_writes_too_much_is_quiet_until_they_have_been_for_a_while() {
        let mut budget = Budget::full(at(0));
        let outcomes: Vec<_> = (0..10_000)
            .map(|_| budget.admit_chat(at(0), false))
            .collect();
        let count = |wanted| outcomes.iter().filter(|it| **it == wanted).count();
        assert_eq!(count(Admission::Taken), 100);
        assert_eq!(count(Admission::FirstTooMany), 1);
        // Going on prolongs it.
        assert_eq!(budget.admit_chat(at(29_000), false), Admission::LeftOut);
        assert_eq!(budget.admit_chat(at(31_000), false), Admission::LeftOut);
        assert_eq!(budget.admit_chat(at(61_001), false), Admission::Taken);
    }

    #[test]
    fn a_whole_conversation_may_be_caught_up_with_at_once() {
        let mut budget = Budget::full(at(0));
        for _ in 0..limits::CHAT_KEPT {
            assert!(budget.takes_message(at(0), limits::CHAT_BYTES + 200));
            assert_eq!(budget.admit_chat(at(0), true), Admission::Taken);
        }
    }

    #[test]
    fn nobody_fills_the_memory_with_few_but_long_messages() {
        let mut budget = Budget::full(at(0));
        let taken = (0..10_000).filter(|_| budget.takes_message(at(0), limits::CONVERSATION_BYTES));
        assert!(taken.count() <= 256);
    }
}
