//! The ways to a Redis, whichever it is.

use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use redis::aio::{ConnectionLike, PubSub};
use redis::{Cmd, Pipeline, RedisFuture, Value};
use tokio::sync::watch;

use crate::StoreError;

/// A connection for commands. What is sent on it is carried out in that order. A command fails at
/// once while Redis is away, and the next one tries to connect again.
pub trait Commands: Send + Sync {
    /// Sends a command.
    fn command<'a>(&'a self, command: &'a Cmd) -> RedisFuture<'a, Value>;

    /// Sends several at once; of the answers, `count` are wanted, from `offset` on.
    fn pipeline<'a>(
        &'a self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>>;
}

/// Opens connections that listen.
pub trait Subscriptions: Send + Sync {
    /// Opens one that listens to nothing yet.
    fn open(&self) -> BoxFuture<'_, Result<PubSub, StoreError>>;

    /// Changes when one that was opened may be at a Redis that leads no more.
    fn moves(&self) -> Option<watch::Receiver<u64>> {
        None
    }
}

/// The ways to one Redis.
pub struct RedisPort {
    /// For everything that is not a beat.
    pub commands: Arc<dyn Commands>,
    /// A connection apart from the other: what is sent there waits neither for answers on the other
    /// nor until the library has repaired it, as it does for a whole cluster when one node hangs.
    pub beat_commands: Arc<dyn Commands>,
    /// What Redis tells without being asked.
    pub subscriptions: Box<dyn Subscriptions>,
    /// Whether the answer to a publish says who heard it. A node of a cluster counts only those
    /// who listen at itself.
    pub counts_listeners: bool,
}

impl fmt::Debug for RedisPort {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RedisPort").finish_non_exhaustive()
    }
}

/// A connection for commands, as the library takes it.
#[derive(Clone)]
pub(super) struct Connection(pub(super) Arc<dyn Commands>);

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        self.0.command(command)
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        self.0.pipeline(pipeline, offset, count)
    }

    fn get_db(&self) -> i64 {
        0
    }
}
