//! Who is in which room, and the way from one participant to another.
//!
//! Two stores, one behaviour: `tests/contract` holds both to the same suites.
//!
//! | store | when | rooms live |
//! |---|---|---|
//! | [`MemoryStore`] | one server | in this process |
//! | [`RedisStore`] | several servers, one meeting | in Redis, with a replica in each server concerned |
//!
//! A connection makes an [`outbox`], hands the sending end to [`Store::join`] and reads the
//! receiving end; when its socket is gone it calls [`Store::detach`] (lost) or [`Store::leave`]
//! (for good).
//!
//! What a store needs of the world comes through a port: a [`Runtime`] and, with Redis, a
//! [`RedisPort`]. A program takes the real ones, a simulation its models.
//!
//! ```
//! # use meeting::id::{Attempt, DisplayName, InstanceId, ParticipantId, TabId};
//! # use store::{Claim, JoinError, JoinRequest, Store, StoreSettings, TokenHash, outbox};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = Store::memory(StoreSettings::default());
//! let (outbox, _inbox) = outbox(store.runtime());
//! let admission = store
//!     .join(JoinRequest {
//!         room: "abc-defg-hij".parse()?,
//!         id: ParticipantId::from_bytes([1; 16]),
//!         name: DisplayName::try_from("Ada".to_owned())?,
//!         instance: InstanceId::from_random(1),
//!         attempt: Attempt { tab: TabId::from_random(1), number: 1 },
//!         claim: Claim::Fresh,
//!         seen: 0,
//!         next_proof: TokenHash::from_bytes([1; 32]),
//!         outbox,
//!     })
//!     .await?;
//! assert_eq!(admission.participants.len(), 1);
//! # Ok(())
//! # }
//! ```

mod administration;
#[cfg(test)]
#[path = "../../fuzz/checks/corpus.rs"]
mod corpus;
mod counters;
mod inspection;
mod memory;
mod outbox;
mod redis;
mod request;
mod runtime;

use std::sync::Arc;

use meeting::id::ParticipantId;
use meeting::signaling::{LeaveReason, SignalPayload, Undeliverable};

use self::counters::LiveCounters;

pub use self::administration::OpenRoom;
pub use self::counters::Counters;
pub use self::inspection::Inspection;
pub use self::memory::MemoryStore;
pub use self::outbox::{Inbox, Outbox, OutboxEnd, outbox};
pub use self::redis::{Commands, PATIENCE, RedisPort, RedisStore, Subscriptions};
pub use self::request::{Admission, JoinError, JoinRequest, Seat, StoreError, StoreSettings};
pub use self::runtime::{Runtime, Tokio};
pub use meeting::room::{Claim, TokenHash};

/// One of the two stores. Cheap to clone; all clones are the same store.
#[derive(Clone, Debug)]
pub enum Store {
    /// Rooms in this process.
    Memory(MemoryStore),
    /// Rooms in Redis.
    Redis(RedisStore),
}

impl Store {
    /// A store in memory.
    pub fn memory(settings: StoreSettings) -> Self {
        Self::memory_on(settings, Tokio::shared())
    }

    /// A store in memory, as part of another process than a program.
    pub fn memory_on(settings: StoreSettings, runtime: Arc<dyn Runtime>) -> Self {
        Self::Memory(MemoryStore::new(settings, runtime))
    }

    /// A store in Redis: connects, and starts the tasks that keep it alive.
    ///
    /// # Errors
    ///
    /// When the URL is malformed or Redis does not answer.
    pub async fn redis(url: &str, settings: StoreSettings) -> Result<Self, StoreError> {
        RedisStore::connect(url, settings).await.map(Self::Redis)
    }

    /// A store in the Redis at the far end of this port: starts the tasks that keep it alive.
    ///
    /// # Errors
    ///
    /// When Redis does not answer.
    pub async fn redis_on(
        redis: RedisPort,
        settings: StoreSettings,
        runtime: Arc<dyn Runtime>,
    ) -> Result<Self, StoreError> {
        let store = RedisStore::start(redis, settings, runtime).await;
        store.map(Self::Redis)
    }

    /// The process that this store is part of.
    pub fn runtime(&self) -> &Arc<dyn Runtime> {
        match self {
            Self::Memory(store) => store.runtime(),
            Self::Redis(store) => store.runtime(),
        }
    }

