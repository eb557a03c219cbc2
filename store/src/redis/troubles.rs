//! What went wrong for many rooms alike: counted, and told once.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing::warn;

use super::StoreError;

/// What went wrong since it was last told, with how often and the last error.
#[derive(Debug, Default)]
pub(super) struct Troubles(Mutex<BTreeMap<&'static str, (usize, StoreError)>>);

impl Troubles {
    fn all(&self) -> MutexGuard<'_, BTreeMap<&'static str, (usize, StoreError)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one of a kind, named by what the operator is told.
    pub(super) fn count(&self, what: &'static str, error: StoreError) {
        let mut all = self.all();
        let before = all.get(what).map_or(0, |(times, _)| *times);
        all.insert(what, (before + 1, error));
    }

    /// Tells each kind in one line.
    pub(super) fn tell(&self) {
        for (what, (times, error)) in std::mem::take(&mut *self.all()) {
            warn!(%error, times, "{what}");
        }
    }

    /// Keeps them to itself: the operator has been told already that Redis does not answer.
    pub(super) fn forget(&self) {
        self.all().clear();
    }
}
