//! This server among those that share a Redis: what all its rooms have in common.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use meeting::id::{ParticipantId, RoomId};
use meeting::signaling::Undeliverable;
use tokio_util::sync::CancellationToken;

use super::beat::Beats;
use super::clock::Clock;
use super::directory::Directory;
use super::forwarder::Forwarder;
use super::keys;
use super::pace::Pace;
use super::port::{Connection, RedisPort, Subscriptions};
use super::record::ServerId;
use super::scripts::Scripts;
use super::subscription::Subscription;
use super::troubles::Troubles;
use crate::counters::LiveCounters;
use crate::{Outbox, Runtime, StoreError, StoreSettings};

pub(super) struct Server {
    pub(super) settings: StoreSettings,
    pub(super) me: ServerId,
    pub(super) commands: Connection,
    /// For what must not wait for anything on the other connection.
    pub(super) beat_commands: Connection,
    pub(super) subscriptions: Box<dyn Subscriptions>,
    pub(super) counts_listeners: bool,
    pub(super) runtime: Arc<dyn Runtime>,
    pub(super) clock: Clock,
    pub(super) scripts: Scripts,
    pub(super) subscription: Subscription,
    pub(super) rooms: Directory,
    pub(super) pace: Pace,
    pub(super) forwarder: Forwarder,
    pub(super) beats: Beats,
    pub(super) troubles: Troubles,
    pub(super) counters: LiveCounters,
    /// Since when each server that is in some roster has shown no beat at all.
    pub(super) unknown: Mutex<BTreeMap<ServerId, Instant>>,
    /// Cancelled when the store ends.
    pub(super) stop: CancellationToken,
}

impl fmt::Debug for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Server")
            .field("me", &self.me)
            .finish_non_exhaustive()
    }
}

impl Server {
    /// A server that nobody knows of yet.
    pub(super) fn new(
        redis: RedisPort,
        settings: StoreSettings,
        runtime: Arc<dyn Runtime>,
    ) -> Result<Self, StoreError> {
        let mut name = [0; 8];
        runtime.random(&mut name).map_err(StoreError::Random)?;
        Ok(Self {
            settings,
            me: ServerId::from_random(u64::from_le_bytes(name)),
            commands: Connection(redis.commands),
            beat_commands: Connection(redis.beat_commands),
            subscriptions: redis.subscriptions,
            counts_listeners: redis.counts_listeners,
            runtime,
            clock: Clock::default(),
            scripts: Scripts::new(&settings),
            subscription: Subscription::default(),
            rooms: Directory::default(),
            pace: Pace::default(),
            forwarder: Forwarder::default(),
            beats: Beats::default(),
            troubles: Troubles::default(),
            counters: LiveCounters::default(),
            unknown: Mutex::default(),
            stop: CancellationToken::new(),
        })
    }

    /// The way to a participant here; otherwise why there is none.
    pub(super) fn outbox_of(
        &self,
        room: &RoomId,
        id: &ParticipantId,
    ) -> Result<Outbox, Undeliverable> {
        let room = self.rooms.get(room).ok_or(Undeliverable::NotInRoom)?;
        let room = room.room();
        room.outbox(id).cloned()
    }

    /// Lets a room go untouched for as long as may be, from now on. Says whether Redis has it.
    pub(super) async fn prolong(&self, id: &RoomId) -> Result<bool, StoreError> {
        let ttl = self.scripts.room_ttl();
        let mut pipe = redis::pipe();
        pipe.cmd("PEXPIRE").arg(keys::roster(id)).arg(ttl);
        pipe.cmd("PEXPIRE").arg(keys::state(id)).arg(ttl).ignore();
        let (is_there,): (bool,) = pipe.query_async(&mut self.commands.clone()).await?;
        Ok(is_there)
    }
}
