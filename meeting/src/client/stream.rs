//! What is to be seen and heard of somebody, and where it crosses.

use super::ConnectionKey;
use crate::adaptation::TrackSource;
use crate::id::ParticipantId;

/// One source of one participant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Whose it is.
    pub owner: ParticipantId,
    /// What it shows.
    pub source: TrackSource,
}

/// Where a stream crosses now. A link that is built anew is another connection, and so another route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The connection of the link that carries it.
    pub connection: ConnectionKey,
    /// On which of its transceivers.
    pub place: Place,
}

/// One of the transceivers of a connection, in the order of its media sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(usize);

impl Place {
    /// The place of a source on a connection that has one for each: that of its number.
    pub const fn of(source: TrackSource) -> Self {
        Self(source as usize)
    }

    /// Its position among the transceivers, counted from 0.
    pub const fn index(self) -> usize {
        self.0
    }
}
