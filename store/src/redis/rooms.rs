//! The rooms that are of concern to this server.

use std::collections::HashMap;
use std::sync::{Arc, MutexGuard, PoisonError};

use meeting::id::{ParticipantId, RoomId};
use meeting::signaling::Undeliverable;

use super::Shared;
use super::local::LocalRoom;
use super::needs::Needs;
use crate::Outbox;

impl Shared {
    pub(super) fn rooms(&self) -> MutexGuard<'_, HashMap<RoomId, LocalRoom>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a room and does what follows from it.
    pub(super) fn with_room<T>(
        self: &Arc<Self>,
        id: &RoomId,
        change: impl FnOnce(&mut LocalRoom) -> (T, Needs),
    ) -> Option<T> {
        let (result, needs) = change(self.rooms().get_mut(id)?);
        self.attend(id, &needs);
        Some(result)
    }

    /// Lets go of a room that is of no concern any more, and of its events.
    pub(super) fn release(&self, id: &RoomId) {
        let mut rooms = self.rooms();
        if rooms.get(id).is_some_and(LocalRoom::is_idle) {
            rooms.remove(id);
            self.link.unsubscribe(id);
        }
    }

    pub(super) fn room_ids(&self) -> Vec<RoomId> {
        self.rooms().keys().cloned().collect()
    }

    pub(super) fn each_room(&self, mut change: impl FnMut(&mut LocalRoom)) {
        for id in self.room_ids() {
            if let Some(room) = self.rooms().get_mut(&id) {
                change(room);
            }
        }
    }

    pub(super) fn outbox_of(
        &self,
        room: &RoomId,
        id: &ParticipantId,
    ) -> Result<Outbox, Undeliverable> {
        let rooms = self.rooms();
        let room = rooms.get(room).ok_or(Undeliverable::NotInRoom)?;
        room.outbox(id).cloned()
    }
}
