//! What a store needs of the process that it is part of.

use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use getrandom::Error;

/// Starts tasks and gives random numbers. A test has one whose tasks can be frozen and killed, and
/// whose numbers come from a seed.
pub trait Runtime: fmt::Debug + Send + Sync {
    /// Starts a task that nobody waits for.
    fn spawn(&self, task: BoxFuture<'static, ()>);

    /// Fills this with what nobody can guess.
    ///
    /// # Errors
    ///
    /// When there are no random numbers to be had.
    fn random(&self, bytes: &mut [u8]) -> Result<(), Error>;
}

/// The runtime of a program: Tokio's tasks, and the numbers of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tokio;

impl Tokio {
    /// The one that a store takes.
    pub fn shared() -> Arc<dyn Runtime> {
        Arc::new(Self)
    }
}

impl Runtime for Tokio {
    fn spawn(&self, task: BoxFuture<'static, ()>) {
        tokio::spawn(task);
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(bytes)
    }
}
