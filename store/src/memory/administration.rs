//! Looking after the rooms of this process.

use meeting::id::{ParticipantId, RoomId};
use meeting::signaling::LeaveReason;

use super::{MemoryStore, Room};
use crate::{OpenRoom, OutboxEnd};

impl MemoryStore {
    pub(crate) fn list_rooms(&self) -> Vec<RoomId> {
        let mut ids: Vec<_> = self.0.rooms().open.keys().cloned().collect();
        ids.sort();
        ids
    }

    pub(crate) fn look_at_room(&self, id: &RoomId) -> Option<OpenRoom> {
        let rooms = self.0.rooms();
        let room = rooms.open.get(id)?;
        Some(OpenRoom {
            participants: room.roster.participants(),
            capacity: room.roster.capacity(),
        })
    }

    pub(crate) fn resize_room(&self, id: &RoomId, capacity: Option<usize>) -> bool {
        let capacity = capacity.unwrap_or(self.0.settings.capacity);
        let mut rooms = self.0.rooms();
        let room = rooms.open.get_mut(id);
        room.map(|room| room.roster.resize(capacity)).is_some()
    }

    pub(crate) fn close_room(&self, id: &RoomId) -> usize {
        let mut rooms = self.0.rooms();
        let Some(room) = rooms.open.get_mut(id) else {
            return 0;
        };
        room.expire(self.0.now());
        let everybody = room.roster.participants();
        let removed = everybody.iter().filter(|one| room.remove(&one.id)).count();
        rooms.forget_if_empty(id);
        removed
    }

    pub(crate) fn remove(&self, id: &RoomId, participant: &ParticipantId) -> bool {
        let mut rooms = self.0.rooms();
        let room = rooms.open.get_mut(id);
        let was_there = room.is_some_and(|room| room.remove(participant));
        rooms.forget_if_empty(id);
        was_there
    }
}

impl Room {
    /// Sends somebody away; false when they are not here.
    fn remove(&mut self, id: &ParticipantId) -> bool {
        let Some(held) = self.seats.get(id) else {
            return false;
        };
        let (generation, reason) = (held.generation, LeaveReason::Removed);
        let Some(event) = self.roster.leave(id, generation, reason) else {
            return false;
        };
        if let Some(held) = self.seats.remove(id) {
            held.outbox.end(OutboxEnd::Removed);
        }
        self.announce(event);
        true
    }
}
