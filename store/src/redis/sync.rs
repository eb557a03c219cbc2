//! Making Redis and this server agree on a room.

use std::future::ready;
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures::channel::mpsc::UnboundedReceiver;
use futures::{FutureExt, StreamExt};
use meeting::id::RoomId;
use meeting::signaling::LeaveReason;
use tokio_util::sync::CancellationToken;

use super::fan_out::fan_out;
use super::local::LocalRoom;
use super::needs::Needs;
use super::record::{Entry, Snapshot};
use super::{Shared, StoreError};
use crate::Seat;

/// Whether something happened during a sync that calls for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Again {
    Yes,
    No,
}

/// Syncs the rooms for which that is asked until the store ends.
pub(super) async fn keep_syncing(
    shared: Weak<Shared>,
    rooms: UnboundedReceiver<RoomId>,
    stop: CancellationToken,
) {
    let syncs = fan_out(rooms, |id| {
        let shared = shared.clone();
        async move {
            if let Some(shared) = shared.upgrade() {
                shared.sync(id).await;
            }
        }
    });
    tokio::select! {
        biased;
        () = stop.cancelled() => {}
        () = syncs.for_each(ready) => {}
    }
}

impl Shared {
    /// Asks for a sync of a room, if there is none under way that will go round again.
    pub(super) fn request_sync(&self, id: &RoomId) {
        let mut rooms = self.rooms();
        if rooms.get_mut(id).is_some_and(LocalRoom::request_sync) {
            // Fails once the store has ended.
            let _ = self.due_for_sync.unbounded_send(id.clone());
        }
    }

    /// Asks for a sync of every room that may differ from what Redis has.
    pub(super) fn sync_stale(&self) {
        for id in self.room_ids() {
            let is_stale = self.rooms().get(&id).is_some_and(|room| room.stale);
            if is_stale {
                self.request_sync(&id);
            }
        }
    }

    /// Asks for a beat and then a sync of every room: anything may have happened while the link was
    /// down.
    pub(super) fn catch_up(&self) {
        self.each_room(|room| room.stale = true);
        // Others judge this server by its beat, so it comes before what it writes to the rosters.
        self.beats.due.notify_one();
    }

    /// Does what a change of a room calls for.
    pub(super) fn attend(self: &Arc<Self>, id: &RoomId, needs: &Needs) {
        if needs.sync {
            self.request_sync(id);
        }
        if let Some(delay) = needs.alarm {
            let later = sync_later(Arc::downgrade(self), id.clone(), delay, self.stop.clone());
            self.runtime.spawn(later.boxed());
        }
    }

    async fn sync(self: Arc<Self>, id: RoomId) {
        while self.sync_once(&id).await == Again::Yes {}
        self.release(&id);
    }

    async fn sync_once(self: &Arc<Self>, id: &RoomId) -> Again {
        let Some(turn) = self.rooms().get(id).map(LocalRoom::turn) else {
            return Again::No;
        };
        let turn = turn.lock().await;
        let Some(held) = self.rooms().get_mut(id).map(LocalRoom::begin_sync) else {
            return Again::No;
        };
        match self.scripts.sync(&self.commands, id, &held).await {
            Ok(snapshot) => {
                let (again, ghosts) = self.finish_sync(id, snapshot);
                drop(turn);
                self.detach_ghosts(id, ghosts).await;
                again
            }
            Err(error) => {
                let what = "rooms cannot be compared with redis";
                self.troubles.count(what, error);
                if let Some(room) = self.rooms().get_mut(id) {
                    room.fail_sync();
                }
                Again::No
            }
        }
    }

    fn finish_sync(self: &Arc<Self>, id: &RoomId, snapshot: Snapshot) -> (Again, Vec<Entry>) {
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(id) else {
            return (Again::No, Vec::new());
        };
        let due_again = room.stale;
        let (ghosts, needs) = room.finish_sync(snapshot, &self.me);
        // What one sync did not put right waits for the next beat.
        room.stale |= needs.sync;
        let again = if due_again && room.request_sync() {
            Again::Yes
        } else {
            Again::No
        };
        drop(rooms);
        self.attend(
            id,
            &Needs {
                sync: false,
                ..needs
            },
        );
        (again, ghosts)
    }

    /// Detaches those who are written down as being here but are not: an operation of theirs was
    /// broken off. They may come back.
    async fn detach_ghosts(&self, room: &RoomId, ghosts: Vec<Entry>) {
        for ghost in ghosts {
            let seat = Seat {
                room: room.clone(),
                id: ghost.id,
                generation: ghost.generation,
            };
            if let Err(error) = self.detach_ghost(&seat).await {
                let what = "somebody who is not here any more is shown until the next beat";
                self.troubles.count(what, error);
                if let Some(room) = self.rooms().get_mut(room) {
                    room.stale = true;
                }
            }
        }
    }

    async fn detach_ghost(&self, seat: &Seat) -> Result<(), StoreError> {
        let (grace, reason) = (self.settings.grace, LeaveReason::Lost);
        let scripts = &self.scripts;
        scripts.detach(&self.commands, seat, grace, reason).await
    }
}

async fn sync_later(shared: Weak<Shared>, id: RoomId, delay: Duration, stop: CancellationToken) {
    tokio::select! {
        biased;
        () = stop.cancelled() => {}
        () = tokio::time::sleep(delay) => {
            if let Some(shared) = shared.upgrade() {
                if let Some(room) = shared.rooms().get_mut(&id) {
                    room.clear_alarm();
                }
                shared.request_sync(&id);
            }
        }
    }
}
