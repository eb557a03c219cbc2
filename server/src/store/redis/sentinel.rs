//! The Redis that the sentinels say is the leader. After a fail-over it is another one; the old one
//! may still answer, but refuses to write.

use std::time::{Duration, Instant};

use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::sentinel::SentinelClient;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind, Pipeline, RedisError, RedisResult,
    ServerErrorKind, Value,
};
use tokio::sync::{Mutex, watch};
use tokio::time::timeout;
use tracing::info;

use super::PATIENCE;

/// How long nobody asks the sentinels again after they could not help.
const PAUSE: Duration = Duration::from_millis(250);

/// A connection to the leader, made anew when it leads no more.
pub(super) struct Leader {
    /// Apart from the state, so that finding the leader holds up nobody who has a connection.
    sentinels: Mutex<SentinelClient>,
    state: Mutex<State>,
    /// How many times another connection was made.
    moves: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    connection: Option<MultiplexedConnection>,
    /// When the leader was looked for in vain.
    missed: Option<Instant>,
}

impl Leader {
    pub(super) fn new(sentinels: SentinelClient) -> Self {
        Self {
            sentinels: Mutex::new(sentinels),
            state: Mutex::default(),
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

    /// The connection to the leader. Those who ask at the same time wait for one attempt.
    pub(super) async fn find(&self) -> RedisResult<MultiplexedConnection> {
        let mut state = self.state.lock().await;
        if let Some(connection) = &state.connection {
            return Ok(connection.clone());
        }
        if state.missed.is_some_and(|missed| missed.elapsed() < PAUSE) {
            return Err(away());
        }
        match self.connect().await {
            Ok(connection) => {
                state.connection = Some(connection.clone());
                state.missed = None;
                self.moves.send_modify(|moves| *moves += 1);
                Ok(connection)
            }
            Err(error) => {
                state.missed = Some(Instant::now());
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

    pub(super) async fn command(&self, cmd: &Cmd) -> RedisResult<Value> {
        let mut connection = self.find().await?;
        self.judge(connection.req_packed_command(cmd).await).await
    }

    pub(super) async fn commands(
        &self,
        pipeline: &Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisResult<Vec<Value>> {
        let mut connection = self.find().await?;
        let answer = connection.req_packed_commands(pipeline, offset, count);
        self.judge(answer.await).await
    }

    /// Gives the connection up when the answer says that it leads nowhere.
    async fn judge<T>(&self, answer: RedisResult<T>) -> RedisResult<T> {
        if answer.as_ref().is_err_and(leads_no_more) {
            self.state.lock().await.connection = None;
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
