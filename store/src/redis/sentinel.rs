//! The Redis that the sentinels say is the leader. After a fail-over it is another one; the old one
//! may still answer, but refuses to write.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::sentinel::SentinelClient;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind, Pipeline, RedisError, RedisResult,
    ServerErrorKind, Value,
};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tracing::info;

use super::PATIENCE;

/// How long nobody asks the sentinels again after they could not help.
const PAUSE: Duration = Duration::from_millis(250);

/// A connection to the leader, made anew when it leads no more.
pub(super) struct Leader {
    /// Held by whoever asks them.
    sentinels: tokio::sync::Mutex<SentinelClient>,
    connection: Mutex<Option<Numbered>>,
    /// Held by whoever makes a connection. Says when that was last tried in vain.
    search: tokio::sync::Mutex<Option<Instant>>,
    /// How many times another connection was made.
    moves: watch::Sender<u64>,
}

/// A connection, and which of all that were made.
#[derive(Clone)]
struct Numbered {
    connection: MultiplexedConnection,
    number: u64,
}

impl Leader {
    pub(super) fn new(sentinels: SentinelClient) -> Self {
        Self {
            sentinels: tokio::sync::Mutex::new(sentinels),
            connection: Mutex::default(),
            search: tokio::sync::Mutex::default(),
            moves: watch::Sender::new(0),
        }
    }

    pub(super) fn moves(&self) -> watch::Receiver<u64> {
        self.moves.subscribe()
    }

    /// A client of the leader.
    pub(super) async fn client(&self) -> RedisResult<Client> {
        let find = async { self.sentinels.lock().await.async_get_client().await };
        timeout(PATIENCE, find).await.map_err(|_| away())?
    }

    fn connection(&self) -> MutexGuard<'_, Option<Numbered>> {
        let connection = self.connection.lock();
        connection.unwrap_or_else(PoisonError::into_inner)
    }

    /// Connects to the leader.
    pub(super) async fn find(&self) -> RedisResult<()> {
        self.connected().await.map(drop)
    }

    /// The connection to the leader. Those who ask while there is none wait for one attempt.
    async fn connected(&self) -> RedisResult<Numbered> {
        if let Some(open) = self.connection().clone() {
            return Ok(open);
        }
        let mut missed = self.search.lock().await;
        if let Some(open) = self.connection().clone() {
            return Ok(open);
        }
        if missed.is_some_and(|missed| missed.elapsed() < PAUSE) {
            return Err(away());
        }
        match self.connect().await {
            Ok(connection) => {
                *missed = None;
                let mut number = 0;
                self.moves.send_modify(|moves| {
                    *moves += 1;
                    number = *moves;
                });
                let open = Numbered { connection, number };
                *self.connection() = Some(open.clone());
                Ok(open)
            }
            Err(error) => {
                *missed = Some(Instant::now());
                Err(error)
            }
        }
    }

    async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let client = self.client().await?;
        let connection = client.get_multiplexed_async_connection_with_config(&config);
        let connection = connection.await?;
        info!("connected to the redis that the sentinels name");
        Ok(connection)
    }

    pub(super) async fn send(&self, cmd: &Cmd) -> RedisResult<Value> {
        let mut open = self.connected().await?;
        let answer = open.connection.req_packed_command(cmd).await;
        self.judge(open.number, answer)
    }

    pub(super) async fn send_all(
        &self,
        pipeline: &Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisResult<Vec<Value>> {
        let mut open = self.connected().await?;
        let answer = open.connection.req_packed_commands(pipeline, offset, count);
        let answer = answer.await;
        self.judge(open.number, answer)
    }

    /// Gives the connection up when its answer says that it leads nowhere; not one that was made
    /// since.
    fn judge<T>(&self, number: u64, answer: RedisResult<T>) -> RedisResult<T> {
        if answer.as_ref().is_err_and(leads_no_more) {
            self.connection().take_if(|open| open.number == number);
        }
        answer
    }
}

fn leads_no_more(error: &RedisError) -> bool {
    match error.kind() {
        ErrorKind::Io
        | ErrorKind::Server(
            ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown | ServerErrorKind::BusyLoading,
        ) => true,
        _ => error.is_unrecoverable_error(),
    }
}

fn away() -> RedisError {
    RedisError::from((ErrorKind::Io, "the sentinels name no redis that answers"))
}
