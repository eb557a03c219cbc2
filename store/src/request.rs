//! What a connection asks of a store, and what it hears back.

use std::time::Duration;

use meeting::id::{Attempt, DisplayName, InstanceId, ParticipantId, RoomId};
use meeting::limits;
use meeting::room::{Claim, TokenHash};
use meeting::signaling::{Participant, Resumption};
use thiserror::Error;

use super::Outbox;

/// What an operator can choose about rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreSettings {
    /// How many people fit in one room.
    pub capacity: usize,
    /// How long a participant without a socket keeps their seat.
    pub grace: Duration,
    /// A server that was not seen for this long is dead. Only matters among several servers.
    pub lease: Duration,
    /// How often a server shows that it lives; a third of the lease or less.
    pub beat: Duration,
}

impl StoreSettings {
    /// How long a participant whose page is gone keeps their seat.
    pub fn reload_grace(&self) -> Duration {
        limits::RELOAD_GRACE.min(self.grace)
    }
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self {
            capacity: limits::ROOM_CAPACITY,
            grace: limits::GRACE,
            lease: limits::SERVER_LEASE,
            beat: limits::SERVER_BEAT,
        }
    }
}

/// Somebody wants into a room.
#[derive(Debug)]
pub struct JoinRequest {
    /// Which room.
    pub room: RoomId,
    /// Who. Derived from the secret that they showed, so they are this participant.
    pub id: ParticipantId,
    /// What the others call them.
    pub name: DisplayName,
    /// The load of their page.
    pub instance: InstanceId,
    /// Which of their tab's sockets it is.
    pub attempt: Attempt,
    /// Whether they were here before.
    pub claim: Claim,
    /// If they were: the last sequence number that they received.
    pub seen: u64,
    /// The hash of the changing part of the token that they are about to get.
    pub next_proof: TokenHash,
    /// Where their messages go from now on.
    pub outbox: Outbox,
}

/// They are in.
#[derive(Clone, Debug)]
pub struct Admission {
    /// Their seat.
    pub seat: Seat,
    /// Everybody in the room, the newcomer included, in the order they came. The outbox gets
    /// everything that happens after this picture, and nothing of what is in it.
    pub participants: Vec<Participant>,
    /// What became of the session they claimed to have. When it is replayed, the numbers go on
    /// after the last one that was received; otherwise they start anew.
    pub resumption: Resumption,
}

/// What somebody has in a room, held by one socket. Coming back on another socket raises the generation, and
/// whoever holds an older one can change nothing any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The room.
    pub room: RoomId,
    /// Who sits there.
    pub id: ParticipantId,
    /// Which of their sockets.
    pub generation: u64,
}

/// Why somebody does not get in.
#[derive(Debug, Error)]
pub enum JoinError {
    /// No seat left.
    #[error("the room is full")]
    Full,
    /// The token is not, or no longer, the one that brings this participant back, or the tab has
    /// come back on a later socket already.
    #[error("the resume token does not hold")]
    ResumeRefused,
    /// The state of the rooms cannot be reached; try again.
    #[error(transparent)]
    Unavailable(#[from] StoreError),
}

/// The state of the rooms cannot be reached.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The URL is not one.
    #[error(
        "--redis-url is not a redis URL: {0}; write it like redis://user:password@host:6379/0, \
         unix:///run/redis.sock, redis+sentinel://host:26379,host:26379/service or \
         redis+cluster://host:6379,host:6379; rediss instead of redis for TLS"
    )]
    Url(#[source] redis::RedisError),
    /// Redis does not answer, or answers with an error.
    #[error("redis: {0}")]
    Redis(#[from] redis::RedisError),
    /// What this server wants to say cannot be written down.
    #[error("a record for redis cannot be written: {0}")]
    Record(#[from] serde_json::Error),
    /// The subscription on which Redis tells of events is down; it is being opened again.
    #[error("the subscription to redis is down")]
    SubscriptionDown,
    /// Redis heard of a join when nobody waited for it any more.
    #[error("redis answers too late")]
    Late,
    /// The operating system gives no random numbers.
    #[error("no random numbers: {0}")]
    Random(#[source] getrandom::Error),
    /// The store was shut down.
    #[error("the room store has been shut down")]
    ShutDown,
}
