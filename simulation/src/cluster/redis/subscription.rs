//! Connections that listen: the client's end is the one that ships, over a pipe in memory.

use std::collections::BTreeSet;
use std::io;
use std::time::Duration;

use redis::aio::PubSub;
use redis::{RedisConnectionInfo, RedisResult};
use store::PATIENCE;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, ReadHalf, WriteHalf};
use tokio::io::{DuplexStream, duplex, split};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep_until, timeout};

use super::{EPOCH, MachineId, ShardId, SimulatedRedis, trace};

const PIPE_BYTES: usize = 64 * 1024;

/// Somebody who listens.
#[derive(Debug)]
pub(super) struct Subscriber {
    pub(super) machine: MachineId,
    pub(super) shard: ShardId,
    pub(super) channels: BTreeSet<String>,
    /// Whether what is said to it is lost.
    pub(super) is_deaf: bool,
    outgoing: UnboundedSender<(Instant, Vec<u8>)>,
}

impl Subscriber {
    /// Tells it what was published.
    pub(super) fn tell(&self, channel: &str, message: &str, delay: Option<Duration>) {
        if !self.is_deaf {
            self.push(&["message", channel, message], delay.unwrap_or_default());
        }
    }

    fn push(&self, words: &[&str], delay: Duration) {
        let mut text = format!("*{}\r\n", words.len());
        for word in words {
            text.push_str(&format!("${}\r\n{word}\r\n", word.len()));
        }
        // Fails when the connection is about to be forgotten.
        let _ = self
            .outgoing
            .send((Instant::now() + delay, text.into_bytes()));
    }

    fn confirm(&self, what: &str, channel: &str, delay: Duration) {
        let count = self.channels.len();
        let (what_len, channel_len) = (what.len(), channel.len());
        let text =
            format!("*3\r\n${what_len}\r\n{what}\r\n${channel_len}\r\n{channel}\r\n:{count}\r\n");
        let _ = self
            .outgoing
            .send((Instant::now() + delay, text.into_bytes()));
    }
}

/// Opens a connection that listens to nothing yet.
pub(super) async fn open(redis: &SimulatedRedis, machine: MachineId) -> RedisResult<PubSub> {
    timeout(PATIENCE, redis.pass(machine))
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?;
    let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
    let (id, end) = redis.connect(machine).ok_or_else(refused)?;
    // The shards are tried in turn, as they are in a cluster.
    let shard = usize::try_from(id).unwrap() % redis.0.shards;
    let (near, far) = duplex(PIPE_BYTES);
    let (outgoing, texts) = unbounded_channel();
    let subscriber = Subscriber {
        machine,
        shard,
        channels: BTreeSet::new(),
        is_deaf: false,
        outgoing,
    };
    redis.state().subscribers.insert(id, subscriber);
    let it = redis.clone();
    tokio::spawn(async move {
        let (reader, writer) = split(far);
        let (asked, requests) = unbounded_channel();
        tokio::select! {
            biased;
            () = end.cancelled() => {}
            () = listen(BufReader::new(reader), asked) => {}
            () = obey(&it, id, machine, shard, requests) => {}
            () = speak(&it, machine, shard, texts, writer) => {}
        }
        let mut state = it.state();
        state.subscribers.remove(&id);
        state.connections.remove(&id);
    });
    let info = RedisConnectionInfo::default().set_skip_set_lib_name();
    PubSub::new(&info, near).await
}

/// The way to Redis, until the client is gone.
async fn listen(
    mut reader: BufReader<ReadHalf<DuplexStream>>,
    requests: UnboundedSender<(Instant, Vec<String>)>,
) {
    while let Some(command) = read_command(&mut reader).await {
        if requests.send((Instant::now(), command)).is_err() {
            return;
        }
    }
}

/// Does what the client asks for.
async fn obey(
    redis: &SimulatedRedis,
    id: u64,
    machine: MachineId,
    shard: ShardId,
    mut requests: UnboundedReceiver<(Instant, Vec<String>)>,
) {
    while let Some((sent, command)) = requests.recv().await {
        sleep_until(sent + redis.delay() + redis.slowness(shard)).await;
        redis.pass(machine).await;
        redis.run(shard).await;
        let delay = redis.delay();
        trace(|| format!("redis {} <- {machine} {command:?}", redis.now() - EPOCH));
        let mut state = redis.state();
        let Some(subscriber) = state.subscribers.get_mut(&id) else {
            return;
        };
        let Some((what, channels)) = command.split_first() else {
            return;
        };
        for channel in channels {
            match what.as_str() {
                "SUBSCRIBE" => subscriber.channels.insert(channel.clone()),
                "UNSUBSCRIBE" => subscriber.channels.remove(channel),
                other => panic!("{other} on a subscription"),
            };
            subscriber.confirm(&what.to_lowercase(), channel, delay);
        }
    }
}

/// Says to the client what it is to hear, in order.
async fn speak(
    redis: &SimulatedRedis,
    machine: MachineId,
    shard: ShardId,
    mut texts: UnboundedReceiver<(Instant, Vec<u8>)>,
    mut writer: WriteHalf<DuplexStream>,
) {
    while let Some((at, text)) = texts.recv().await {
        sleep_until(at).await;
        redis.pass(machine).await;
        redis.run(shard).await;
        if writer.write_all(&text).await.is_err() {
            return;
        }
    }
}

/// The next command: an array of bulk strings.
async fn read_command(reader: &mut BufReader<ReadHalf<DuplexStream>>) -> Option<Vec<String>> {
    let count = read_number(reader, '*').await?;
    let mut words = Vec::with_capacity(count);
    for _ in 0..count {
        let length = read_number(reader, '$').await?;
        let mut word = vec![0; length + 2];
        reader.read_exact(&mut word).await.ok()?;
        word.truncate(length);
        words.push(String::from_utf8(word).unwrap());
    }
    Some(words)
}

async fn read_number(reader: &mut BufReader<ReadHalf<DuplexStream>>, mark: char) -> Option<usize> {
    let mut line = String::new();
    if reader.read_line(&mut line).await.ok()? == 0 {
        return None;
    }
    Some(line.trim_end().strip_prefix(mark).unwrap().parse().unwrap())
}
