//! Looking after the rooms of all servers.

use meeting::id::{ParticipantId, RoomId};

use super::RedisStore;
use super::keys;
use super::record::Entry;
use crate::{OpenRoom, StoreError};

impl RedisStore {
    pub(crate) async fn list_rooms(&self) -> Result<Vec<RoomId>, StoreError> {
        let mut look = redis::cmd("KEYS");
        look.arg(keys::every_roster());
        let mut redis = self.server().commands.clone();
        let rosters: Vec<String> = look.query_async(&mut redis).await?;
        let rooms = rosters.iter().filter_map(|name| keys::room_of_roster(name));
        let mut rooms: Vec<_> = rooms.collect();
        rooms.sort();
        Ok(rooms)
    }

    pub(crate) async fn look_at_room(&self, id: &RoomId) -> Result<Option<OpenRoom>, StoreError> {
        let server = self.server();
        let (snapshot, own) = server.scripts.look(&server.commands, id).await?;
        let mut entries = snapshot.entries;
        // Whose time to come back is over has left, whether or not anybody has written that down.
        entries.retain(|entry| entry.deadline.is_none_or(|at| at > snapshot.now));
        if entries.is_empty() {
            return Ok(None);
        }
        entries.sort_by(|a, b| (a.since, &a.id).cmp(&(b.since, &b.id)));
        Ok(Some(OpenRoom {
            participants: entries.iter().map(Entry::participant).collect(),
            capacity: own.unwrap_or(server.settings.capacity),
        }))
    }

    pub(crate) async fn resize_room(
        &self,
        id: &RoomId,
        capacity: Option<usize>,
    ) -> Result<bool, StoreError> {
        let server = self.server();
        server.scripts.resize(&server.commands, id, capacity).await
    }

    pub(crate) async fn close_room(&self, id: &RoomId) -> Result<usize, StoreError> {
        let server = self.server();
        server.scripts.close(&server.commands, id).await
    }

    pub(crate) async fn remove(
        &self,
        id: &RoomId,
        who: &ParticipantId,
    ) -> Result<bool, StoreError> {
        let server = self.server();
        server.scripts.remove(&server.commands, id, who).await
    }
}
