//! The pages to which there is a file channel.

use std::collections::{BTreeMap, BTreeSet};

use super::content::FileId;
use super::uploads::Uploads;
use crate::id::ParticipantId;
use crate::limits;
use crate::time::Timestamp;

/// The pages to which there is a file channel, by whose they are.
#[derive(Debug, Default)]
pub(super) struct Peers(BTreeMap<ParticipantId, Peer>);

#[derive(Debug)]
pub(super) struct Peer {
    /// What they say that they have.
    has: BTreeSet<FileId>,
    /// When something came of them last that was asked for.
    heard: Timestamp,
    /// What they are getting from here.
    pub(super) uploads: Uploads,
}

impl Peers {
    /// There is a channel to them, and nothing has crossed it.
    pub(super) fn insert(&mut self, now: Timestamp, id: ParticipantId) {
        let peer = Peer {
            has: BTreeSet::new(),
            heard: now,
            uploads: Uploads::default(),
        };
        self.0.insert(id, peer);
    }

    pub(super) fn remove(&mut self, id: &ParticipantId) -> bool {
        self.0.remove(id).is_some()
    }

    pub(super) fn get_mut(&mut self, id: &ParticipantId) -> Option<&mut Peer> {
        self.0.get_mut(id)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&ParticipantId, &mut Peer)> {
        self.0.iter_mut()
    }

    /// Their uploads, whosever they are.
    pub(super) fn uploads(&self) -> impl Iterator<Item = &Uploads> {
        self.0.values().map(|peer| &peer.uploads)
    }

    /// Who says that they have a file.
    pub(super) fn having(&self, file: FileId) -> impl Iterator<Item = &ParticipantId> {
        let having = self
            .0
            .iter()
            .filter(move |(_, peer)| peer.has.contains(&file));
        having.map(|(id, _)| id)
    }

    /// Whether somebody says that they have a file.
    pub(super) fn has(&self, id: &ParticipantId, file: FileId) -> bool {
        self.0.get(id).is_some_and(|peer| peer.has.contains(&file))
    }

    /// When something came of somebody last that was asked for.
    pub(super) fn heard(&self, id: &ParticipantId) -> Timestamp {
        self.0
            .get(id)
            .map_or(Timestamp::default(), |peer| peer.heard)
    }
}

impl Peer {
    /// Takes what they say that they have, and no more of it than anybody can have.
    pub(super) fn set_files(&mut self, files: &[FileId]) {
        self.has = files.iter().take(limits::FILES_HELD).copied().collect();
    }

    /// Something came of them that was asked for.
    pub(super) const fn hear(&mut self, now: Timestamp) {
        self.heard = now;
    }
}
