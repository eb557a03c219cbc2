//! Keeping the rooms of this server from running out, and from differing from what Redis has.

use std::future::ready;
use std::sync::Arc;

use futures::{StreamExt, stream};
use meeting::id::RoomId;

use super::fan_out::fan_out;
use super::{Shared, StoreError, keys};

impl Shared {
    /// Keeps each room from running out, whatever becomes of the others.
    pub(super) async fn keep_rooms(self: Arc<Self>) {
        let rooms = stream::iter(self.room_ids());
        let kept = fan_out(rooms, |id| self.keep_room(id));
        kept.for_each(ready).await;
    }

    async fn keep_room(&self, id: RoomId) {
        match self.prolong(&id).await {
            Ok(is_there) => {
                let is_stale = self.rooms().get_mut(&id).is_some_and(|room| {
                    room.settle(self.settings.lease);
                    room.stale
                });
                // Its shard has just answered. Where none does, what a sync says would wait there
                // and be believed when it is no longer true.
                if is_stale || !is_there {
                    self.request_sync(&id);
                }
            }
            Err(error) => {
                let what = "rooms cannot be kept from running out";
                self.troubles.count(what, error);
            }
        }
    }

    /// Lets a room go untouched for as long as may be, from now on. Says whether Redis has it.
    async fn prolong(&self, id: &RoomId) -> Result<bool, StoreError> {
        let ttl = self.scripts.room_ttl();
        let mut pipe = redis::pipe();
        pipe.cmd("PEXPIRE").arg(keys::roster(id)).arg(ttl);
        pipe.cmd("PEXPIRE").arg(keys::state(id)).arg(ttl).ignore();
        let (is_there,): (bool,) = pipe.query_async(&mut self.commands.clone()).await?;
        Ok(is_there)
    }
}
