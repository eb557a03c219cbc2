//! What the operator hears of those who are not let in, or sent away again: how many, and why.
//! Nobody's name, room or address is in it.

use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use meeting::signaling::ErrorCode;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tracing::info;

use super::socket_end::explanation;

/// How long those of a kind are counted before they are told of.
const QUIET: Duration = Duration::from_secs(60);

/// What was done to somebody, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turned {
    /// They never were in the room.
    NotLetIn(ErrorCode),
    /// They were, until they broke a rule.
    SentAway(ErrorCode),
}

/// How many of each kind are counted and not told of yet.
#[derive(Debug, Default)]
pub(crate) struct TurnedAway {
    counts: Mutex<Vec<Count>>,
    begun: Notify,
}

#[derive(Debug)]
struct Count {
    turned: Turned,
    until: Instant,
    untold: u64,
}

impl TurnedAway {
    /// Tells the operator of the first one, and counts those who follow within a minute.
    pub(crate) fn note(&self, turned: Turned) {
        if self.is_first(turned, Instant::now()) {
            tell(turned, 1);
        }
    }

    /// Tells the operator at the end of each minute how many there were, for ever.
    pub(crate) async fn tell_counts(&self) -> Infallible {
        self.tell_counts_to(tell).await
    }

    async fn tell_counts_to(&self, mut tell: impl FnMut(Turned, u64)) -> Infallible {
        loop {
            let due = self.counts().iter().map(|count| count.until).min();
            match due {
                Some(at) => sleep_until(at).await,
                None => self.begun.notified().await,
            }
            for (turned, people) in self.due(Instant::now()) {
                tell(turned, people);
            }
        }
    }

    /// Tells the operator of those who were counted so far: nothing comes after.
    pub(crate) fn tell_rest(&self) {
        for count in self.counts().drain(..).filter(|count| count.untold > 0) {
            tell(count.turned, count.untold);
        }
    }

    fn is_first(&self, turned: Turned, now: Instant) -> bool {
        let mut counts = self.counts();
        if let Some(count) = counts.iter_mut().find(|count| count.turned == turned) {
            count.untold = count.untold.saturating_add(1);
            return false;
        }
        counts.push(Count {
            turned,
            until: now + QUIET,
            untold: 0,
        });
        self.begun.notify_one();
        true
    }

    /// Those to tell of now. With them begins another minute; a kind of which nobody came is news
    /// when it comes again.
    fn due(&self, now: Instant) -> Vec<(Turned, u64)> {
        let mut counts = self.counts();
        counts.retain(|count| now < count.until || count.untold > 0);
        let over = counts.iter_mut().filter(|count| count.until <= now);
        over.map(|count| {
            count.until = now + QUIET;
            (count.turned, std::mem::take(&mut count.untold))
        })
        .collect()
    }

    fn counts(&self) -> MutexGuard<'_, Vec<Count>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tell(turned: Turned, people: u64) {
    match turned {
        Turned::NotLetIn(reason) => info!(people, "not let in: {}", explanation(reason)),
        Turned::SentAway(reason) => info!(people, "sent away: {}", explanation(reason)),
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    const FULL: Turned = Turned::NotLetIn(ErrorCode::RoomFull);

    /// Notes somebody at each of these seconds; gives what was told until the last of them, when and
    /// of how many.
    async fn told(seconds: &[u64], turned: Turned) -> Vec<(u64, u64)> {
        let (turned_away, start) = (TurnedAway::default(), Instant::now());
        let mut first = Vec::new();
        let mut later = Vec::new();
        let notes = async {
            for second in seconds {
                let at = start + Duration::from_secs(*second);
                sleep_until(at).await;
                if turned_away.is_first(turned, at) {
                    first.push((*second, 1));
                }
            }
            sleep(10 * QUIET).await;
        };
        let counts = turned_away.tell_counts_to(|_, people| {
            later.push((start.elapsed().as_secs(), people));
        });
        tokio::select! {
            () = notes => {}
            never = counts => match never {}
        }
        first.extend(later);
        first.sort_unstable();
        first
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_is_told_at_once_and_the_others_at_the_end_of_the_minute() {
        assert_eq!(told(&[0], FULL).await, [(0, 1)]);
        assert_eq!(told(&[0, 1, 59], FULL).await, [(0, 1), (60, 2)]);
        assert_eq!(told(&[0, 1, 61], FULL).await, [(0, 1), (60, 1), (120, 1)]);
        assert_eq!(told(&[0, 61], FULL).await, [(0, 1), (61, 1)]);
    }

    #[test]
    fn one_kind_does_not_hide_another() {
        let (turned_away, now) = (TurnedAway::default(), Instant::now());
        for turned in [
            FULL,
            Turned::NotLetIn(ErrorCode::BadMessage),
            Turned::SentAway(ErrorCode::BadMessage),
        ] {
            assert!(turned_away.is_first(turned, now), "{turned:?}");
        }
    }
}
