//! Rooms in Redis, for several servers that form one meeting.
//!
//! | part | job |
//! |---|---|
//! | `port` | the ways to a Redis, whichever it is |
//! | `address`, `deployment`, `sentinel` | the real ones |
//! | `keys`, `record` | names and contents of what is in Redis |
//! | `lenient` | reading what a server of another version wrote |
//! | `scripts` | the atomic transitions |
//! | `replica` | the roster of one room, as one server knows it |
//! | `rooms` | the rooms that are of concern to this server |
//! | `local`, `session` | that, and whom this server holds in the room |
//! | `clock` | the time, as Redis has it |
//! | `busy` | an operation under way |
//! | `link` | the subscription, kept up |
//! | `post` | notes on their way to other servers |
//! | `beat` | showing that this server lives, and hearing which others do |
//! | `upkeep` | keeping the rooms from running out |
//! | `sync` | putting right what Redis and this server disagree on |
//! | `evacuation` | whoever was on a server that is gone |
//! | `fan_out` | the same for many rooms at once |
//! | `troubles` | what the operator is told of many rooms alike |
//!
//! Beating, keeping rooms, syncing, evacuating and listening are a task each, none of which waits
//! for another; within each, no room waits long for a slow one.
//!
//! Every change of a room is one script, which publishes what happened under the room's next
//! number. Servers apply what they hear in that order and read the room anew when a number is
//! missing. What a server holds is true: when Redis comes back without it, the server writes it
//! down again.

mod address;
mod beat;
mod busy;
mod clock;
mod deployment;
mod evacuation;
mod fan_out;
mod keys;
mod lenient;
mod link;
mod local;
mod needs;
mod port;
mod post;
mod record;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the fuzz targets call it from outside")]
#[path = "../../../fuzz/checks/records.rs"]
mod record_checks;
mod replica;
mod rooms;
mod scripts;
mod sentinel;
mod session;
mod sync;
mod troubles;
mod upkeep;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use meeting::id::{ParticipantId, RoomId};
use meeting::room::Claim;
use meeting::signaling::{LeaveReason, Resumption, ServerMessage, SignalPayload, Undeliverable};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::warn;

use self::beat::Beats;
use self::clock::Clock;
use self::link::{Feed, Link};
use self::local::LocalRoom;
use self::port::Connection;
pub use self::port::{Commands, RedisPort, Subscriptions};
use self::post::{Letter, Post};
use self::record::{Entry, Note, OwnEntry, Rest, ServerId};
use self::scripts::{Joined, Scripts};
use self::session::{Newcomer, Route};
use self::troubles::Troubles;
use crate::{
    Admission, JoinError, JoinRequest, Rosters, Runtime, Seat, Status, StoreError, StoreSettings,
    Tokio,
};

/// How long Redis may take to accept a connection, and then to answer one command.
pub const PATIENCE: Duration = Duration::from_secs(2);
/// The least that a room may go untouched: longer than a round of upkeep takes whose slowest commands
/// Redis does not answer, and the pause until the next.
const SHORTEST_ROOM: Duration = PATIENCE.saturating_mul(5);

/// The store of a server among several. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RedisStore(Arc<Shared>);

struct Shared {
    settings: StoreSettings,
    me: ServerId,
    commands: Connection,
    /// For what must not wait for anything on the other connection.
    beat_commands: Connection,
    subscriptions: Box<dyn Subscriptions>,
    counts_listeners: bool,
    runtime: Arc<dyn Runtime>,
    clock: Clock,
    scripts: Scripts,
    link: Link,
    rooms: Mutex<HashMap<RoomId, LocalRoom>>,
    post: Post,
    beats: Beats,
    troubles: Troubles,
    /// Takes the rooms that are to be synced.
    due_for_sync: UnboundedSender<RoomId>,
    /// Since when each server that is in some roster has shown no beat at all.
    unknown: Mutex<BTreeMap<ServerId, Instant>>,
    stop: CancellationToken,
    _stop_on_drop: DropGuard,
}

impl fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Shared")
            .field("me", &self.me)
            .finish_non_exhaustive()
    }
}

impl RedisStore {
    pub(super) async fn connect(url: &str, settings: StoreSettings) -> Result<Self, StoreError> {
        let redis = deployment::connect(url).await?;
        Self::start(redis, settings, Tokio::shared()).await
    }

