//! What follows from a change of a room.

use std::time::Duration;

/// What is to be done after a change.
#[derive(Debug, Default)]
#[must_use]
pub(super) struct Needs {
    /// Sync the room.
    pub(super) sync: bool,
    /// Sync it again after this time: a grace period ends then.
    pub(super) alarm: Option<Duration>,
}
