//! How much one participant may say on the data channel. Whoever says more is not listened to, and
//! nobody else's page becomes slow because of it.

use std::time::Duration;

use super::Handled;
use crate::limits;
use crate::time::Timestamp;
use crate::token_bucket::TokenBucket;

/// How long somebody's chat is left out who wrote too much, counted from the last message.
const QUIET: Duration = Duration::from_secs(30);

/// What one participant may still say, whatever the channel and the load of their page.
#[derive(Debug)]
pub(super) struct Budget {
    /// Messages of any kind.
    messages: TokenBucket,
    /// Their bytes, in kibibytes.
    kibibytes: TokenBucket,
    /// Chat that is news.
    news: Chat,
    /// Chat that was missed.
    history: Chat,
    /// Questions for what they missed.
    hellos: TokenBucket,
    /// Chat that others wrote and they missed and are sent, in kibibytes.
    served: TokenBucket,
    /// Descriptions and candidates.
    signals: TokenBucket,
    /// Connections that they want built anew. Making one costs a browser a lot.
    connections: TokenBucket,
    /// Reactions.
    reactions: TokenBucket,
    /// Words to the person about a screen that is shared, or no longer, and about a hand.
    notices: TokenBucket,
    /// Messages on the file channel that bring nothing that was asked for.
    file_messages: TokenBucket,
    /// When they may be named again as somebody who sends too much.
    named_until: Option<Timestamp>,
}

/// Chat of one kind.
#[derive(Debug)]
struct Chat {
    bucket: TokenBucket,
    quiet_until: Option<Timestamp>,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Intake {
    Taken,
    /// Left out, and the first one that is.
    FirstTooMany,
    LeftOut,
}

impl From<Intake> for Handled {
    fn from(intake: Intake) -> Self {
        match intake {
            Intake::Taken | Intake::FirstTooMany => Self::Taken,
            Intake::LeftOut => Self::LeftOut,
        }
    }
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
            news: Chat::full(now, 40, every(250)),
            history: Chat::full(now, kept + 500, every(40)),
            hellos: TokenBucket::full(now, 10, every(1000)),
            served: TokenBucket::full(now, 8 * 1024, every(10)),
            signals: TokenBucket::full(now, 400, every(25)),
            connections: TokenBucket::full(now, 10, every(2000)),
            reactions: TokenBucket::full(now, 10, every(500)),
            notices: TokenBucket::full(now, 8, every(3000)),
            file_messages: TokenBucket::full(now, 2000, every(10)),
            named_until: None,
        }
    }

    /// What becomes of a text of this length, whatever it says.
    pub(super) fn take_message(&mut self, now: Timestamp, bytes: usize) -> Intake {
        let taken = self.messages.take(now, 1) && self.kibibytes.take(now, kibibytes(bytes));
        self.intake(now, taken)
    }

    /// What becomes of a chat message that is not here yet.
    pub(super) fn take_chat(&mut self, now: Timestamp, late: bool) -> Intake {
        let chat = if late {
            &mut self.history
        } else {
            &mut self.news
        };
        let taken = chat.takes(now);
        self.intake(now, taken)
    }

    /// Whether they are sent once more what others wrote and they missed.
    pub(super) fn takes_hello(&mut self, now: Timestamp) -> bool {
        self.hellos.take(now, 1)
    }

    /// Whether they may be sent one more message of others, with a text of so many bytes.
    pub(super) fn serves(&mut self, now: Timestamp, bytes: usize) -> bool {
        self.served.take(now, kibibytes(bytes))
    }

    /// What becomes of so many signals.
    pub(super) fn take_signals(&mut self, now: Timestamp, signals: usize) -> Intake {
        let signals = u64::try_from(signals).unwrap_or(u64::MAX);
        let taken = self.signals.take(now, signals.max(1));
        self.intake(now, taken)
    }

    /// Whether one more connection is made because they want one.
    pub(super) fn takes_connection(&mut self, now: Timestamp) -> bool {
        self.connections.take(now, 1)
    }

    /// What becomes of a reaction.
    pub(super) fn take_reaction(&mut self, now: Timestamp) -> Intake {
        let taken = self.reactions.take(now, 1);
        self.intake(now, taken)
    }

    /// Whether the person may be told of their screen or their hand once more.
    pub(super) fn takes_notice(&mut self, now: Timestamp) -> bool {
        self.notices.take(now, 1)
    }

    /// What becomes of a message on the file channel that brings nothing that was asked for.
    pub(super) fn take_file_message(&mut self, now: Timestamp) -> Intake {
        let taken = self.file_messages.take(now, 1);
        self.intake(now, taken)
    }

    fn intake(&mut self, now: Timestamp, taken: bool) -> Intake {
        if taken {
            return Intake::Taken;
        }
        let was_named = self.named_until.is_some_and(|until| now < until);
        self.named_until = Some(now + QUIET);
        if was_named {
            Intake::LeftOut
        } else {
            Intake::FirstTooMany
        }
    }
}

