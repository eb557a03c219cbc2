//! What one task changes and everybody may read.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The end of the owner: there is one, and it alone changes what is there.
#[derive(Debug)]
pub(super) struct Owned<T>(Arc<RwLock<T>>);

/// The end of everybody else.
#[derive(Debug)]
pub(super) struct View<T>(Arc<RwLock<T>>);

impl<T> Owned<T> {
    pub(super) fn new(value: T) -> Self {
        Self(Arc::new(RwLock::new(value)))
    }

    pub(super) fn view(&self) -> View<T> {
        View(Arc::clone(&self.0))
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, T> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&mut self) -> RwLockWriteGuard<'_, T> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> View<T> {
    pub(super) fn read(&self) -> RwLockReadGuard<'_, T> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for View<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
