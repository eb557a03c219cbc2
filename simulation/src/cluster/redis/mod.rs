//! A Redis of the simulation. It runs the scripts that ship and keeps what they write; the network
//! around it is slow, falls silent and breaks.
//!
//! | module | job |
//! |---|---|
//! | `data` | the keys and the commands |
//! | `lua` | the scripts |
//! | `shard` | the parts that it may be spread over |
//! | `client` | connections for commands |
//! | `next` | what a server of a made-up next release asks for |
//! | `subscription` | connections that listen |

mod client;
mod data;
mod lua;
mod next;
mod shard;
mod subscription;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use meeting::backoff::Jitter;
use meeting::id::ParticipantId;
use redis::Value;
use sha1::{Digest, Sha1};
use store::RedisPort;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::client::Client;
use self::data::{Data, Execution, Reply};
pub use self::shard::{Ailment, ShardId};
use self::subscription::Subscriber;
use crate::next::Release;
use crate::random::is_replay;

/// The sorted set of the servers, by their last beat.
const SERVERS: &str = "meeting-servers";
/// What its clock says when a simulation begins, in milliseconds.
const EPOCH: u64 = 1_700_000_000_000;

/// A machine that talks to Redis.
pub type MachineId = usize;

/// Redis, and the network around it. Clones are the same.
#[derive(Clone, Debug)]
pub struct SimulatedRedis(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    began: Instant,
    /// How many shards it is spread over.
    shards: usize,
    state: Mutex<State>,
    /// Told whenever something that was held up may go on.
    changed: Notify,
}

#[derive(Debug)]
struct State {
    mode: Mode,
    data: Data,
    /// An older picture of the data.
    copy: Data,
    /// The scripts it was told.
    scripts: BTreeSet<String>,
    random: Jitter,
    /// Shards that are not well.
    ailing: BTreeMap<ShardId, Ailment>,
    /// How many scripts each shard has run.
    scripts_run: BTreeMap<ShardId, usize>,
    /// Machines that no packet reaches.
    isolated: BTreeSet<MachineId>,
    subscribers: BTreeMap<u64, Subscriber>,
    /// What breaks the open connections.
    connections: BTreeMap<u64, (MachineId, CancellationToken)>,
    opened: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Running,
    Frozen,
    Down,
}

/// What Redis knows after a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// Everything.
    Kept,
    /// Nothing.
    Lost,
    /// What it knew when it last [made a copy](SimulatedRedis::copy).
    Old,
}

impl SimulatedRedis {
    /// One in one piece.
    pub fn new(seed: u64) -> Self {
        Self::sharded(seed, 1)
    }

    /// One that is spread over so many shards.
    pub fn sharded(seed: u64, shards: usize) -> Self {
        Self(Arc::new(Shared {
            began: Instant::now(),
            shards,
            changed: Notify::new(),
            state: Mutex::new(State {
                mode: Mode::Running,
                data: Data::default(),
                copy: Data::default(),
                scripts: BTreeSet::new(),
                random: Jitter::new(seed),
                ailing: BTreeMap::new(),
                scripts_run: BTreeMap::new(),
                isolated: BTreeSet::new(),
                subscribers: BTreeMap::new(),
                connections: BTreeMap::new(),
                opened: 0,
            }),
        }))
    }

    /// What a machine uses to talk to it.
    pub fn port(&self, machine: MachineId) -> RedisPort {
        self.port_of(machine, Release::Present)
    }

    /// What a machine with a server of this release uses to talk to it.
    pub fn port_of(&self, machine: MachineId, release: Release) -> RedisPort {
        let client = || Client::new(self.clone(), machine).of(release);
        let commands = client();
        RedisPort {
            subscriptions: Box::new(commands.clone()),
            commands: Arc::new(commands),
            beat_commands: Arc::new(client()),
            counts_listeners: true,
        }
    }

    /// Stops; whatever is connected breaks.
    pub fn stop(&self) {
        self.state().mode = Mode::Down;
        self.break_connections(|_| true);
    }

