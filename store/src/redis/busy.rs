//! Operations under way.

use std::sync::Arc;

use meeting::id::RoomId;

use super::Shared;
use super::local::LocalRoom;
use crate::Seat;

/// An operation under way. The room is kept while it lasts, and synced when it was broken off or
/// failed: then nobody knows what Redis did.
#[derive(Debug)]
pub(super) struct Busy {
    shared: Arc<Shared>,
    room: RoomId,
    outcome: Outcome,
}

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Known,
    Unknown,
}

impl Busy {
    /// The outcome is known.
    pub(super) fn settled(mut self) {
        self.outcome = Outcome::Known;
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(room) = self.shared.rooms().get_mut(&self.room) {
            room.settled();
            room.stale |= self.outcome == Outcome::Unknown;
        }
        self.shared.release(&self.room);
    }
}

impl Shared {
    /// Starts an operation on a room.
    pub(super) fn enter(self: &Arc<Self>, id: &RoomId) -> Busy {
        self.rooms().entry(id.clone()).or_default().begin();
        self.busy(id)
    }

    /// Starts an operation on a place by changing what this server holds, if the place is held.
    pub(super) fn change(
        self: &Arc<Self>,
        seat: &Seat,
        change: impl FnOnce(&mut LocalRoom),
    ) -> Option<Busy> {
        let mut rooms = self.rooms();
        let room = rooms.get_mut(&seat.room)?;
        if !room.holds(&seat.id, seat.generation) {
            return None;
        }
        change(room);
        room.begin();
        drop(rooms);
        Some(self.busy(&seat.room))
    }

    /// Waits for a sync of the room that is under way; see [`LocalRoom::turn`].
    pub(super) async fn await_turn(&self, id: &RoomId) {
        let turn = self.rooms().get(id).map(LocalRoom::turn);
        if let Some(turn) = turn {
            drop(turn.lock().await);
        }
    }

    fn busy(self: &Arc<Self>, room: &RoomId) -> Busy {
        Busy {
            shared: Arc::clone(self),
            room: room.clone(),
            outcome: Outcome::Unknown,
        }
    }
}
