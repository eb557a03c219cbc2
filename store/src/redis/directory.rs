//! The rooms that are of concern to this server.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use meeting::id::RoomId;

use super::room::{Handle, Joining, Message};
use super::server::Server;

/// The ways to the tasks of the rooms.
#[derive(Debug, Default)]
pub(super) struct Directory(Mutex<HashMap<RoomId, Handle>>);

impl Directory {
    /// Whoever holds this lets no room be entered or let go of.
    pub(super) fn lock(&self) -> MutexGuard<'_, HashMap<RoomId, Handle>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self, id: &RoomId) -> Option<Handle> {
        self.lock().get(id).cloned()
    }

    pub(super) fn ids(&self) -> Vec<RoomId> {
        self.lock().keys().cloned().collect()
    }

    pub(super) fn handles(&self) -> Vec<Handle> {
        self.lock().values().cloned().collect()
    }
}

impl Server {
    /// Hands somebody who wants in to the task of the room, which is started if there is none.
    pub(super) async fn send_join(self: &Arc<Self>, id: &RoomId, joining: Box<Joining>) {
        let mut joining = joining;
        loop {
            let Some((handle, unsent)) = self.enter(id, joining) else {
                return;
            };
            match handle.send(Message::Join(unsent)).await {
                Err(Message::Join(unsent)) => joining = unsent,
                Ok(()) | Err(_) => return,
            }
        }
    }

    /// The task of the room and who is to be handed to it; nothing when one was started with them, or
    /// when the store has ended.
    fn enter(
        self: &Arc<Self>,
        id: &RoomId,
        joining: Box<Joining>,
    ) -> Option<(Handle, Box<Joining>)> {
        let mut rooms = self.rooms.lock();
        if let Some(open) = rooms.get(id).filter(|it| it.has_owner()) {
            return Some((open.clone(), joining));
        }
        if self.stop.is_cancelled() {
            return None;
        }
        rooms.insert(id.clone(), Handle::open(id.clone(), self, joining));
        None
    }

    /// Lets go of a room and of its events if this holds. Nobody enters it meanwhile.
    pub(super) fn let_go_if(&self, id: &RoomId, holds: impl FnOnce() -> bool) -> bool {
        let mut rooms = self.rooms.lock();
        if !holds() {
            return false;
        }
        rooms.remove(id);
        self.subscription.unsubscribe(id);
        true
    }

    /// Lets go of a room whose task has ended without doing so.
    pub(super) fn forget_ownerless(&self, id: &RoomId) {
        let mut rooms = self.rooms.lock();
        if rooms.get(id).is_some_and(|handle| !handle.has_owner()) {
            rooms.remove(id);
            self.subscription.unsubscribe(id);
        }
    }
}
