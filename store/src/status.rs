//! What a store holds at a moment, for whoever watches over it.

/// How much a store holds on this server. Nothing is left of rooms that everybody has left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Rooms that are of concern to this server.
    pub rooms: usize,
    /// Participants whom this server holds, with a socket or while they may come back.
    pub seats: usize,
    /// Participants whose signals wait for Redis.
    pub waiting_senders: usize,
}
