//! Whoever had their socket on a server that is gone may come back elsewhere for the grace period.

use std::collections::BTreeSet;
use std::sync::Weak;

use futures::{StreamExt, stream};
use meeting::id::RoomId;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::fan_out::fan_out;
use super::record::ServerId;
use super::{PATIENCE, Shared, StoreError, keys};

/// Starts the grace periods of whoever was on a dead server, until the store ends. What failed is
/// tried again after the next beat.
pub(super) async fn keep_evacuating(shared: Weak<Shared>, stop: CancellationToken) {
    let Some(mut dead) = shared.upgrade().map(|shared| shared.beats.dead.subscribe()) else {
        return;
    };
    loop {
        let work = async {
            dead.changed().await?;
            let dead = dead.borrow_and_update().clone();
            if let Some(shared) = shared.upgrade().filter(|_| !dead.is_empty()) {
                shared.evacuate(&dead).await;
            }
            Ok::<_, watch::error::RecvError>(())
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            outcome = work => if outcome.is_err() {
                return;
            }
        }
    }
}

impl Shared {
    /// Evacuates every room in which one of these servers holds somebody. Every server in the room
    /// does so; the script makes it happen once.
    async fn evacuate(&self, dead: &BTreeSet<ServerId>) {
        let rooms = stream::iter(self.rooms_held_by(dead));
        let counts = fan_out(rooms, |(room, server)| async move {
            // A server that has beaten meanwhile is not dead.
            if !self.beats.dead.borrow().contains(&server) {
                return 0;
            }
            let outcome = self.scripts.evacuate(&self.commands, &room, &server).await;
            outcome.unwrap_or_else(|error| {
                let what = "the participants of a dead server wait";
                self.troubles.count(what, error);
                0
            })
        });
        let participants = counts.fold(0, async |sum, count| sum + count).await;
        if participants > 0 {
            info!(servers = ?dead, participants, "servers are dead");
        }
    }

    /// The rooms in which these servers hold somebody with a socket.
    fn rooms_held_by(&self, servers: &BTreeSet<ServerId>) -> Vec<(RoomId, ServerId)> {
        let mut pairs = Vec::new();
        for id in self.room_ids() {
            if let Some(room) = self.rooms().get(&id) {
                let holders: BTreeSet<_> = room.holders().collect();
                let holders = holders.into_iter().filter(|it| servers.contains(*it));
                pairs.extend(holders.map(|server| (id.clone(), server.clone())));
            }
        }
        pairs
    }

    /// Leaves Redis as if this server had never been, but for those who may come back elsewhere.
    /// What Redis does not take in time, the lease does.
    pub(super) async fn sign_off(&self) -> Result<(), StoreError> {
        let resign = async {
            let mut remove = redis::cmd("ZREM");
            remove.arg(keys::SERVERS).arg(self.me.as_str());
            remove.exec_async(&mut self.beat_commands.clone()).await?;
            Ok(())
        };
        let rooms = stream::iter(self.room_ids());
        let evacuate = fan_out(rooms, |id| async move {
            let evacuated = self.scripts.evacuate(&self.commands, &id, &self.me).await;
            evacuated.map(drop)
        });
        // When one fails, the others are worth a try all the same.
        let evacuate = evacuate.fold(Ok(()), async |before, outcome| before.and(outcome));
        let both = async { tokio::join!(resign, evacuate) };
        let (resigned, evacuated) = timeout(2 * PATIENCE, both)
            .await
            .map_err(|_| StoreError::Late)?;
        resigned.and(evacuated)
    }
}
