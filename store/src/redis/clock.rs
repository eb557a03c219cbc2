//! What Redis' clock says, as far as this server can tell.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The last time that Redis told, and when it did.
#[derive(Debug, Default)]
pub(super) struct Clock(Mutex<Option<(u64, Instant)>>);

impl Clock {
    /// Redis has said just now, at `at`, that it is this time, in milliseconds.
    pub(super) fn set(&self, now: u64, at: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, at));
    }

    /// The time at `at`, in milliseconds; behind by what the answer took. Zero before Redis said anything.
    pub(super) fn now(&self, at: Instant) -> u64 {
        let told = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.map_or(0, |(then, told_at)| {
            let since = at.saturating_duration_since(told_at).as_millis();
            let since = u64::try_from(since).unwrap_or_default();
            then.saturating_add(since)
        })
    }
}
