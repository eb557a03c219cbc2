//! The store in a simulation, and a look at what it holds.

use std::collections::BTreeMap;

use meeting::id::{ParticipantId, RoomId};

use super::super::deployment::{Commands, Deployment, Subscriptions};
use super::super::keys;
use super::super::local::LocalRoom;
use super::super::tasks::Tasks;
use super::super::{RedisStore, StoreError, StoreSettings};
use super::Client;
use crate::simulation::process::Process;
use crate::store::Store;

impl Store {
    /// The store of a simulated server. Clones of the client are one connection.
    pub(crate) async fn simulated(
        client: Client,
        settings: StoreSettings,
        process: Process,
    ) -> Result<Self, StoreError> {
        let deployment = Deployment {
            commands: Commands::Simulated(client.clone()),
            beat_commands: Commands::Simulated(client.another()),
            subscriptions: Subscriptions::Simulated(client),
        };
        let store = RedisStore::start(deployment, settings, Tasks { process });
        store.await.map(Self::Redis)
    }

    /// Who is in each room that is of concern to this server, and whether with a socket.
    pub(crate) fn rosters(&self) -> BTreeMap<RoomId, BTreeMap<ParticipantId, bool>> {
        let Self::Redis(store) = self else {
            return BTreeMap::new();
        };
        let rooms = store.0.rooms();
        let rosters = rooms.iter().map(|(id, room)| {
            let entries = room.entries();
            let people = entries.map(|entry| (entry.id.clone(), entry.deadline.is_none()));
            (id.clone(), people.collect())
        });
        rosters.collect()
    }

    /// The channel on which it hears what is for it.
    pub(crate) fn inbox(&self) -> Option<String> {
        let Self::Redis(store) = self else {
            return None;
        };
        Some(keys::inbox(&store.0.me))
    }

    /// What it holds of rooms and for them.
    pub(crate) fn what_is_open(&self) -> Option<String> {
        let Self::Redis(store) = self else {
            return None;
        };
        let rooms = store.0.rooms();
        let mut open: Vec<String> = rooms.values().map(LocalRoom::summary).collect();
        let senders = store.0.post.senders();
        if senders > 0 {
            open.push(format!("post of {senders}"));
        }
        (!open.is_empty()).then(|| open.join("; "))
    }
}
