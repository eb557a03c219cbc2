//! Several servers around one Redis, as the pages meet them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use meeting::backoff::Jitter;
use simulation::backend::{Answer, Backend, Hangup, SocketId};
use simulation::next::Release;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep, sleep_until};

use crate::next_wire;
use crate::socket::{Answers, Silence, SimulatedSocket};
use server::settings::Settings;
use server::socket::connection::Frame;
use server::socket::context::Context;
use server::socket::socket_task;
use simulation::cluster::process::{Mode, Process};
use simulation::cluster::redis::SimulatedRedis;
use store::Store;

/// How often the servers get time at least, in milliseconds.
const STEP: u64 = 20;
/// How long a server that could not start waits before it is started again.
const RETRY: Duration = Duration::from_secs(1);
/// The time over which a server that stops spreads the departures.
const SPREAD: Duration = Duration::from_secs(1);

/// The servers and their Redis.
pub(crate) struct Cluster {
    pub(crate) redis: SimulatedRedis,
    pub(crate) servers: Vec<Server>,
    /// The release as which each server starts.
    pub(crate) releases: Vec<Release>,
    random: Jitter,
    /// The chance of each process that is started.
    starts: Jitter,
    sockets: BTreeMap<SocketId, UnboundedSender<Frame>>,
    answers: Answers,
    began: Instant,
    now: u64,
    runtime: Runtime,
}

/// One server: a machine on which the program runs, or has run.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) silence: Silence,
    /// Whether it was asked to stop.
    pub(crate) is_stopping: bool,
    context: Arc<OnceLock<Arc<Context>>>,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Cluster")
            .field("servers", &self.servers)
            .finish_non_exhaustive()
    }
}

impl Cluster {
    /// So many servers, all of them running.
    pub(crate) fn new(seed: u64, servers: usize) -> Self {
        Self::of(vec![Release::Present; servers], seed)
    }

    /// Running servers of these releases.
    pub(crate) fn of(releases: Vec<Release>, seed: u64) -> Self {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let guard = runtime.enter();
        let began = Instant::now();
        let redis = SimulatedRedis::new(seed ^ 0x4ed1);
        let mut starts = Jitter::new(seed ^ 0x57a7);
        let servers = releases.iter().enumerate();
        let servers =
            servers.map(|(machine, release)| Server::start(machine, *release, &redis, &mut starts));
        let servers = servers.collect();
        drop(guard);
        Self {
            redis,
            servers,
            releases,
            random: Jitter::new(seed ^ 0xba1a),
            starts,
            sockets: BTreeMap::new(),
            answers: Answers::default(),
            began,
            now: 0,
            runtime,
        }
    }

    /// Does something in the world of the servers.
    pub(crate) fn within<T>(&mut self, action: impl FnOnce(&mut Self) -> T) -> T {
        let handle = self.runtime.handle().clone();
        let _guard = handle.enter();
        action(self)
    }

    /// Starts a server again that is dead.
    pub(crate) fn start(&mut self, machine: usize) {
        if self.servers[machine].process.mode() == Mode::Dead {
            let release = self.releases[machine];
            self.within(|it| {
                it.servers[machine] = Server::start(machine, release, &it.redis, &mut it.starts);
            });
        }
    }

    /// The server that the balancer chooses: any that accepts connections.
    fn choose(&mut self) -> Option<usize> {
        let listening = |server: &Server| server.store().is_some() && !server.is_stopping;
        let servers = self.servers.iter().enumerate();
        let open = servers.filter(|(_, server)| listening(server));
        let open: Vec<usize> = open.map(|(machine, _)| machine).collect();
        let choice = self.random.next_u64() % (open.len() as u64).max(1);
        open.get(usize::try_from(choice).unwrap()).copied()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for server in &self.servers {
            server.process.kill();
        }
    }
}

impl Server {
    fn start(
        machine: usize,
        release: Release,
        redis: &SimulatedRedis,
        starts: &mut Jitter,
    ) -> Self {
        let server = Self {
            process: Process::new(starts.next_u64()),
            silence: Silence::default(),
            is_stopping: false,
            context: Arc::default(),
        };
        let (process, context) = (server.process.clone(), Arc::clone(&server.context));
        let redis = redis.clone();
        server.process.start(async move {
            let mut settings = Settings::default();
            settings.store.capacity = 16;
            loop {
                let (port, runtime) = (redis.port_of(machine, release), Arc::new(process.clone()));
                match Store::redis_on(port, settings.store, runtime).await {
                    Ok(store) => {
                        let mut it = Context::new(&settings, store, SPREAD);
                        if release == Release::Next {
                            it = it.speaking(next_wire::SPOKEN);
                        }
                        assert!(context.set(Arc::new(it)).is_ok(), "a server starts once");
                        return;
                    }
                    Err(_) => sleep(RETRY).await,
                }
            }
        });
        server
    }

    /// Stops in an orderly way.
    pub(crate) fn stop(&mut self) {
        self.is_stopping = true;
        let Some(context) = self.context.get().cloned() else {
            return self.process.kill();
        };
        let process = self.process.clone();
        self.process.start(async move {
            context.ask_to_go();
            sleep(SPREAD + SPREAD / 2).await;
            context.close_sockets();
            // The sockets are closed first.
            sleep(Duration::from_millis(1)).await;
            context.store().shutdown().await;
            process.kill();
        });
    }

    /// Its store, while it has one.
    pub(crate) fn store(&self) -> Option<&Store> {
        let alive = self.process.mode() != Mode::Dead;
        let context = self.context.get().filter(|_| alive);
        context.map(|context| context.store())
    }

    fn accept(&self, mut socket: SimulatedSocket) {
        if let Some(context) = self.context.get().cloned() {
            self.process.start(async move {
                socket.accept();
                socket_task::run(socket, &context).await;
            });
        }
    }
}

impl Backend for Cluster {
    fn connect(&mut self, now: u64, socket: SocketId) {
        self.advance(now);
        let Some(machine) = self.choose() else {
            self.answers.push(Answer::Break(socket));
            return;
        };
        let (sender, frames) = unbounded_channel();
        self.sockets.insert(socket, sender);
        self.within(|it| {
            let server = &it.servers[machine];
            let silence = server.silence.clone();
            server.accept(SimulatedSocket::new(
                socket,
                frames,
                it.answers.clone(),
                silence,
            ));
        });
    }

    fn hear(&mut self, now: u64, socket: SocketId, text: &str) {
        self.advance(now);
        if let Some(frames) = self.sockets.get(&socket) {
            // A server that is dead hears nothing.
            let _ = frames.send(Frame::Text(text.into()));
        }
    }

    fn hang_up(&mut self, now: u64, socket: SocketId, how: Hangup) {
        self.advance(now);
        if let Some(frames) = self.sockets.remove(&socket) {
            let _ = frames.send(match how {
                Hangup::Lost => Frame::Broken,
                Hangup::PageGone => Frame::Closed(Some(1001)),
            });
        }
    }

    fn advance(&mut self, now: u64) {
        if now > self.now {
            self.now = now;
            let then = self.began + Duration::from_millis(now);
            self.runtime
                .block_on(async move { sleep_until(then).await });
        }
    }

    fn alarm(&self) -> u64 {
        self.now + STEP
    }

    fn answers(&mut self) -> Vec<Answer> {
        self.answers.take()
    }

    fn heal(&mut self, now: u64) {
        self.advance(now);
        self.within(Self::repair);
    }
}
