//! Connections for commands. What is sent on one is carried out in that order; when it breaks,
//! nobody knows what of it was.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use futures::FutureExt;
use futures::future::BoxFuture;
use redis::aio::PubSub;
use redis::{
    Cmd, ErrorKind, Pipeline, RedisError, RedisFuture, RedisResult, ServerErrorKind, Value,
};
use store::{Commands, PATIENCE, StoreError, Subscriptions};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout};

use super::data::Reply;
use super::{MachineId, ShardId, SimulatedRedis, next, shard, subscription};
use crate::next::Release;

/// Talks to Redis for one machine, with a connection to each shard. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct Client {
    redis: SimulatedRedis,
    machine: MachineId,
    release: Release,
    connections: Arc<Mutex<BTreeMap<ShardId, UnboundedSender<Request>>>>,
}

/// Commands that were sent together.
#[derive(Debug)]
struct Request {
    sent: Instant,
    commands: Vec<Vec<String>>,
    replies: oneshot::Sender<Vec<Reply>>,
}

/// Replies on their way.
#[derive(Debug)]
struct Answer {
    sent: Instant,
    replies: Vec<Reply>,
    to: oneshot::Sender<Vec<Reply>>,
}

impl Client {
    pub(super) fn new(redis: SimulatedRedis, machine: MachineId) -> Self {
        Self {
            redis,
            machine,
            release: Release::Present,
            connections: Arc::default(),
        }
    }

    /// That of a server of this release.
    pub(super) fn of(self, release: Release) -> Self {
        Self { release, ..self }
    }

    async fn request(&self, commands: Vec<Vec<String>>) -> RedisResult<Vec<Reply>> {
        let (replies, answer) = oneshot::channel();
        let request = Request {
            sent: Instant::now(),
            commands,
            replies,
        };
        let command = request.commands.first().ok_or_else(nothing)?;
        let shard = shard::of_command(command, self.redis.0.shards);
        self.send(shard, request)?;
        match timeout(PATIENCE, answer).await {
            Ok(Ok(replies)) => Ok(replies),
            Ok(Err(_)) => Err(broken(io::ErrorKind::BrokenPipe)),
            Err(_) => Err(broken(io::ErrorKind::TimedOut)),
        }
    }

    /// Sends on the connection to a shard; on a new one if it is broken.
    fn send(&self, shard: ShardId, request: Request) -> RedisResult<()> {
        let mut connections = self.connections.lock().unwrap();
        let request = match connections.get(&shard) {
            None => request,
            Some(open) => match open.send(request) {
                Ok(()) => return Ok(()),
                Err(unsent) => unsent.0,
            },
        };
        let (new, requests) = unbounded_channel();
        let refused = || broken(io::ErrorKind::ConnectionRefused);
        let (id, end) = self.redis.connect(self.machine).ok_or_else(refused)?;
        let (redis, machine) = (self.redis.clone(), self.machine);
        tokio::spawn(async move {
            let (done, answers) = unbounded_channel();
            let there = carry_out(&redis, machine, shard, requests, done);
            let back = carry_back(&redis, machine, answers);
            tokio::select! {
                biased;
                () = end.cancelled() => {}
                _ = async { tokio::join!(there, back) } => {}
            }
            redis.state().connections.remove(&id);
        });
        let sent = new.send(request);
        connections.insert(shard, new);
        sent.map_err(|_| broken(io::ErrorKind::BrokenPipe))
    }
}

/// The way to Redis.
async fn carry_out(
    redis: &SimulatedRedis,
    machine: MachineId,
    shard: ShardId,
    mut requests: UnboundedReceiver<Request>,
    done: UnboundedSender<Answer>,
) {
    while let Some(request) = requests.recv().await {
        sleep_until(request.sent + redis.delay() + redis.slowness(shard)).await;
        redis.pass(machine).await;
        redis.run(shard).await;
        let commands = request.commands.iter();
        let answer = Answer {
            sent: Instant::now(),
            replies: commands
                .map(|command| redis.execute(machine, command))
                .collect(),
            to: request.replies,
        };
        if done.send(answer).is_err() {
            return;
        }
    }
}

/// The way back. Whoever does not wait any more hears nothing.
async fn carry_back(
    redis: &SimulatedRedis,
    machine: MachineId,
    mut answers: UnboundedReceiver<Answer>,
) {
    while let Some(answer) = answers.recv().await {
        sleep_until(answer.sent + redis.delay()).await;
        redis.pass(machine).await;
        let _ = answer.to.send(answer.replies);
    }
}

fn nothing() -> RedisError {
    broken(io::ErrorKind::InvalidInput)
}

fn broken(kind: io::ErrorKind) -> RedisError {
    io::Error::from(kind).into()
}

fn words(command: &Cmd) -> Vec<String> {
    let words = command.args_iter().map(|word| match word {
        redis::Arg::Simple(word) => String::from_utf8(word.to_vec()).unwrap(),
        _ => panic!("not a word of a command"),
    });
    words.collect()
}

fn value(reply: Reply) -> RedisResult<Value> {
    reply.map_err(|error| {
        let kind = if error.starts_with("NOSCRIPT") {
            ServerErrorKind::NoScript
        } else {
            // The scripts and the commands that ship make no errors.
            panic!("{error}")
        };
        (ErrorKind::Server(kind), "an error of Redis", error).into()
    })
}

impl Commands for Client {
    fn command<'a>(&'a self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        async {
            let command = words(command);
            let commands = match self.release {
                Release::Present => vec![command],
                Release::Next => next::commands(command),
            };
            let mut replies = self.request(commands).await?;
            value(replies.remove(0))
        }
        .boxed()
    }

    fn pipeline<'a>(
        &'a self,
        pipeline: &'a Pipeline,
        _offset: usize,
        _count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        async {
            let commands = pipeline.cmd_iter().map(words).collect();
            let replies = self.request(commands).await?;
            replies.into_iter().map(value).collect()
        }
        .boxed()
    }
}

impl Subscriptions for Client {
    fn open(&self) -> BoxFuture<'_, Result<PubSub, StoreError>> {
        async { Ok(subscription::open(&self.redis, self.machine).await?) }.boxed()
    }
}
