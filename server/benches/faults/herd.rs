//! Many people in full rooms.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::ops::Range;

use futures::future::join_all;
use tokio::time::Instant;

use crate::bot::{Bot, everybody_sees_everybody, gather};
use crate::redis_server::RedisServer;

const ROOMS: usize = 12;
const IN_A_ROOM: usize = 8;

pub(crate) struct Herd {
    rooms: Vec<Vec<Bot>>,
}

impl Herd {
    /// Half of each room at each server, if there are two.
    pub(crate) async fn gather(servers: &[SocketAddr]) -> Self {
        let rooms = (0..ROOMS).map(async |number| gather(servers, &name(number), IN_A_ROOM).await);
        Self {
            rooms: join_all(rooms).await,
        }
    }

    pub(crate) fn people(&self) -> impl Iterator<Item = &Bot> {
        self.rooms.iter().flatten()
    }

    /// Waits until everybody has a socket and all in a room see each other.
    pub(crate) async fn is_complete(&self) {
        join_all(self.rooms.iter().map(|room| everybody_sees_everybody(room))).await;
    }

    /// How many sockets were lost, all in all.
    pub(crate) fn sockets_lost(&self) -> u32 {
        self.people().map(|bot| bot.view().joins - 1).sum()
    }

    /// In how many rooms somebody was told that another of them had left.
    pub(crate) fn rooms_lost(&self) -> usize {
        let lost = self.rooms.iter().filter(|room| {
            let people: BTreeSet<_> = room.iter().map(Bot::id).collect();
            let missed = room.iter().flat_map(|bot| bot.view().left);
            missed.into_iter().any(|(id, _)| people.contains(&id))
        });
        lost.count()
    }

    /// Somebody else comes to each room, finds everybody there, and goes.
    pub(crate) async fn is_visited(&self, servers: &[SocketAddr]) {
        let homes = servers.iter().cycle();
        join_all(
            self.rooms
                .iter()
                .zip(homes)
                .enumerate()
                .map(async |(number, (room, home))| {
                    let visitor = Bot::join(&[*home], &name(number), "Visitor").await;
                    let all = room.len() + 1;
                    visitor
                        .until("met", |view| view.connected_people() == all)
                        .await;
                    visitor.leave().await;
                }),
        )
        .await;
    }

    /// Whether everybody is written down in Redis.
    pub(crate) fn is_known_to(&self, redis: &RedisServer) -> bool {
        (0..ROOMS).all(|number| {
            let roster = format!("meeting-room::{{{}}}", name(number));
            redis.cli(&["HLEN", &roster]).trim() == IN_A_ROOM.to_string()
        })
    }

    /// Every absence that began since then.
    pub(crate) fn absences(&self, since: Instant) -> Vec<Range<Instant>> {
        let all = self.people().flat_map(|bot| bot.view().absences);
        all.filter(|absence| absence.start >= since).collect()
    }
}

fn name(room: usize) -> String {
    format!("room-{room}")
}
