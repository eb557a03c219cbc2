//! The beat: a server shows that it lives, and hears which others do. It waits for nothing but its
//! own answer, and has a connection of its own, so that whatever else hangs, it goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::record::{Note, ServerId};
use super::scripts::Servers;
use super::{PATIENCE, Shared, StoreError};

/// What the beats are told, and tell.
#[derive(Debug, Default)]
pub(super) struct Beats {
    /// Asks for one now.
    pub(super) due: Arc<Notify>,
    /// The servers that are dead, as of the last beat.
    pub(super) dead: watch::Sender<BTreeSet<ServerId>>,
}

/// Beats until the store ends.
pub(super) async fn keep_beating(shared: Weak<Shared>, stop: CancellationToken) {
    let Some((period, due)) = shared
        .upgrade()
        .map(|shared| (shared.settings.beat, Arc::clone(&shared.beats.due)))
    else {
        return;
    };
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick is at once, and the store has beaten when it connected.
    ticks.tick().await;
    let mut health = Health::recovered();
    loop {
        let work = async {
            let catches_up = tokio::select! {
                _ = ticks.tick() => false,
                () = due.notified() => true,
            };
            ticks.reset();
            if let Some(shared) = shared.upgrade() {
                health = shared.round(health).await;
                // Where the beat failed, each room waits until its shard answers.
                if catches_up && matches!(health, Health::Well { .. }) {
                    shared.sync_stale();
                }
            }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = work => {}
        }
    }
}

/// Does something as often as the server beats until the store ends, and never twice at once.
pub(super) async fn with_each_beat<F: Future<Output = ()>>(
    shared: Weak<Shared>,
    stop: CancellationToken,
    work: impl Fn(Arc<Shared>) -> F,
) {
    let Some(period) = shared.upgrade().map(|shared| shared.settings.beat) else {
        return;
    };
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        let work = async {
            ticks.tick().await;
            if let Some(shared) = shared.upgrade() {
                work(shared).await;
            }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = work => {}
        }
    }
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
    /// One beat, and what follows from it.
    async fn round(&self, before: Health) -> Health {
        let beat = timeout(PATIENCE, self.beat()).await;
        let servers = match beat.unwrap_or(Err(StoreError::Late)) {
            Ok(servers) => servers,
            Err(error) => return self.miss_a_beat(before, &error),
        };
        self.troubles.tell();
        let lease = self.settings.lease;
        let age = before.age(lease);
        // After a break of everybody's, everybody gets a lease to beat again.
        let dead = if age >= lease {
            self.dead_among(&servers)
        } else {
            BTreeSet::new()
        };
        self.beats.dead.send_replace(dead);
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

    fn miss_a_beat(&self, before: Health, error: &StoreError) -> Health {
        self.troubles.forget();
        self.beats.dead.send_replace(BTreeSet::new());
        if matches!(before, Health::Well { .. }) {
            warn!(%error, "redis does not answer; rooms on this server go on");
        }
        Health::Ill
    }

    /// Shows that this server lives.
    pub(super) async fn beat(&self) -> Result<Servers, StoreError> {
        let servers = self.scripts.beat(&self.beat_commands, &self.me).await?;
        self.clock.set(servers.now);
        Ok(servers)
    }

    /// Says something to itself, which proves that the subscription works.
    pub(super) async fn prove_link(self: Arc<Self>) {
        if let Err(error) = self.send(&self.me, &Note::Beat).await {
            let what = "this server cannot tell whether the subscription to redis works";
            self.troubles.count(what, error);
        }
    }

    /// Which of the other servers with somebody in a room of this one are dead.
    fn dead_among(&self, servers: &Servers) -> BTreeSet<ServerId> {
        let mut others = self.others();
        self.unknown().retain(|server, _| others.contains(server));
        others.retain(|server| self.is_dead(server, servers));
        others
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

    /// The other servers that hold somebody with a socket in a room of this one.
    fn others(&self) -> BTreeSet<ServerId> {
        let mut others = BTreeSet::new();
        for id in self.room_ids() {
            if let Some(room) = self.rooms().get(&id) {
                let new = room.holders().filter(|server| **server != self.me);
                others.extend(new.cloned());
            }
        }
        others
    }
}
