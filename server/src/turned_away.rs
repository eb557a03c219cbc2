//! What the operator hears of those who knock and are not let in: how many, and why. Nobody's name,
//! room or address is in it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use meeting::signaling::ErrorCode;
use tokio::time::Instant;
use tracing::info;

use crate::ending::explanation;

/// How long a reason is not told again, only counted.
const QUIET: Duration = Duration::from_secs(60);

/// How often each reason was counted, and when it was told last.
#[derive(Debug, Default)]
pub(crate) struct TurnedAway(Mutex<Vec<Told>>);

#[derive(Debug)]
struct Told {
    reason: ErrorCode,
    at: Instant,
    /// How many were turned away since then.
    untold: u64,
}

impl TurnedAway {
    /// Counts somebody; tells the operator, unless that was told lately.
    pub(crate) fn note(&self, reason: ErrorCode) {
        if let Some(people) = self.count(reason, Instant::now()) {
            info!(people, "not let in: {}", explanation(reason));
        }
    }

    /// How many to tell of, if it is time to tell.
    fn count(&self, reason: ErrorCode, now: Instant) -> Option<u64> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(told) = all.iter_mut().find(|told| told.reason == reason) else {
            all.push(Told {
                reason,
                at: now,
                untold: 0,
            });
            return Some(1);
        };
        told.untold = told.untold.saturating_add(1);
        if now.duration_since(told.at) < QUIET {
            return None;
        }
        told.at = now;
        Some(std::mem::take(&mut told.untold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_told_once_a_minute_with_how_many_there_were() {
        let (turned_away, start) = (TurnedAway::default(), Instant::now());
        let counts = [0, 1, 59, 60, 61].map(|second| {
            turned_away.count(ErrorCode::RoomFull, start + Duration::from_secs(second))
        });
        assert_eq!(counts, [Some(1), None, None, Some(3), None]);
        let other = turned_away.count(ErrorCode::BadMessage, start);
        assert_eq!(other, Some(1), "one reason does not hide another");
    }
}
