//! The pace at which rooms are looked after, such that slow ones hold up no others.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::runtime::{Runtime, within};

/// How many have a slot at once. They share a connection, so this is how much of what they ask and
/// hear lies in memory, not how long they take.
const SLOTS: usize = 64;
/// Whoever takes longer gives the slot to the next, but goes on.
const SLOW: Duration = Duration::from_millis(100);
/// How many may be under way in all: with every slot given up like this, those of the last two or
/// three seconds, after which Redis is not waited for any more.
const MOST: usize = 2048;

/// Lets some begin at once, and the others wait.
#[derive(Debug)]
pub(super) struct Pace {
    slots: Arc<Semaphore>,
    under_way: Arc<Semaphore>,
}

/// The turn of somebody, with a slot until they turn out to be slow.
#[derive(Debug)]
pub(super) struct Turn {
    slot: Option<OwnedSemaphorePermit>,
    _under_way: Option<OwnedSemaphorePermit>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            slots: Arc::new(Semaphore::new(SLOTS)),
            under_way: Arc::new(Semaphore::new(MOST)),
        }
    }
}

impl Pace {
    /// Waits for a slot. They are given in the order in which they were asked for.
    pub(super) fn turn(&self) -> impl Future<Output = Turn> + Send + 'static {
        let (slots, under_way) = (Arc::clone(&self.slots), Arc::clone(&self.under_way));
        async move {
            // Nobody closes them, so there is a slot in the end.
            Turn {
                _under_way: under_way.acquire_owned().await.ok(),
                slot: slots.acquire_owned().await.ok(),
            }
        }
    }
}

impl Turn {
    /// Does this. The turn comes back for whatever is to be done next; its slot is given up if this
    /// was slow.
    pub(super) async fn spend_on<T>(
        mut self,
        runtime: &dyn Runtime,
        work: impl Future<Output = T>,
    ) -> (T, Self) {
        let mut work = pin!(work);
        if let Some(done) = within(runtime, SLOW, &mut work).await {
            return (done, self);
        }
        self.slot = None;
        (work.await, self)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;
    use tokio::time::{Instant, sleep, timeout};

    use super::*;
    use crate::Tokio;

    /// How long it takes to do this to 3,000 rooms of which every third takes so long.
    async fn time_with(slow: Duration) -> (Duration, Duration) {
        let began = Instant::now();
        let pace = Pace::default();
        let done = join_all((0..3000).map(async |room| {
            let time = if room % 3 == 0 { slow } else { Duration::ZERO };
            pace.turn().await.spend_on(&Tokio, sleep(time)).await;
            (time.is_zero(), began.elapsed())
        }));
        let done = done.await;
        let last_of = |quick| done.iter().filter(|it| it.0 == quick).map(|it| it.1).max();
        (last_of(true).unwrap(), last_of(false).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn rooms_that_take_two_seconds_hold_up_no_others() {
        let (quick, slow) = time_with(Duration::from_secs(2)).await;
        assert!(quick < Duration::from_secs(2), "{quick:?}");
        assert!(slow < Duration::from_secs(5), "{slow:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_than_there_are_slots_begin_at_once() {
        let begun = AtomicUsize::new(0);
        let pace = Pace::default();
        let all = join_all((0..3000).map(async |_| {
            let work = async {
                begun.fetch_add(1, Ordering::Relaxed);
                sleep(Duration::from_secs(2)).await;
            };
            pace.turn().await.spend_on(&Tokio, work).await;
        }));
        let some = timeout(SLOW / 2, all).await;
        assert!(some.is_err());
        assert_eq!(begun.into_inner(), SLOTS);
    }
}
