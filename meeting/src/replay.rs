//! What was said to one participant and may have to be said again when they come back.
//!
//! The server keeps here what crossed the socket until the browser has acknowledged it, and what
//! could not be said while there was no socket. Whoever comes back hears the roster as it is now
//! (`joined`), so arrivals and changes are not worth keeping, and neither is a departure that was
//! undone: replaying them over the newer roster would tear down what is well.

use std::collections::{BTreeSet, VecDeque};

use crate::id::ParticipantId;
use crate::limits;
use crate::signaling::{Participant, ServerMessage};
use crate::time::Timestamp;

/// The numbered messages of one session that may be asked for again, within the bounds
/// [`limits::REPLAY_MESSAGES`], [`limits::REPLAY_BYTES`] and [`limits::REPLAY_AGE`].
#[derive(Debug)]
pub struct Replay {
    /// The number of the next message.
    next: u64,
    /// Something that was said up to this number cannot be said again.
    floor: u64,
    kept: VecDeque<Kept>,
    bytes: usize,
}

#[derive(Debug)]
struct Kept {
    number: u64,
    said: Timestamp,
    message: ServerMessage,
}

impl Replay {
    /// Nothing yet. The first message gets the number after `seen`.
    pub const fn after(seen: u64) -> Self {
        Self {
            next: seen.saturating_add(1),
            floor: seen,
            kept: VecDeque::new(),
            bytes: 0,
        }
    }

    /// The message is sent, or would be if there were a socket; its number is returned. The oldest
    /// ones are given up for it when there are too many.
    pub fn record(&mut self, now: Timestamp, message: &ServerMessage) -> u64 {
        let number = self.next;
        self.next = self.next.saturating_add(1);
        self.forget_old(now);
        if is_worth_keeping(message) && !self.is_broken() {
            self.bytes = self.bytes.saturating_add(weight(message));
            self.kept.push_back(Kept {
                number,
                said: now,
                message: message.clone(),
            });
        }
        while self.kept.len() > limits::REPLAY_MESSAGES || self.bytes > limits::REPLAY_BYTES {
            self.drop_oldest();
        }
        number
    }

    /// Whether the message could be kept without giving up another one.
    pub fn has_room_for(&self, message: &ServerMessage) -> bool {
        !self.is_broken()
            && self.kept.len() < limits::REPLAY_MESSAGES
            && self.bytes.saturating_add(weight(message)) <= limits::REPLAY_BYTES
    }

    /// The browser has everything up to this number. A number that was never used says nothing.
    pub fn acknowledge(&mut self, number: u64) {
        if number >= self.next {
            return;
        }
        while self.kept.front().is_some_and(|kept| kept.number <= number) {
            self.drop_oldest();
        }
        self.floor = self.floor.max(number);
        if self.kept.is_empty() {
            self.kept = VecDeque::new();
        }
    }

    /// Gives everything up, what comes next included. The numbers go on.
    pub fn break_off(&mut self) {
        self.floor = u64::MAX;
        self.kept = VecDeque::new();
        self.bytes = 0;
    }

    /// Hands out what has to be said to a browser that has everything up to `seen` and knows this
    /// roster, in order, and keeps nothing from then on. `None` when something of it is gone, or
    /// when `seen` was never said.
    pub fn replay_after(
        &mut self,
        now: Timestamp,
        seen: u64,
        roster: &[Participant],
    ) -> Option<VecDeque<ServerMessage>> {
        self.forget_old(now);
        if seen < self.floor || seen >= self.next {
            return None;
        }
        let present: BTreeSet<&ParticipantId> = roster.iter().map(|one| &one.id).collect();
        let mut told_to_have_left = BTreeSet::new();
        let mut messages = VecDeque::new();
        while let Some(Kept {
            number, message, ..
        }) = self.kept.pop_back()
        {
            if number <= seen {
                break;
            }
            let is_news = match &message {
                ServerMessage::ParticipantLeft { id, .. } => {
                    !present.contains(id) && told_to_have_left.insert(id.clone())
                }
                _ => true,
            };
            if is_news {
                messages.push_front(message);
            }
        }
        self.break_off();
        Some(messages)
    }

    const fn is_broken(&self) -> bool {
        self.floor == u64::MAX
    }

    fn forget_old(&mut self, now: Timestamp) {
        let is_old = |kept: &Kept| now.since(kept.said) >= limits::REPLAY_AGE;
        while self.kept.front().is_some_and(is_old) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some(kept) = self.kept.pop_front() {
            self.bytes = self.bytes.saturating_sub(weight(&kept.message));
            self.floor = self.floor.max(kept.number);
        }
    }
}

/// About how many bytes a message takes. Signals are the only ones of a size worth counting.
pub fn weight(message: &ServerMessage) -> usize {
    const ENVELOPE: usize = 256;
    match message {
        ServerMessage::Signal { payload, .. } => ENVELOPE + payload.as_str().len(),
        _ => ENVELOPE,
    }
}

/// What a browser that comes back does not learn from `joined`.
const fn is_worth_keeping(message: &ServerMessage) -> bool {
    match message {
        ServerMessage::ParticipantLeft { .. }
        | ServerMessage::Signal { .. }
        | ServerMessage::Undeliverable { .. } => true,
        ServerMessage::Joined(_)
        | ServerMessage::ParticipantJoined { .. }
        | ServerMessage::ParticipantChanged { .. }
        | ServerMessage::IceServers(_)
        | ServerMessage::GoingAway { .. }
        | ServerMessage::Error { .. }
        | ServerMessage::Pong {}
        | ServerMessage::Unknown => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const START: Timestamp = Timestamp::from_millis(0);

    fn signal(bytes: usize) -> ServerMessage {
        ServerMessage::Signal {
            from: ParticipantId::from_bytes([1; 16]),
            payload: "x".repeat(bytes).try_into().unwrap(),
        }
    }

    // What else holds is in `tests/units`; how much is kept only this file knows.
    proptest! {
        /// Whatever is said and acknowledged, the bounds hold, and an answer is complete.
        #[test]
        fn it_is_bounded_and_never_silently_incomplete(
            sizes in vec(0..9000_usize, 1..400),
            acknowledged in 0..400_u64,
            seen in 0..400_u64,
        ) {
            let mut replay = Replay::after(0);
            for size in &sizes {
                replay.record(START, &signal(*size));
            }
            replay.acknowledge(acknowledged);
            prop_assert!(replay.kept.len() <= limits::REPLAY_MESSAGES);
            prop_assert!(replay.bytes <= limits::REPLAY_BYTES);
            let count = sizes.len() as u64;
            if let Some(messages) = replay.replay_after(START, seen, &[]) {
                prop_assert_eq!(messages.len() as u64, count - seen);
            } else {
                let missed: usize = sizes.iter().skip(usize::try_from(seen).unwrap())
                    .map(|size| size + weight(&signal(0)))
                    .sum();
                let overrun = count.saturating_sub(seen) > limits::REPLAY_MESSAGES as u64
                    || missed > limits::REPLAY_BYTES;
                let nonsense = seen > count || (acknowledged <= count && seen < acknowledged);
                prop_assert!(overrun || nonsense);
            }
        }
    }
}