    /// Starts, if it was stopped.
    pub fn start(&self, memory: Memory) {
        let mut state = self.state();
        if state.mode != Mode::Down {
            return;
        }
        state.mode = Mode::Running;
        state.scripts.clear();
        match memory {
            Memory::Kept => {}
            Memory::Lost => state.data = Data::default(),
            Memory::Old => state.data = state.copy.clone(),
        }
    }

    /// Does nothing any more, but stays connected.
    pub fn freeze(&self) {
        let mut state = self.state();
        if state.mode == Mode::Running {
            state.mode = Mode::Frozen;
        }
    }

    /// Goes on, if it was frozen.
    pub fn thaw(&self) {
        let mut state = self.state();
        if state.mode == Mode::Frozen {
            state.mode = Mode::Running;
            self.0.changed.notify_waiters();
        }
    }

    /// How many keys have run out so far.
    pub fn expired(&self) -> usize {
        let now = self.now();
        self.state().data.expired(now)
    }

    /// In how many rooms on shards that `counts` somebody has a seat with a socket.
    pub fn seats_of(&self, id: &ParticipantId, counts: impl Fn(ShardId) -> bool) -> usize {
        let state = self.state();
        let rosters = state.data.rosters();
        let rosters = rosters.filter(|(name, _)| counts(self.shard_of(name)));
        let entries = rosters.filter_map(|(_, entries)| entries.get(id.as_str()));
        entries
            .filter(|json| !json.contains("\"deadline\""))
            .count()
    }

    /// The entries of all rosters, as JSON.
    pub fn entries(&self) -> Vec<String> {
        let state = self.state();
        let rosters = state.data.rosters();
        let entries = rosters.flat_map(|(_, entries)| entries.values());
        entries.cloned().collect()
    }

    /// How long ago each server has beaten.
    pub fn beats(&self) -> Vec<Duration> {
        let now = self.now();
        let beats = self.state().data.scores(SERVERS);
        let ages = beats.into_values().map(|at| now.saturating_sub(at as u64));
        ages.map(Duration::from_millis).collect()
    }

    /// Forgets everything.
    pub fn empty(&self) {
        self.state().data = Data::default();
    }

    /// Makes a copy to be set back to.
    pub fn copy(&self) {
        let mut state = self.state();
        state.copy = state.data.clone();
    }

    /// Holds up every packet from and to a machine, or lets them pass again.
    pub fn isolate(&self, machine: MachineId, isolated: bool) {
        let mut state = self.state();
        if isolated {
            state.isolated.insert(machine);
        } else {
            state.isolated.remove(&machine);
            self.0.changed.notify_waiters();
        }
    }

    /// Breaks the connections for commands of a machine.
    pub fn cut_commands(&self, machine: MachineId) {
        let listening: BTreeSet<u64> = self.state().subscribers.keys().copied().collect();
        self.break_connections(|(id, of)| of == machine && !listening.contains(&id));
    }

    /// Breaks every subscription, as `CLIENT KILL TYPE pubsub` does.
    pub fn cut_subscriptions(&self) {
        let listening: BTreeSet<u64> = self.state().subscribers.keys().copied().collect();
        self.break_connections(|(id, _)| listening.contains(&id));
    }

    /// Lets the subscriptions of a machine hear nothing any more, though neither end is told.
    pub fn deafen(&self, machine: MachineId) {
        for subscriber in self.state().subscribers.values_mut() {
            subscriber.is_deaf |= subscriber.machine == machine;
        }
    }

    /// The names of what it keeps.
    pub fn keys(&self) -> Vec<String> {
        let now = self.now();
        let state = self.state();
        state.data.keys(now).map(str::to_owned).collect()
    }

    /// At which shard the subscription of each machine is, and to how many channels.
    pub fn subscriptions(&self) -> BTreeMap<MachineId, (ShardId, usize)> {
        let state = self.state();
        let subscribers = state.subscribers.values();
        subscribers
            .map(|one| (one.machine, (one.shard, one.channels.len())))
            .collect()
    }

