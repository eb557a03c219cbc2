//! What happens again and again, and only as long as there is something to look at.

use std::time::Duration;

use gloo_timers::callback::Interval;
use meeting::liveness::SAMPLE_EVERY;

use super::millis;
use crate::message::{Mailbox, Message};

/// How often loudness is looked at.
const LEVELS_EVERY: Duration = Duration::from_millis(200);

/// The intervals of a call; none before there is anything to measure, and none at its end.
#[derive(Debug)]
pub(super) struct Intervals {
    levels: Option<Interval>,
    samples: Option<Interval>,
    mailbox: Mailbox,
}

impl Intervals {
    pub(super) const fn new(mailbox: Mailbox) -> Self {
        Self {
            levels: None,
            samples: None,
            mailbox,
        }
    }

    /// Loudness is looked at while anybody can be heard, statistics while there are connections.
    pub(super) fn set(&mut self, is_heard: bool, has_connections: bool) {
        let every = |period, message: fn() -> Message| {
            let mailbox = self.mailbox.clone();
            Interval::new(millis(period), move || {
                drop(mailbox.unbounded_send(message()));
            })
        };
        turn(&mut self.levels, is_heard, || {
            every(LEVELS_EVERY, || Message::Levels)
        });
        turn(&mut self.samples, has_connections, || {
            every(SAMPLE_EVERY, || Message::Sample)
        });
    }
}

fn turn(interval: &mut Option<Interval>, on: bool, begin: impl FnOnce() -> Interval) {
    match (interval.is_some(), on) {
        (false, true) => *interval = Some(begin()),
        (true, false) => *interval = None,
        (true, true) | (false, false) => {}
    }
}
