//! Rooms in Redis, for several servers that form one meeting.
//!
//! | part | job |
//! |---|---|
//! | `port` | the ways to a Redis, whichever it is |
//! | `address`, `deployment`, `sentinel` | the real ones |
//! | `keys`, `record` | names and contents of what is in Redis |
//! | `lenient` | reading what a server of another version wrote |
//! | `scripts` | the atomic transitions |
//! | `server` | this server: what all its rooms have in common |
//! | `room` | one room, owned by one task |
//! | `directory` | the rooms that are of concern to this server |
//! | `owned` | what one task changes and everybody reads |
//! | `pace` | how many rooms are looked after at once |
//! | `subscription` | what Redis tells without being asked, kept up |
//! | `beat` | showing that this server lives, and hearing which others do |
//! | `forwarder` | notes on their way to other servers |
//! | `clock` | the time, as Redis has it |
//! | `sign_off` | the end of a server |
//! | `administration` | looking after the rooms of all servers |
//! | `troubles` | what the operator is told of many rooms alike |
//!
//! Each room is owned by a task, which waits for no other room. Beating and listening are a task
//! each, too.
//!
//! Every change of a room is one script, which publishes what happened under the room's next
//! number. Servers apply what they hear in that order and read the room anew when a number is
//! missing. What a server holds is true: when Redis comes back without it, the server writes it
//! down again.

mod address;
mod administration;
mod beat;
mod clock;
mod deployment;
mod directory;
mod forwarder;
#[cfg(test)]
mod frozen;
mod keys;
mod lenient;
mod owned;
mod pace;
mod port;
mod record;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the fuzz targets call it from outside")]
#[path = "../../../fuzz/checks/records.rs"]
mod record_checks;
mod room;
mod scripts;
mod sentinel;
mod server;
mod sign_off;
mod subscription;
mod troubles;

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use meeting::id::ParticipantId;
use meeting::room::Claim;
use meeting::signaling::{LeaveReason, ServerMessage, SignalPayload, Undeliverable};
use tokio::sync::oneshot;
use tokio_util::sync::DropGuard;
use tracing::warn;

use self::forwarder::Outgoing;
pub use self::port::{Commands, RedisPort, Subscriptions};
use self::record::{Entry, Note, OwnEntry, Rest};
use self::room::{Joining, Message, Newcomer, Parting, Recipient};
use self::server::Server;
use crate::counters::LiveCounters;
use crate::{
    Admission, Inspection, JoinError, JoinRequest, Runtime, Seat, StoreError, StoreSettings, Tokio,
};

/// How long Redis may take to accept a connection, and then to answer one command.
pub const PATIENCE: Duration = Duration::from_secs(2);
/// The least that a room may go untouched: longer than a round of upkeep takes whose slowest commands
/// Redis does not answer, and the pause until the next.
const SHORTEST_ROOM: Duration = PATIENCE.saturating_mul(5);

/// How long somebody who wants in waits for those before them in the same room.
const LONGEST_QUEUE: Duration = PATIENCE.saturating_mul(2);

/// The store of a server among several. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RedisStore(Arc<Open>);