    /// Comes to life among the other servers.
    pub(super) async fn start(
        redis: RedisPort,
        settings: StoreSettings,
        runtime: Arc<dyn Runtime>,
    ) -> Result<Self, StoreError> {
        let mut name = [0; 8];
        runtime.random(&mut name).map_err(StoreError::Random)?;
        let stop = CancellationToken::new();
        let (due_for_sync, rooms_to_sync) = unbounded();
        let shared = Arc::new(Shared {
            settings,
            me: ServerId::from_random(u64::from_le_bytes(name)),
            commands: Connection(redis.commands),
            beat_commands: Connection(redis.beat_commands),
            subscriptions: redis.subscriptions,
            counts_listeners: redis.counts_listeners,
            runtime,
            clock: Clock::default(),
            scripts: Scripts::new(&settings),
            link: Link::default(),
            rooms: Mutex::default(),
            post: Post::default(),
            beats: Beats::default(),
            troubles: Troubles::default(),
            due_for_sync,
            unknown: Mutex::default(),
            stop: stop.clone(),
            _stop_on_drop: stop.drop_guard(),
        });
        // The beat comes first: nobody may see this server in a roster before it is known to live.
        shared.beat().await?;
        let feed = shared.open_link().await?;
        shared.go_on(feed, rooms_to_sync);
        Ok(Self(shared))
    }

    pub(super) async fn join(&self, request: JoinRequest) -> Result<Admission, JoinError> {
        let shared = &self.0;
        if shared.stop.is_cancelled() {
            return Err(StoreError::ShutDown.into());
        }
        let (room, newcomer) = shared.write_down(request);
        let id = newcomer.own.entry.id.clone();

        let busy = shared.enter(&room);
        if let Err(error) = shared.subscribe(&room).await {
            // Redis was asked for nothing, so the room need not be compared with it.
            busy.settled();
            return Err(error.into());
        }
        let own = &newcomer.own;
        let until = shared.clock.now() + scripts::millis(PATIENCE);
        let join = shared.scripts.join(&shared.commands, &room, own, until);
        let joined = join.await?;
        let (grant, snapshot) = match joined {
            Joined::In { grant, snapshot } => (grant, snapshot),
            Joined::Full => {
                busy.settled();
                return Err(JoinError::Full);
            }
            Joined::Refused => {
                busy.settled();
                return Err(JoinError::ResumeRefused);
            }
            Joined::Late { now } => {
                shared.clock.set(now);
                busy.settled();
                return Err(StoreError::Late.into());
            }
        };
        let (participants, resumption) = shared
            .with_room(&room, |local| local.register(newcomer, grant, snapshot))
            .unwrap_or((Vec::new(), Resumption::Snapshot));
        busy.settled();
        Ok(Admission {
            seat: Seat {
                room,
                id,
                generation: grant.generation,
            },
            participants,
            resumption,
        })
    }

    pub(super) async fn detach(&self, seat: &Seat) -> Result<(), StoreError> {
        let time = self.0.settings.grace;
        self.suspend(seat, time, LeaveReason::Lost).await
    }

    pub(super) async fn await_reload(&self, seat: &Seat) -> Result<(), StoreError> {
        let time = self.0.settings.reload_grace();
        self.suspend(seat, time, LeaveReason::Left).await
    }

    /// Takes the socket off a place. Unless the participant comes back within the time, they
    /// leave for the reason.
    async fn suspend(
        &self,
        seat: &Seat,
        time: Duration,
        reason: LeaveReason,
    ) -> Result<(), StoreError> {
        let shared = &self.0;
        let until = Instant::now() + time;
        let Some(busy) = shared.change(seat, |room| room.detach(&seat.id, until, reason)) else {
            return Ok(());
        };
        shared.await_turn(&seat.room).await;
        let scripts = &shared.scripts;
        scripts.detach(&shared.commands, seat, time, reason).await?;
        busy.settled();
        Ok(())
    }

    pub(super) async fn leave(&self, seat: &Seat, reason: LeaveReason) -> Result<(), StoreError> {
        let shared = &self.0;
        let Some(busy) = shared.change(seat, |room| room.forget(&seat.id)) else {
            return Ok(());
        };
        shared.await_turn(&seat.room).await;
        shared.scripts.leave(&shared.commands, seat, reason).await?;
        busy.settled();
        Ok(())
    }

