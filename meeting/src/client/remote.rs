//! Another participant, as this browser knows him.

use crate::conversation::MediaState;
use crate::limits;
use crate::signaling::{Participant, Presence};
use crate::time::Timestamp;

use super::Link;
use super::peer::Peer;

/// Another participant.
#[derive(Debug)]
pub struct Remote {
    pub(super) participant: Participant,
    pub(super) peer: Peer,
    pub(super) media: MediaState,
    /// Whether he has said on the present data channel what he has of the chat. Before that,
    /// nothing new may be sent: it would pass for the end of what he missed.
    pub(super) greeted: bool,
    /// Set while the server does not know him: it may have lost its memory, and he may be about
    /// to come back. As long as his media flow he stays.
    pub(super) missing_since: Option<Timestamp>,
}

impl Remote {
    pub(super) fn new(participant: Participant, peer: Peer) -> Self {
        Self {
            participant,
            peer,
            media: MediaState::default(),
            greeted: false,
            missing_since: None,
        }
    }

    /// What the server says about him.
    pub const fn participant(&self) -> &Participant {
        &self.participant
    }

    /// What he sends just now.
    pub const fn media(&self) -> MediaState {
        self.media
    }

    /// The state of the peer connection to him.
    pub const fn link(&self) -> Link {
        self.peer.link()
    }

    /// Whether the server knows him and his socket is up.
    pub const fn presence(&self) -> Presence {
        if self.missing_since.is_some() {
            Presence::Reconnecting
        } else {
            self.participant.presence
        }
    }

    /// Whether there is anything of him to show. A page that was unloaded sends nothing any more;
    /// when it was only loaded again, he is back in a moment, in the same place.
    pub fn is_shown(&self) -> bool {
        self.presence() != Presence::Unloaded
    }

    /// When he counts as gone unless something happens.
    pub(super) fn lost_at(&self) -> Option<Timestamp> {
        match self.missing_since {
            Some(since) if !self.peer.is_connected() => Some(since + limits::GRACE),
            _ => None,
        }
    }
}
