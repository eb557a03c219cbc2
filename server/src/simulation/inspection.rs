//! What must be true of a cluster once it was left alone for a while.

use std::collections::BTreeMap;

use meeting::id::ParticipantId;
use simulation::page::Page;
use simulation::world::World;

use super::cluster::Cluster;
use super::process::Mode;
use crate::store::Store;

/// Who is there, and whether with a socket.
type Roster = BTreeMap<ParticipantId, bool>;

/// What keeps the cluster from agreeing with the pages.
pub(super) fn what_is_wrong(world: &World<Cluster>) -> Option<String> {
    let present = world.pages.iter().filter(|page| page.alive);
    let people: Roster = present.map(Page::id).map(|id| (id, true)).collect();
    let servers = world.backend.servers.iter().enumerate();
    let running = servers.filter(|(_, server)| server.process.mode() == Mode::Running);
    for (machine, server) in running {
        for (room, roster) in server.store().into_iter().flat_map(Store::rosters) {
            if roster != people {
                let why = format!("server {machine} has {roster:?} in {room}, not {people:?}");
                return Some(why);
            }
        }
    }
    None
}

/// What an empty cluster has not given back.
pub(super) fn what_is_left(world: &World<Cluster>) -> Option<String> {
    let cluster = &world.backend;
    let keys = cluster.redis.keys();
    if keys != ["meeting-servers"] {
        return Some(format!("redis has {keys:?}"));
    }
    for (machine, server) in cluster.servers.iter().enumerate() {
        if let Some(rooms) = server.store().and_then(Store::what_is_open) {
            return Some(format!("server {machine} has {rooms}"));
        }
    }
    let channels = cluster.redis.channels();
    (channels != cluster.servers.len()).then(|| format!("{channels} channels are listened to"))
}
