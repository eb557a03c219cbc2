//! Keeping Redis and this server of one mind: the beat, the sync of a room, and dead servers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use futures::{StreamExt, TryStreamExt, stream};
use meeting::id::{ParticipantId, RoomId};
use meeting::signaling::{LeaveReason, Undeliverable};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::local::LocalRoom;
use super::needs::Needs;
use super::record::{Entry, Note, ServerId, Snapshot};
use super::scripts::Servers;
use super::{Shared, StoreError, keys};
use crate::store::{Outbox, Seat};

/// How many rooms are kept alive, or compared, at once. They share a connection, so this is how
/// much of what they ask and hear lies in memory, not how long they take.
const PARALLEL: usize = 64;

/// Beats until the store ends.
pub(super) async fn keep_beating(shared: Weak<Shared>, stop: CancellationToken) {
    let Some(period) = shared.upgrade().map(|shared| shared.settings.beat) else {
        return;
    };
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick is at once, and the store has beaten when it connected.
    ticks.tick().await;
    let mut health = Health::recovered();
    loop {
        let work = async {
            ticks.tick().await;
            if let Some(shared) = shared.upgrade() {
                health = shared.round(health).await;
            }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = work => {}
        }
    }
}

/// Whether something happened during a sync that calls for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Again {
    Yes,
    No,
}

/// How the beats went of late.
#[derive(Clone, Copy, Debug)]
enum Health {
    /// They did, without a break.
    Well { since: Instant, last: Instant },
    /// The last one failed.
    Ill,
}

impl Health {
    fn recovered() -> Self {
        let now = Instant::now();
        Self::Well {
            since: now,
            last: now,
        }
    }

    /// How long there was no break longer than `longest`. Whoever was frozen or cut off cannot
    /// judge the others.
    fn age(self, longest: Duration) -> Duration {
        match self {
            Self::Well { since, last } if last.elapsed() < longest => since.elapsed(),
            Self::Well { .. } | Self::Ill => Duration::ZERO,
        }
    }
}

impl Shared {
    /// One beat and everything that is due with it.
    async fn round(self: &Arc<Self>, before: Health) -> Health {
        let servers = match (self.beat().await, before) {
            (Ok(servers), _) => servers,
            (Err(_), Health::Ill) => return Health::Ill,
            (Err(error), Health::Well { .. }) => {
                warn!(%error, "redis does not answer; rooms on this server go on");
                return Health::Ill;
            }
        };
        self.sync_stale();
        let lease = self.settings.lease;
        let age = before.age(lease);
        // After a break of everybody's, everybody gets a lease to beat again.
        if age >= lease {
            self.evacuate_dead(&servers).await;
        }
        match before {
            Health::Well { since, .. } if !age.is_zero() => Health::Well {
                since,
                last: Instant::now(),
            },
            Health::Well { .. } => Health::recovered(),
            Health::Ill => {
                info!("redis answers again");
                Health::recovered()
            }
        }
    }

    /// Shows that this server lives, keeps its rooms from running out, and marks those that Redis
    /// does not have.
    pub(super) async fn beat(&self) -> Result<Servers, StoreError> {
        let servers = self.scripts.beat(&self.commands, &self.me).await?;
        self.clock.set(servers.now);
        self.send(&self.me, &Note::Beat).await?;
        let rooms = stream::iter(self.room_ids()).map(|id| self.keep_alive(id));
        rooms.buffer_unordered(PARALLEL).try_collect::<()>().await?;
        self.each_room(|room| room.settle(self.settings.lease));
        Ok(servers)
    }

    /// Keeps a room from running out, and marks it when Redis does not have it.
    async fn keep_alive(&self, id: RoomId) -> Result<(), StoreError> {
        let ttl = self.scripts.room_ttl();
        let mut pipe = redis::pipe();
        pipe.cmd("PEXPIRE").arg(keys::roster(&id)).arg(ttl);
        pipe.cmd("PEXPIRE").arg(keys::state(&id)).arg(ttl).ignore();
        let (found,): (bool,) = pipe.query_async(&mut self.commands.clone()).await?;
        if !found && let Some(room) = self.rooms().get_mut(&id) {
            room.stale = true;
        }
        Ok(())
    }

    /// Beats and syncs every room: anything may have happened while the link was down.
    pub(super) async fn catch_up(self: &Arc<Self>) {
        self.each_room(|room| room.stale = true);
        // Others judge this server by its beat, so it comes before what it writes to the rosters.
        match self.beat().await {
            Ok(_) => self.sync_stale(),
            Err(error) => warn!(%error, "the rooms are compared with redis at the next beat"),
        }
    }

