//! What Redis' clock says, as far as this server can tell.

use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

/// The last time that Redis told, and when it did.
#[derive(Debug, Default)]
pub(super) struct Clock(Mutex<Option<(u64, Instant)>>);

impl Clock {
    /// Redis has just said that it is this time, in milliseconds.
    pub(super) fn set(&self, now: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Instant::now()));
    }

    /// The time, in milliseconds; behind by what the answer took. Zero before Redis said anything.
    pub(super) fn now(&self) -> u64 {
        let told = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.map_or(0, |(then, at)| {
            let since = u64::try_from(at.elapsed().as_millis()).unwrap_or_default();
            then.saturating_add(since)
        })
    }
}