/// The store ends with the last one that refers to this.
#[derive(Debug)]
struct Open {
    server: Arc<Server>,
    _stop: DropGuard,
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
        let server = Arc::new(Server::new(redis, settings, runtime)?);
        let stop = server.stop.clone().drop_guard();
        // The beat comes first: nobody may see this server in a roster before it is known to live.
        server.beat().await?;
        let feed = server.open_subscription().await?;
        for task in [
            subscription::keep_up(Arc::clone(&server), feed).boxed(),
            beat::keep_beating(Arc::clone(&server)).boxed(),
            beat::keep_proving_subscription(Arc::clone(&server)).boxed(),
        ] {
            server.runtime.spawn(task);
        }
        Ok(Self(Arc::new(Open {
            server,
            _stop: stop,
        })))
    }

    fn server(&self) -> &Arc<Server> {
        &self.0.server
    }

    pub(super) async fn join(&self, request: JoinRequest) -> Result<Admission, JoinError> {
        let server = self.server();
        if server.stop.is_cancelled() {
            return Err(StoreError::ShutDown.into());
        }
        let room = request.room.clone();
        let (reply, answer) = oneshot::channel();
        let joining = Joining {
            newcomer: self.write_down(request),
            until: server.runtime.now() + LONGEST_QUEUE,
            reply,
        };
        server.send_join(&room, Box::new(joining)).await;
        answer
            .await
            .unwrap_or_else(|_| Err(StoreError::ShutDown.into()))
    }

    /// A newcomer as Redis gets to know them; the join script fills in the numbers.
    fn write_down(&self, request: JoinRequest) -> Newcomer {
        let entry = Entry {
            id: request.id,
            name: request.name,
            instance: request.instance,
            attempt: request.attempt,
            since: 0,
            server: self.server().me.clone(),
            generation: 0,
            deadline: None,
            leave_reason: None,
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
        Newcomer {
            own,
            outbox: request.outbox,
            seen: request.seen,
        }
    }

    pub(super) async fn detach(&self, seat: &Seat) -> Result<(), StoreError> {
        let grace = self.server().settings.grace;
        let absence = Parting::Absence(grace, LeaveReason::Lost);
        self.part(seat, absence).await
    }

    pub(super) async fn await_reload(&self, seat: &Seat) -> Result<(), StoreError> {
        let grace = self.server().settings.reload_grace();
        let absence = Parting::Absence(grace, LeaveReason::Left);
        self.part(seat, absence).await
    }

    pub(super) async fn leave(&self, seat: &Seat, reason: LeaveReason) -> Result<(), StoreError> {
        self.part(seat, Parting::Departure(reason)).await
    }

    async fn part(&self, seat: &Seat, parting: Parting) -> Result<(), StoreError> {
        let Some(handle) = self.server().rooms.get(&seat.room) else {
            return Ok(());
        };
        let (reply, answer) = oneshot::channel();
        let message = Message::Part(seat.clone(), parting, reply);
        if handle.send(message).await.is_err() {
            // This server has let go of the room, so nobody holds a seat there.
            return Ok(());
        }
        answer.await.unwrap_or(Err(StoreError::ShutDown))
    }

    pub(super) fn signal(
        &self,
        from: &Seat,
        to: &ParticipantId,
        payload: SignalPayload,
    ) -> Result<(), Undeliverable> {
        let server = self.server();
        match self.recipient(from, to)? {
            Recipient::Here(outbox) => outbox.carry(ServerMessage::Signal {
                from: from.id.clone(),
                payload,
            }),
            Recipient::There {
                server: there,
                otherwise,
            } => {
                let note = Note::Signal {
                    room: from.room.clone(),
                    from: from.id.clone(),
                    to: to.clone(),
                    payload,
                    sender: server.me.clone(),
                };
                let outgoing = Outgoing {
                    server: there,
                    note,
                    otherwise,
                };
                server.forward(&from.id, outgoing)?;
                server.counters.forwarded_signals.increment();
                Ok(())
            }
        }
    }

    fn recipient(&self, from: &Seat, to: &ParticipantId) -> Result<Recipient, Undeliverable> {
        let handle = self.server().rooms.get(&from.room);
        let handle = handle.ok_or(Undeliverable::NotInRoom)?;
        let room = handle.room();
        if !room.holds(from) {
            return Err(Undeliverable::NotInRoom);
        }
        room.recipient(to)
    }

    pub(super) async fn ready(&self) -> Result<(), StoreError> {
        let server = self.server();
        if server.stop.is_cancelled() {
            return Err(StoreError::ShutDown);
        }
        if !server.subscription.is_up() {
            return Err(StoreError::SubscriptionDown);
        }
        // Where the beats go, rather than every shard: while one is away, the rooms on the others
        // are open.
        let mut look = redis::cmd("EXISTS");
        look.arg(keys::SERVERS);
        look.exec_async(&mut server.beat_commands.clone()).await?;
        Ok(())
    }

    pub(super) fn runtime(&self) -> &Arc<dyn Runtime> {
        &self.server().runtime
    }

    pub(super) fn server_name(&self) -> &str {
        self.server().me.as_str()
    }

    pub(super) fn counters(&self) -> &LiveCounters {
        &self.server().counters
    }

    pub(super) fn inspect(&self) -> Inspection {
        let rooms = self.server().rooms.lock();
        let rosters = rooms.iter();
        Inspection {
            rosters: rosters
                .map(|(id, handle)| (id.clone(), handle.room().participants()))
                .collect(),
            seats: rooms.values().map(|handle| handle.room().held()).sum(),
            waiting_senders: self.server().forwarder.senders(),
        }
    }

    pub(super) async fn shutdown(&self) {
        let server = self.server();
        server.stop.cancel();
        if let Err(error) = server.sign_off().await {
            warn!(%error, "the other servers will notice only after the lease that this one is gone");
        }
    }
}
