//! What happens to many rooms alike: counted, and told once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing::{info, warn};

use crate::StoreError;

/// What went wrong since it was last told, with how often and the last error.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    kinds: Mutex<BTreeMap<&'static str, (usize, StoreError)>>,
    evacuated: AtomicU64,
}

impl Troubles {
    fn all(&self) -> MutexGuard<'_, BTreeMap<&'static str, (usize, StoreError)>> {
        self.kinds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one of a kind, named by what the operator is told.
    pub(super) fn count(&self, what: &'static str, error: StoreError) {
        let mut all = self.all();
        let before = all.get(what).map_or(0, |(times, _)| *times);
        all.insert(what, (before + 1, error));
    }

    /// So many who were on a dead server have been given time to come back.
    pub(super) fn evacuated(&self, participants: u64) {
        self.evacuated.fetch_add(participants, Ordering::Relaxed);
    }

    /// Tells each kind in one line.
    pub(super) fn tell(&self) {
        let participants = self.evacuated.swap(0, Ordering::Relaxed);
        if participants > 0 {
            info!(
                participants,
                "servers are dead; who was there may come back elsewhere"
            );
        }
        for (what, (times, error)) in std::mem::take(&mut *self.all()) {
            warn!(%error, times, "{what}");
        }
    }

    /// Keeps them to itself: the operator has been told already that Redis does not answer.
    pub(super) fn forget(&self) {
        self.all().clear();
    }
}
