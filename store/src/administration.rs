//! What whoever runs a server may do with the rooms, and later a host with theirs.

use meeting::id::{ParticipantId, RoomId};
use meeting::signaling::Participant;

use crate::{Store, StoreError};

/// A room with somebody in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRoom {
    /// Everybody in the room, in the order they came.
    pub participants: Vec<Participant>,
    /// How many people fit in.
    pub capacity: usize,
}

impl Store {
    /// The rooms with somebody in them, on whichever server, in the order of their names. Looks
    /// through all that Redis has, so it is nothing that a page may ask for.
    ///
    /// # Errors
    ///
    /// When the rooms cannot be reached.
    pub async fn list_rooms(&self) -> Result<Vec<RoomId>, StoreError> {
        match self {
            Self::Memory(store) => Ok(store.list_rooms()),
            Self::Redis(store) => store.list_rooms().await,
        }
    }

    /// A room as it is; nothing when nobody is in it.
    ///
    /// # Errors
    ///
    /// When the rooms cannot be reached.
    pub async fn look_at_room(&self, room: &RoomId) -> Result<Option<OpenRoom>, StoreError> {
        match self {
            Self::Memory(store) => Ok(store.look_at_room(room)),
            Self::Redis(store) => store.look_at_room(room).await,
        }
    }

    /// Lets so many people into a room from now on, or as many as the operator chose, until the room
    /// is empty. Whoever is in it stays. False when nobody is.
    ///
    /// # Errors
    ///
    /// When the rooms cannot be reached; nobody knows then whether it was done.
    pub async fn resize_room(
        &self,
        room: &RoomId,
        capacity: Option<usize>,
    ) -> Result<bool, StoreError> {
        match self {
            Self::Memory(store) => Ok(store.resize_room(room, capacity)),
            Self::Redis(store) => store.resize_room(room, capacity).await,
        }
    }

    /// Sends everybody in a room away; their sockets end as
    /// [`OutboxEnd::Removed`](crate::OutboxEnd::Removed). Says how many there were. Nothing keeps
    /// anybody from opening the room again.
    ///
    /// # Errors
    ///
    /// When the rooms cannot be reached; nobody knows then whether it was done.
    pub async fn close_room(&self, room: &RoomId) -> Result<usize, StoreError> {
        match self {
            Self::Memory(store) => Ok(store.close_room(room)),
            Self::Redis(store) => store.close_room(room).await,
        }
    }

    /// Sends somebody away, whichever socket they have; it ends as
    /// [`OutboxEnd::Removed`](crate::OutboxEnd::Removed). False when they are not in the room. Nothing
    /// keeps them from coming back, and who has no socket just then does not hear of it.
    ///
    /// # Errors
    ///
    /// When the rooms cannot be reached; nobody knows then whether it was done.
    pub async fn remove(&self, room: &RoomId, id: &ParticipantId) -> Result<bool, StoreError> {
        match self {
            Self::Memory(store) => Ok(store.remove(room, id)),
            Self::Redis(store) => store.remove(room, id).await,
        }
    }
}