impl Chat {
    const fn full(now: Timestamp, messages: u64, per_message: Duration) -> Self {
        Self {
            bucket: TokenBucket::full(now, messages, per_message),
            quiet_until: None,
        }
    }

    /// Whether one more is taken. After one too many, none is for a while.
    fn takes(&mut self, now: Timestamp) -> bool {
        let is_quiet = self.quiet_until.is_some_and(|until| now < until);
        let taken = !is_quiet && self.bucket.take(now, 1);
        self.quiet_until = (!taken).then(|| now + QUIET);
        taken
    }
}

/// Those that a text of so many bytes has begun.
fn kibibytes(bytes: usize) -> u64 {
    u64::try_from(bytes / 1024)
        .unwrap_or(u64::MAX)
        .saturating_add(1)
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
            .map(|_| budget.take_chat(at(0), false))
            .collect();
        let count = |wanted| outcomes.iter().filter(|it| **it == wanted).count();
        assert_eq!(count(Intake::Taken), 40);
        assert_eq!(count(Intake::FirstTooMany), 1);
        // Going on prolongs it.
        assert_eq!(budget.take_chat(at(29_000), false), Intake::LeftOut);
        assert_eq!(budget.take_chat(at(31_000), false), Intake::LeftOut);
        assert_eq!(budget.take_chat(at(61_001), false), Intake::Taken);
    }

    #[test]
    fn whoever_passes_on_too_much_may_still_write_and_is_named_once_for_everything() {
        let mut budget = Budget::full(at(0));
        let named = |it: &Intake| *it == Intake::FirstTooMany;
        let history = (0..10_000).map(|_| budget.take_chat(at(0), true));
        assert_eq!(history.filter(named).count(), 1);
        assert_eq!(budget.take_chat(at(0), false), Intake::Taken);
        let others = (0..10_000).flat_map(|_| {
            let message = budget.take_message(at(0), 1);
            [message, budget.take_signals(at(0), 1)]
        });
        assert_eq!(others.filter(named).count(), 0);
    }

    #[test]
    fn a_whole_chat_may_be_caught_up_with_at_once() {
        let mut budget = Budget::full(at(0));
        for _ in 0..limits::CHAT_KEPT {
            let bytes = limits::CHAT_KEPT_BYTES / limits::CHAT_KEPT;
            assert_eq!(budget.take_message(at(0), 2 * bytes + 300), Intake::Taken);
            assert_eq!(budget.take_chat(at(0), true), Intake::Taken);
            assert!(budget.serves(at(0), bytes));
        }
    }

    #[test]
    fn nobody_fills_the_memory_with_few_but_long_messages() {
        let mut budget = Budget::full(at(0));
        let intakes = (0..10_000).map(|_| budget.take_message(at(0), limits::CONVERSATION_BYTES));
        let taken = intakes.filter(|it| *it == Intake::Taken);
        assert!(taken.count() <= 256);
    }
}
