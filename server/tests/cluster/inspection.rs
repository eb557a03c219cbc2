//! What must be true of a cluster once it was left alone for a while.

use std::collections::BTreeMap;

use meeting::id::ParticipantId;
use meeting::signaling::{Participant, Presence};
use simulation::page::Page;
use simulation::world::World;

use crate::cluster::Cluster;
use simulation::cluster::process::Mode;
use store::{Inspection, Store};

/// Who is there, and whether with a socket.
type Roster = BTreeMap<ParticipantId, bool>;

fn look(one: Participant) -> (ParticipantId, bool) {
    (one.id, one.presence == Presence::Connected)
}

/// What keeps the cluster from agreeing with the pages.
pub(crate) fn what_is_wrong(world: &World<Cluster>) -> Option<String> {
    let present = world.pages.iter().filter(|page| page.alive);
    let people: Roster = present.map(Page::id).map(|id| (id, true)).collect();
    let servers = world.backend.servers.iter().enumerate();
    let running = servers.filter(|(_, server)| server.process.mode() == Mode::Running);
    for (machine, server) in running {
        for (room, roster) in server
            .store()
            .into_iter()
            .flat_map(|it| it.inspect().rosters)
        {
            let roster: Roster = roster.into_iter().map(look).collect();
            if roster != people {
                let why = format!("server {machine} has {roster:?} in {room}, not {people:?}");
                return Some(why);
            }
        }
    }
    None
}

/// What an empty cluster has not given back.
pub(crate) fn what_is_left(world: &World<Cluster>) -> Option<String> {
    let cluster = &world.backend;
    let keys = cluster.redis.keys();
    if keys != ["meeting-servers"] {
        return Some(format!("redis has {keys:?}"));
    }
    for (machine, server) in cluster.servers.iter().enumerate() {
        let held = server.store().map(Store::inspect).unwrap_or_default();
        if held != Inspection::default() {
            return Some(format!("server {machine} has {held:?}"));
        }
    }
    let channels = cluster.redis.channels();
    (channels != cluster.servers.len()).then(|| format!("{channels} channels are listened to"))
}
