//! The same for many rooms at once, such that slow ones hold up no others.

use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How many have a place at once. They share a connection, so this is how much of what they ask and
/// hear lies in memory, not how long they take.
const PLACES: usize = 64;
/// Whoever takes longer gives the place to the next, but goes on.
const SLOW: Duration = Duration::from_millis(100);
/// How many may be under way in all: with every place given up like this, those of the last two or
/// three seconds, after which Redis is not waited for any more.
const MOST: usize = 2048;

/// Does this with each item, some at once, in no particular order.
pub(super) fn fan_out<T, F: Future>(
    items: impl Stream<Item = T>,
    work: impl Fn(T) -> F,
) -> impl Stream<Item = F::Output> {
    let places = Arc::new(Semaphore::new(PLACES));
    items
        .map(move |item| {
            let (places, work) = (Arc::clone(&places), work(item));
            async move {
                // Nobody closes it, so there is a place in the end.
                let place = places.acquire_owned().await;
                tokio::pin!(work);
                if let Ok(done) = timeout(SLOW, work.as_mut()).await {
                    return done;
                }
                drop(place);
                work.await
            }
        })
        .buffer_unordered(MOST)
}

#[cfg(test)]
mod tests {
    use futures::stream;
    use tokio::time::{Instant, sleep};

    use super::*;

    /// How long it takes to do this to 3,000 rooms of which every third takes so long.
    async fn time_with(slow: Duration) -> (Duration, Duration) {
        let began = Instant::now();
        let done = fan_out(stream::iter(0..3000), async |room| {
            let time = if room % 3 == 0 { slow } else { Duration::ZERO };
            sleep(time).await;
            (time.is_zero(), began.elapsed())
        });
        let done: Vec<(bool, Duration)> = done.collect().await;
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
    async fn no_more_than_there_are_places_begin_at_once() {
        let begun = std::sync::atomic::AtomicUsize::new(0);
        let all = fan_out(stream::iter(0..3000), async |_| {
            begun.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            sleep(Duration::from_secs(2)).await;
        });
        let some = timeout(SLOW / 2, all.collect::<Vec<()>>()).await;
        assert!(some.is_err());
        assert_eq!(begun.into_inner(), PLACES);
    }
}