    /// What the other servers call this one; nothing when there can be no others.
    pub fn server_name(&self) -> Option<&str> {
        match self {
            Self::Memory(_) => None,
            Self::Redis(store) => Some(store.server_name()),
        }
    }

    /// What this server has in memory, whatever Redis has. Nothing that ships asks: simulations of a
    /// cluster hold it against what pages see, and against nothing once everybody is gone.
    pub fn inspect(&self) -> Inspection {
        match self {
            Self::Memory(store) => store.inspect(),
            Self::Redis(store) => store.inspect(),
        }
    }

    /// What it has done so far.
    pub fn counters(&self) -> Counters {
        self.live_counters().snapshot()
    }

    fn live_counters(&self) -> &LiveCounters {
        match self {
            Self::Memory(store) => store.counters(),
            Self::Redis(store) => store.counters(),
        }
    }

    /// Lets somebody in, or back in, in one atomic step. From then on whatever happens in the room
    /// flows into their outbox; an older socket of theirs ends as [`OutboxEnd::Replaced`].
    ///
    /// # Errors
    ///
    /// When the room is full, the claim does not hold, or the rooms cannot be reached.
    pub async fn join(&self, request: JoinRequest) -> Result<Admission, JoinError> {
        let outcome = match self {
            Self::Memory(store) => store.join(request),
            Self::Redis(store) => store.join(request).await,
        };
        self.live_counters().count_join(&outcome);
        outcome
    }

    /// Somebody's socket is lost. They are shown as reconnecting, keep their seat for the grace
    /// period and then leave as [`LeaveReason::Lost`]. Without effect when they came back on
    /// another socket.
    ///
    /// # Errors
    ///
    /// When the rooms cannot be reached; the store makes up for it later by itself.
    pub async fn detach(&self, seat: &Seat) -> Result<(), StoreError> {
        match self {
            Self::Memory(store) => {
                store.detach(seat);
                Ok(())
            }
            Self::Redis(store) => store.detach(seat).await,
        }
    }

    /// Somebody's page is gone, and perhaps on its way back. They are shown as unloaded, keep their
    /// seat for [`reload_grace`](StoreSettings::reload_grace) and then leave as
    /// [`LeaveReason::Left`]. Without effect when they came back on another socket.
    ///
    /// # Errors
    ///
    /// When the rooms cannot be reached; the store makes up for it later by itself.
    pub async fn await_reload(&self, seat: &Seat) -> Result<(), StoreError> {
        match self {
            Self::Memory(store) => {
                store.await_reload(seat);
                Ok(())
            }
            Self::Redis(store) => store.await_reload(seat).await,
        }
    }

    /// Somebody leaves for good. Without effect when they came back on another socket.
    ///
    /// # Errors
    ///
    /// When the rooms cannot be reached; the store makes up for it later by itself.
    pub async fn leave(&self, seat: &Seat, reason: LeaveReason) -> Result<(), StoreError> {
        match self {
            Self::Memory(store) => {
                store.leave(seat, reason);
                Ok(())
            }
            Self::Redis(store) => store.leave(seat, reason).await,
        }
    }

    /// Carries a signal. Costs no look-up outside this process: nothing at all when both are on
    /// this server, one publish when they are not. Signals sent one after the other arrive in that
    /// order.
    ///
    /// # Errors
    ///
    /// Why it could not be carried. What turns out later comes back as
    /// [`Undeliverable`](meeting::signaling::ServerMessage::Undeliverable) through the outbox.
    pub fn signal(
        &self,
        from: &Seat,
        to: &ParticipantId,
        payload: SignalPayload,
    ) -> Result<(), Undeliverable> {
        let outcome = match self {
            Self::Memory(store) => store.signal(from, to, payload),
            Self::Redis(store) => store.signal(from, to, payload),
        };
        if outcome.is_err() {
            self.live_counters().undeliverable_signals.increment();
        }
        outcome
    }

    /// Whether somebody could join now.
    ///
    /// # Errors
    ///
    /// Why not.
    pub async fn ready(&self) -> Result<(), StoreError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Redis(store) => store.ready().await,
        }
    }

    /// Stops the tasks. With Redis, everybody still here is shown as reconnecting, so that they
    /// can come back on another server, and nothing of this server stays behind.
    pub async fn shutdown(&self) {
        match self {
            Self::Memory(_) => {}
            Self::Redis(store) => store.shutdown().await,
        }
    }
}
