//! How it is with a file, as a person is shown it.

use super::Files;
use super::content::Content;
use super::io::{FileFailure, FileKey};
use super::local::{LocalFile, Stage};
use super::name::FileName;
use crate::time::Timestamp;

/// How it is with a file that somebody attached, on this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// It is not here, and was not accepted, or was given up again.
    Offered {
        /// How many of those who are there have it.
        holders: usize,
    },
    /// It was accepted, and nothing comes.
    Waiting(Waiting),
    /// It comes.
    Downloading {
        /// Bytes that are here.
        received: u64,
        /// Bytes that come in a second.
        rate: u64,
    },
    /// It is read and hashed: to learn its name before it is offered, or what a load of the page left
    /// of it.
    Checking {
        /// Bytes that were hashed.
        checked: u64,
    },
    /// All of it is here, as its author had it.
    Complete {
        /// How many people are getting it from this page just now.
        uploads: usize,
    },
    /// Nothing comes of it, unless the person tries again.
    Failed(FileFailure),
}

/// Why nothing comes of a file that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Nobody who is there has it. It comes when somebody does.
    NobodyHasIt,
    /// Others come first, or whoever has it does not answer just now.
    Turn,
    /// Whoever said that they have it sent something else.
    WrongContent,
}

/// A file that the person attached and that is in no chat message yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attaching {
    /// Its name here.
    pub key: FileKey,
    /// What it is called.
    pub name: FileName,
    /// How long it is, in bytes.
    pub size: u64,
    /// How it is with it: checking, or failed.
    pub state: FileState,
}

impl Files {
    /// How it is with a file that somebody attached.
    pub fn state(&self, now: Timestamp, content: &Content) -> FileState {
        let known = self.local.find(content, None);
        known.map_or_else(
            || FileState::Offered {
                holders: self.peers.having(content.id).count(),
            },
            |file| self.state_of(now, file),
        )
    }

    /// What a file is called here, if this page has or gets it.
    pub fn key(&self, content: &Content) -> Option<FileKey> {
        self.local.find(content, None).map(LocalFile::key)
    }

    /// The files that the person attached and that are in no chat message yet.
    pub fn attaching(&self, now: Timestamp) -> impl Iterator<Item = Attaching> {
        self.local.iter().filter_map(move |file| {
            let (Stage::Attaching(_, described) | Stage::NotAttached(described, _)) = &file.stage
            else {
                return None;
            };
            Some(Attaching {
                key: file.key(),
                name: described.name.clone(),
                size: described.size.bytes(),
                state: self.state_of(now, file),
            })
        })
    }

    fn state_of(&self, now: Timestamp, file: &LocalFile) -> FileState {
        match &file.stage {
            Stage::Attaching(hashing, _) | Stage::Checking(_, hashing) => FileState::Checking {
                checked: hashing.done(),
            },
            Stage::Downloading(download) => match download.waiting(&self.peers) {
                Some(waiting) => FileState::Waiting(waiting),
                None => FileState::Downloading {
                    received: download.received(),
                    rate: download.rate(now),
                },
            },
            Stage::Closing(content, _) => FileState::Checking {
                checked: content.size.bytes(),
            },
            Stage::Complete(..) => FileState::Complete {
                uploads: self
                    .peers
                    .uploads()
                    .filter(|it| it.are_of(file.key()))
                    .count(),
            },
            Stage::NotAttached(_, why) | Stage::Failed(_, why) => FileState::Failed(*why),
        }
    }
}