    pub(super) fn signal(
        &self,
        from: &Seat,
        to: &ParticipantId,
        payload: SignalPayload,
    ) -> Result<(), Undeliverable> {
        let shared = &self.0;
        match shared.route(from, to)? {
            Route::Here(outbox) => outbox.carry(ServerMessage::Signal {
                from: from.id.clone(),
                payload,
            }),
            Route::There { server, otherwise } => {
                let note = Note::Signal {
                    room: from.room.clone(),
                    from: from.id.clone(),
                    to: to.clone(),
                    payload,
                    sender: shared.me.clone(),
                };
                let letter = Letter {
                    server,
                    note,
                    otherwise,
                };
                shared.post(&from.id, letter)
            }
        }
    }

    pub(super) async fn ready(&self) -> Result<(), StoreError> {
        if self.0.stop.is_cancelled() {
            return Err(StoreError::ShutDown);
        }
        if !self.0.link.is_up() {
            return Err(StoreError::LinkDown);
        }
        // Where the beats go, rather than every shard: while one is away, the rooms on the others
        // are open.
        let mut look = redis::cmd("EXISTS");
        look.arg(keys::SERVERS);
        look.exec_async(&mut self.0.beat_commands.clone()).await?;
        Ok(())
    }

    pub(super) fn runtime(&self) -> &Arc<dyn Runtime> {
        &self.0.runtime
    }

    pub(super) fn server_name(&self) -> &str {
        self.0.me.as_str()
    }

    pub(super) fn rosters(&self) -> Rosters {
        let rooms = self.0.rooms();
        rooms
            .iter()
            .map(|(id, room)| (id.clone(), room.participants()))
            .collect()
    }

    pub(super) fn status(&self) -> Status {
        let rooms = self.0.rooms();
        Status {
            rooms: rooms.len(),
            sessions: rooms.values().map(LocalRoom::sessions).sum(),
            waiting_senders: self.0.post.senders(),
        }
    }

    pub(super) async fn shutdown(&self) {
        self.0.stop.cancel();
        if let Err(error) = self.0.sign_off().await {
            warn!(%error, "the other servers will notice only after the lease that this one is gone");
        }
    }
}

impl Shared {
    /// Starts everything that goes on until the store ends.
    fn go_on(self: &Arc<Self>, feed: Feed, rooms_to_sync: UnboundedReceiver<RoomId>) {
        let shared = || (Arc::downgrade(self), self.stop.clone());
        let (weak, stop) = shared();
        self.runtime.spawn(link::keep_up(weak, feed, stop).boxed());
        let (weak, stop) = shared();
        self.runtime.spawn(beat::keep_beating(weak, stop).boxed());
        let (weak, stop) = shared();
        let prove_link = beat::with_each_beat(weak, stop, Self::prove_link);
        self.runtime.spawn(prove_link.boxed());
        let (weak, stop) = shared();
        let keep_rooms = beat::with_each_beat(weak, stop, Self::keep_rooms);
        self.runtime.spawn(keep_rooms.boxed());
        let (weak, stop) = shared();
        let keep_syncing = sync::keep_syncing(weak, rooms_to_sync, stop);
        self.runtime.spawn(keep_syncing.boxed());
        let (weak, stop) = shared();
        self.runtime
            .spawn(evacuation::keep_evacuating(weak, stop).boxed());
    }

    /// A newcomer as Redis gets to know them; the join script fills in the numbers.
    fn write_down(&self, request: JoinRequest) -> (RoomId, Newcomer) {
        let entry = Entry {
            id: request.id,
            name: request.name,
            instance: request.instance,
            attempt: request.attempt,
            since: 0,
            server: self.me.clone(),
            generation: 0,
            deadline: None,
            farewell: None,
            rest: Rest::default(),
        };
        let shown = match request.claim {
            Claim::Fresh => None,
            Claim::Resume { proof } => Some(proof.into()),
        };
        let given = request.next_proof.into();
        let own = OwnEntry {
            entry,
            given,
            shown,
            remaining: None,
            remembered: Rest::default(),
        };
        let newcomer = Newcomer {
            own,
            outbox: request.outbox,
            seen: request.seen,
        };
        (request.room, newcomer)
    }

    fn route(&self, from: &Seat, to: &ParticipantId) -> Result<Route, Undeliverable> {
        let rooms = self.rooms();
        let room = rooms.get(&from.room).ok_or(Undeliverable::NotInRoom)?;
        if !room.holds(&from.id, from.generation) {
            return Err(Undeliverable::NotInRoom);
        }
        room.route(to)
    }
}
