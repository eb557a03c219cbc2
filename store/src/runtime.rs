//! What a store needs of the process that it is part of.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use getrandom::Error;

/// Tells the time, starts tasks and gives random numbers. A test has one whose tasks can be frozen
/// and killed, and whose numbers come from a seed.
pub trait Runtime: fmt::Debug + Send + Sync {
    /// The time, on a clock that never goes back.
    fn now(&self) -> Instant;

    /// Waits until this time.
    fn sleep_until(&self, then: Instant) -> BoxFuture<'static, ()>;

    /// Starts a task that nobody waits for.
    fn spawn(&self, task: BoxFuture<'static, ()>);

    /// Fills this with what nobody can guess.
    ///
    /// # Errors
    ///
    /// When there are no random numbers to be had.
    fn random(&self, bytes: &mut [u8]) -> Result<(), Error>;
}

/// The runtime of a program: Tokio's tasks and clock, and the numbers of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tokio;

impl Tokio {
    /// The one that a store takes.
    pub fn shared() -> Arc<dyn Runtime> {
        Arc::new(Self)
    }
}

impl Runtime for Tokio {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    fn sleep_until(&self, then: Instant) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep_until(then.into()))
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        tokio::spawn(task);
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(bytes)
    }
}

/// Waits for this, but no longer than so long.
pub(crate) async fn within<T>(
    runtime: &dyn Runtime,
    limit: Duration,
    work: impl Future<Output = T>,
) -> Option<T> {
    let end = runtime.sleep_until(runtime.now() + limit);
    let mut work = pin!(work);
    tokio::select! {
        biased;
        done = &mut work => Some(done),
        () = end => None,
    }
}