    fn sync_stale(self: &Arc<Self>) {
        let is_stale = |id: &RoomId| self.rooms().get(id).is_some_and(|room| room.stale);
        let stale: Vec<_> = self.room_ids().into_iter().filter(is_stale).collect();
        if stale.is_empty() {
            return;
        }
        let shared = Arc::clone(self);
        self.tasks.spawn(async move {
            let syncs = stream::iter(stale).map(|id| Arc::clone(&shared).sync(id));
            syncs.buffer_unordered(PARALLEL).collect::<()>().await;
        });
    }

    /// Does what a change of a room calls for.
    pub(super) fn attend(self: &Arc<Self>, id: &RoomId, needs: &Needs) {
        if needs.sync {
            self.tasks.spawn(Arc::clone(self).sync(id.clone()));
        }
        if let Some(delay) = needs.alarm {
            self.tasks.spawn(sync_later(
                Arc::downgrade(self),
                id.clone(),
                delay,
                self.stop.clone(),
            ));
        }
    }

    /// Makes Redis and this server agree on a room.
    async fn sync(self: Arc<Self>, id: RoomId) {
        if !self
            .rooms()
            .get_mut(&id)
            .is_some_and(LocalRoom::request_sync)
        {
            return;
        }
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
                warn!(%error, "a room cannot be compared with redis");
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
            let detached = self.scripts.detach(
                &self.commands,
                &seat,
                self.settings.grace,
                LeaveReason::Lost,
            );
            if let Err(error) = detached.await {
                warn!(%error, "somebody who is not here any more is shown until the next beat");
                if let Some(room) = self.rooms().get_mut(room) {
                    room.stale = true;
                }
            }
        }
    }

    /// Starts the grace period of whoever had his socket on a server that is dead. Every server in
    /// the room does so; the script makes it happen once.
    async fn evacuate_dead(&self, servers: &Servers) {
        let pairs = self.rooms_of_others();
        self.unknown()
            .retain(|server, _| pairs.iter().any(|(_, present)| present == server));
        for (room, server) in pairs {
            if !self.is_dead(&server, servers) {
                continue;
            }
            match self.scripts.evacuate(&self.commands, &room, &server).await {
                Ok(0) => {}
                Ok(participants) => info!(%server, participants, "a server is dead"),
                Err(error) => warn!(%error, "the participants of a dead server wait"),
            }
        }
    }

    /// Whether the lease of a server has run out. One of which Redis knows nothing at all may only
    /// have been forgotten, and gets a lease more.
    fn is_dead(&self, server: &ServerId, servers: &Servers) -> bool {
        let mut unknown = self.unknown();
        if servers.live.contains(server) {
            unknown.remove(server);
            return false;
        }
        let since = *unknown.entry(server.clone()).or_insert_with(Instant::now);
        servers.dead.contains(server) || since.elapsed() > self.settings.lease
    }

    fn unknown(&self) -> MutexGuard<'_, BTreeMap<ServerId, Instant>> {
        self.unknown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The other servers in each room, as far as somebody is there with a socket.
    fn rooms_of_others(&self) -> Vec<(RoomId, ServerId)> {
        let mut pairs = Vec::new();
        for id in self.room_ids() {
            if let Some(room) = self.rooms().get(&id) {
                let servers: BTreeSet<_> = room
                    .entries()
                    .filter(|entry| entry.server != self.me && entry.deadline.is_none())
                    .map(|entry| entry.server.clone())
                    .collect();
                pairs.extend(servers.into_iter().map(|server| (id.clone(), server)));
            }
        }
        pairs
    }

    /// Leaves Redis as if this server had never been, but for those who may come back elsewhere.
    pub(super) async fn sign_off(&self) -> Result<(), StoreError> {
        // A Redis that does not take this would not take what follows either, room by room. Where
        // that is so of one shard only, the lease does the rest.
        let mut remove = redis::cmd("ZREM");
        remove.arg(keys::SERVERS).arg(self.me.as_str());
        remove.exec_async(&mut self.commands.clone()).await?;
        let rooms = stream::iter(self.room_ids());
        let left = rooms
            .map(|id| async move { self.scripts.evacuate(&self.commands, &id, &self.me).await });
        // When one fails, the others are worth a try all the same.
        let outcomes: Vec<_> = left.buffer_unordered(PARALLEL).collect().await;
        outcomes
            .into_iter()
            .try_for_each(|outcome| outcome.map(drop))
    }

    pub(super) fn room_ids(&self) -> Vec<RoomId> {
        self.rooms().keys().cloned().collect()
    }

    fn each_room(&self, mut change: impl FnMut(&mut LocalRoom)) {
        for id in self.room_ids() {
            if let Some(room) = self.rooms().get_mut(&id) {
                change(room);
            }
        }
    }

    pub(super) fn outbox_of(
        &self,
        room: &RoomId,
        id: &ParticipantId,
    ) -> Result<Outbox, Undeliverable> {
        let rooms = self.rooms();
        rooms
            .get(room)
            .ok_or(Undeliverable::NotInRoom)?
            .outbox(id)
            .cloned()
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
                shared.sync(id).await;
            }
        }
    }
}
