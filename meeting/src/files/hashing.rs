//! Taking the digests of a file that is in this browser: one that the person attached, or one that
//! an earlier load of the page left.

use super::content::{Digest, FileSize};
use super::hash_list::HashList;
use super::io::{FileAction, FileKey};

/// Reads and hashes the first pieces of a file, one after the other.
#[derive(Debug)]
pub(super) struct Hashing {
    size: FileSize,
    pieces: u32,
    list: HashList,
}

impl Hashing {
    /// Begins with so many of the first pieces.
    pub(super) fn new(size: FileSize, pieces: u32) -> Self {
        Self {
            size,
            pieces: pieces.min(size.pieces()),
            list: HashList::default(),
        }
    }

    /// How much of the file is done, in bytes.
    pub(super) fn done(&self) -> u64 {
        self.size.start_of(self.list.len())
    }

    /// Whether all of the file is.
    pub(super) fn is_whole(&self) -> bool {
        self.list.len() == self.size.pieces()
    }

    /// What is to be read or hashed next; nothing when these pieces are done and are not the whole
    /// file. After the last piece it is the list itself, whose digest names the file.
    pub(super) fn next(&self, key: FileKey) -> Option<FileAction> {
        if self.is_whole() {
            return Some(FileAction::Hash(key, self.list.to_preimage(self.size)));
        }
        let piece = self.list.len();
        let range = self.size.piece(piece).filter(|_| piece < self.pieces)?;
        Some(FileAction::Read { key, piece, range })
    }

    /// Takes the digest of the next piece.
    pub(super) fn push(&mut self, digest: &Digest) {
        self.list.push(digest);
    }

    /// Gives up the digests that were taken.
    pub(super) fn take_list(&mut self) -> HashList {
        std::mem::take(&mut self.list)
    }
}
