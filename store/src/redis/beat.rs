//! The beat: a server shows that it lives, and hears which others do. It waits for nothing but its
//! own answer, and has a connection of its own, so that whatever else hangs, it goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};
use tracing::{info, warn};

use super::PATIENCE;
use super::record::{Note, ServerId};
use super::room::Handle;
use super::scripts::Servers;
use super::server::Server;
use crate::StoreError;
use crate::runtime::within;

/// What the beats are told, and tell.
#[derive(Debug, Default)]
pub(super) struct Beats {
    /// Asks for one now, after which every room is looked after.
    catch_up: Notify,
    /// The servers that are dead, as of the last beat.
    pub(super) dead: watch::Sender<BTreeSet<ServerId>>,
}

impl Beats {
    /// Asks for a beat, and then for a look after every room.
    pub(super) fn catch_up(&self) {
        self.catch_up.notify_one();
    }

    /// Tells every room which servers are dead. What failed with them is tried again after each
    /// beat.
    fn tell_dead(&self, dead: BTreeSet<ServerId>) {
        self.dead.send_if_modified(|before| {
            let is_news = !dead.is_empty() || !before.is_empty();
            *before = dead;
            is_news
        });
    }
}

/// Beats until the store ends.
pub(super) async fn keep_beating(server: Arc<Server>) {
    // The store has beaten when it connected.
    let mut health = Health::recovered(server.runtime.now());
    loop {
        let next = server.runtime.now() + server.settings.beat;
        let work = async {
            let catches_up = tokio::select! {
                () = server.runtime.sleep_until(next) => false,
                () = server.beats.catch_up.notified() => true,
            };
            health = server.round(health).await;
            if catches_up {
                server.rooms.handles().iter().for_each(Handle::suspect);
            }
        };
        tokio::select! {
            biased;
            () = server.stop.cancelled() => return,
            () = work => {}
        }
    }
}

/// Says something to itself as often as it beats, which proves that the subscription works.
pub(super) async fn keep_proving_subscription(server: Arc<Server>) {
    loop {
        let next = server.runtime.now() + server.settings.beat;
        let work = async {
            server.runtime.sleep_until(next).await;
            if let Err(error) = server.send(&server.me, &Note::Beat).await {
                let what = "this server cannot tell whether the subscription to redis works";
                server.troubles.count(what, error);
            }
        };
        tokio::select! {
            biased;
            () = server.stop.cancelled() => return,
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
    const fn recovered(now: Instant) -> Self {
        Self::Well {
            since: now,
            last: now,
        }
    }

    /// How long there was no break longer than `longest`. Whoever was frozen or cut off cannot
    /// judge the others.
    fn age(self, longest: Duration, now: Instant) -> Duration {
        match self {
            Self::Well { since, last } if now.saturating_duration_since(last) < longest => {
                now.saturating_duration_since(since)
            }
            Self::Well { .. } | Self::Ill => Duration::ZERO,
        }
    }
}

impl Server {
    /// One beat, and what follows from it.
    async fn round(&self, before: Health) -> Health {
        let beat = within(&*self.runtime, PATIENCE, self.beat()).await;
        let servers = match beat.unwrap_or(Err(StoreError::Late)) {
            Ok(servers) => servers,
            Err(error) => return self.miss_a_beat(before, &error),
        };
        self.troubles.tell();
        let (lease, now) = (self.settings.lease, self.runtime.now());
        let age = before.age(lease, now);
        // After a break of everybody's, everybody gets a lease to beat again.
        let dead = if age >= lease {
            self.dead_among(&servers)
        } else {
            BTreeSet::new()
        };
        self.beats.tell_dead(dead);
        match before {
            Health::Well { since, .. } if !age.is_zero() => Health::Well { since, last: now },
            Health::Well { .. } => Health::recovered(now),
            Health::Ill => {
                info!("redis answers again");
                Health::recovered(now)
            }
        }
    }

    fn miss_a_beat(&self, before: Health, error: &StoreError) -> Health {
        self.counters.missed_beats.increment();
        self.troubles.forget();
        self.beats.tell_dead(BTreeSet::new());
        if matches!(before, Health::Well { .. }) {
            warn!(%error, "redis does not answer; rooms on this server go on");
        }
        Health::Ill
    }

    /// Shows that this server lives.
    pub(super) async fn beat(&self) -> Result<Servers, StoreError> {
        let servers = self.scripts.beat(&self.beat_commands, &self.me).await?;
        self.clock.set(servers.now, self.runtime.now());
        Ok(servers)
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
        let now = self.runtime.now();
        let since = *unknown.entry(server.clone()).or_insert(now);
        let unseen = now.saturating_duration_since(since);
        servers.dead.contains(server) || unseen > self.settings.lease
    }

    fn unknown(&self) -> MutexGuard<'_, BTreeMap<ServerId, Instant>> {
        self.unknown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The other servers that hold somebody with a socket in a room of this one.
    fn others(&self) -> BTreeSet<ServerId> {
        let mut others = BTreeSet::new();
        for handle in self.rooms.handles() {
            let room = handle.room();
            let new = room.holders().filter(|server| **server != self.me);
            others.extend(new.cloned());
        }
        others
    }
}
