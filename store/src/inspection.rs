//! What a store holds at a moment, for whoever simulates a cluster.

use std::collections::BTreeMap;

use meeting::id::RoomId;
use meeting::signaling::Participant;

/// What a server holds. Nothing is left of rooms that everybody has left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// Who is in each room that is of concern to this server, in the order they came, as far as it
    /// knows.
    pub rosters: BTreeMap<RoomId, Vec<Participant>>,
    /// Participants whom this server holds, with a socket or while they may come back.
    pub seats: usize,
    /// Participants whose signals wait for Redis.
    pub waiting_senders: usize,
}
