//! Rooms in Redis, for several servers that form one meeting.
//!
//! | part | job |
//! |---|---|
//! | `address`, `deployment`, `sentinel` | where Redis is, and connections to it |
//! | `keys`, `record` | names and contents of what is in Redis |
//! | `scripts` | the atomic transitions |
//! | `replica` | the roster of one room, as one server knows it |
//! | `local`, `session` | that, and whom this server holds in the room |
//! | `tasks` | what it starts |
//! | `clock` | the time, as Redis has it |
//! | `busy` | an operation under way |
//! | `link` | the subscription, kept up |
//! | `post` | notes on their way to other servers |
//! | `heal` | the beat, and putting right what Redis and this server disagree on |
//!
//! Every change of a room is one script, which publishes what happened under the room's next
//! number. Servers apply what they hear in that order and read the room anew when a number is
//! missing. What a server holds is true: when Redis comes back without it, the server writes it
//! down again.

mod address;
mod busy;
mod clock;
mod deployment;
mod heal;
mod keys;
mod link;
mod local;
mod needs;
mod post;
mod record;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the fuzz targets call it from outside")]
#[path = "../../../../fuzz/checks/records.rs"]
mod record_checks;
mod replica;
mod scripts;
mod sentinel;
mod session;
#[cfg(test)]
pub(crate) mod simulated;
mod tasks;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use meeting::id::{ParticipantId, RoomId};
use meeting::room::Claim;
use meeting::signaling::{LeaveReason, Resumption, ServerMessage, SignalPayload, Undeliverable};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::warn;

use self::clock::Clock;
use self::deployment::{Commands, Subscriptions};
use self::link::Link;
use self::local::LocalRoom;
use self::needs::Needs;
use self::post::{Letter, Post};
use self::record::{Entry, Note, OwnEntry, ServerId};
use self::scripts::{Joined, Scripts};
use self::session::{Newcomer, Route};
use self::tasks::Tasks;
use crate::random;

use super::{Admission, JoinError, JoinRequest, Seat, StoreError, StoreSettings};

/// How long Redis may take to accept a connection, and then to answer one command.
const PATIENCE: Duration = Duration::from_secs(2);

/// The store of a server among several. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RedisStore(Arc<Shared>);

struct Shared {
    settings: StoreSettings,
    me: ServerId,
    commands: Commands,
    subscriptions: Subscriptions,
    tasks: Tasks,
    clock: Clock,
    scripts: Scripts,
    link: Link,
    rooms: Mutex<HashMap<RoomId, LocalRoom>>,
    post: Post,
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
        let (commands, subscriptions) = deployment::connect(url).await?;
        Self::start(commands, subscriptions, settings, Tasks::default()).await
    }

    /// Comes to life among the other servers.
    async fn start(
        commands: Commands,
        subscriptions: Subscriptions,
        settings: StoreSettings,
        tasks: Tasks,
    ) -> Result<Self, StoreError> {
        let stop = CancellationToken::new();
        let shared = Arc::new(Shared {
            settings,
            me: ServerId::from_random(random::number().map_err(StoreError::Random)?),
            commands,
            subscriptions,
            tasks,
            clock: Clock::default(),
            scripts: Scripts::new(&settings),
            link: Link::default(),
            rooms: Mutex::default(),
            post: Post::default(),
            unknown: Mutex::default(),
            stop: stop.clone(),
            _stop_on_drop: stop.drop_guard(),
        });
        // The beat comes first: nobody may see this server in a roster before it is known to live.
        shared.beat().await?;
        let feed = shared.open_link().await?;
        let (weak, stop) = (Arc::downgrade(&shared), &shared.stop);
        let link = link::keep_up(weak.clone(), feed, stop.clone());
        shared.tasks.spawn(link);
        let beat = heal::keep_beating(weak, stop.clone());
        shared.tasks.spawn(beat);
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

    /// Takes the socket off a place. Unless he comes back within the time, he leaves for the
    /// reason.
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
        redis::cmd("PING")
            .exec_async(&mut self.0.commands.clone())
            .await?;
        Ok(())
    }

    pub(super) async fn shutdown(&self) {
        self.0.stop.cancel();
        if let Err(error) = self.0.sign_off().await {
            warn!(%error, "the other servers will notice only after the lease that this one is gone");
        }
    }
}

impl Shared {
    fn rooms(&self) -> MutexGuard<'_, HashMap<RoomId, LocalRoom>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A newcomer as Redis gets to know him; the join script fills in the numbers.
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
        };
        let newcomer = Newcomer {
            own,
            outbox: request.outbox,
            seen: request.seen,
        };
        (request.room, newcomer)
    }

    /// Changes a room and does what follows from it.
    fn with_room<T>(
        self: &Arc<Self>,
        id: &RoomId,
        change: impl FnOnce(&mut LocalRoom) -> (T, Needs),
    ) -> Option<T> {
        let (result, needs) = change(self.rooms().get_mut(id)?);
        self.attend(id, &needs);
        Some(result)
    }

    fn route(&self, from: &Seat, to: &ParticipantId) -> Result<Route, Undeliverable> {
        let rooms = self.rooms();
        let room = rooms.get(&from.room).ok_or(Undeliverable::NotInRoom)?;
        if !room.holds(&from.id, from.generation) {
            return Err(Undeliverable::NotInRoom);
        }
        room.route(to)
    }

    /// Lets go of a room that is of no concern any more.
    fn release(self: &Arc<Self>, id: &RoomId) {
        let mut rooms = self.rooms();
        if rooms.get(id).is_some_and(LocalRoom::is_idle) {
            rooms.remove(id);
            drop(rooms);
            let (shared, id) = (Arc::clone(self), id.clone());
            let tasks = self.tasks.clone();
            tasks.spawn(async move { shared.unsubscribe(&id).await });
        }
    }
}