    /// How many channels are listened to.
    pub fn channels(&self) -> usize {
        let state = self.state();
        let channels = state.subscribers.values().map(|one| one.channels.len());
        channels.sum()
    }

    fn break_connections(&self, chosen: impl Fn((u64, MachineId)) -> bool) {
        let connections = &mut self.state().connections;
        let broken = connections.extract_if(.., |id, (machine, _)| chosen((*id, *machine)));
        for (_, (_, end)) in broken {
            end.cancel();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap()
    }

    /// Its clock, in milliseconds.
    fn now(&self) -> u64 {
        EPOCH + u64::try_from(self.0.began.elapsed().as_millis()).unwrap()
    }

    /// How long a packet takes. Most are quick.
    fn delay(&self) -> Duration {
        let random = &mut self.state().random;
        let slowest = if random.next_u64().is_multiple_of(20) {
            300
        } else {
            3
        };
        Duration::from_millis(random.next_u64() % slowest)
    }

    /// Waits until packets between Redis and a machine pass.
    async fn pass(&self, machine: MachineId) {
        self.until(|state| !state.isolated.contains(&machine)).await;
    }

    /// Waits until Redis runs, and with it a shard.
    async fn run(&self, shard: ShardId) {
        let hung = Some(&Ailment::Hung);
        self.until(|state| state.mode == Mode::Running && state.ailing.get(&shard) != hung)
            .await;
    }

    async fn until(&self, holds: impl Fn(&State) -> bool) {
        loop {
            let changed = self.0.changed.notified();
            if holds(&self.state()) {
                return;
            }
            changed.await;
        }
    }

    /// A connection of a machine, if there is somebody to connect to. Says what ends it.
    fn connect(&self, machine: MachineId) -> Option<(u64, CancellationToken)> {
        let mut state = self.state();
        if state.mode == Mode::Down {
            return None;
        }
        state.opened += 1;
        let (id, end) = (state.opened, CancellationToken::new());
        state.connections.insert(id, (machine, end.clone()));
        Some((id, end))
    }

    /// Carries a command out.
    fn execute(&self, machine: MachineId, command: &[String]) -> Reply {
        let now = self.now();
        trace(|| format!("redis {} <- {machine} {command:?}", now - EPOCH));
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        let delays: Vec<Duration> = (0..8).map(|_| self.delay()).collect();
        let mut state = self.state();
        let State {
            data,
            scripts,
            scripts_run,
            subscribers,
            ..
        } = &mut *state;
        let mut delays = delays.into_iter().cycle();
        let mut publish = |channel: &str, message: &str| {
            let listeners = subscribers.values_mut();
            let listeners = listeners.filter(|one| one.channels.contains(channel));
            let told = listeners.map(|one| one.tell(channel, message, delays.next()));
            told.count()
        };
        let mut execution = Execution {
            data,
            now,
            publish: &mut publish,
        };
        match command[..] {
            ["SCRIPT", "LOAD", source] => {
                let hash = hex(&Sha1::digest(source));
                lua::load(&hash, source);
                scripts.insert(hash.clone());
                Ok(Value::BulkString(hash.into_bytes()))
            }
            ["EVALSHA", hash, count, ref words @ ..] => {
                if !scripts.contains(hash) {
                    return Err("NOSCRIPT No matching script.".to_owned());
                }
                let (keys, arguments) = words.split_at(count.parse().unwrap());
                let shard = shard::of_key(keys[0], self.0.shards);
                *scripts_run.entry(shard).or_default() += 1;
                lua::run(hash, keys, arguments, &mut execution)
            }
            ref other => execution.run(other),
        }
    }
}

/// Tells what happens, if the run is told about.
fn trace(line: impl FnOnce() -> String) {
    if is_replay() {
        eprintln!("        {}", line());
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
