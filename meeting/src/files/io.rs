//! What goes into the files of a page and what comes out of them.

use std::collections::VecDeque;
use std::ops::Range;

use thiserror::Error;

use super::attached_file::{AttachedFile, MediaType};
use super::content::{Content, Digest, FileId, FileSize};
use super::name::FileName;
use crate::id::ParticipantId;

/// Names a file that this page has or gets, and the place where the browser has its bytes. The driver
/// makes a new one for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileKey(pub u64);

/// Something that happened to the files of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The person attaches a file, which the browser can read under this key.
    Attach {
        /// Its name here.
        key: FileKey,
        /// What it is called.
        name: FileName,
        /// What the browser takes it for.
        media_type: Option<MediaType>,
        /// How long it is.
        size: FileSize,
    },
    /// The person wants a file that somebody attached; the browser can write under this key.
    Accept(FileKey, Content),
    /// The load of the page before this one was getting a file, or had it. The browser has kept what
    /// may be so many of its first pieces.
    Restore {
        /// Its name here.
        key: FileKey,
        /// Which file it is.
        content: Content,
        /// Pieces from the first on that were written in full.
        pieces: u32,
    },
    /// The person does not want it any more, on either end.
    Cancel(FileKey),
    /// A piece was read, or could not be.
    Read {
        /// Of which file.
        key: FileKey,
        /// Which of its pieces.
        piece: u32,
        /// All of its bytes.
        bytes: Result<Vec<u8>, StorageError>,
    },
    /// The digest of what was to be hashed, which is given back.
    Hashed(FileKey, Vec<u8>, Digest),
    /// What was to be written is written, or could not be.
    Written(FileKey, Result<(), StorageError>),
    /// Everything that was written is where the person wants it, or cannot be brought there.
    Closed(FileKey, Result<(), StorageError>),
}

/// What the browser is to do with the bytes of a file. Of each file it is asked for one thing at a
/// time, and answers with the [`Input`] of the same name; only reading may be asked for several
/// times at once, and what is told to be removed answers nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileAction {
    /// Read a piece.
    Read {
        /// Of which file.
        key: FileKey,
        /// Which of its pieces.
        piece: u32,
        /// Where in the file it is.
        range: Range<u64>,
    },
    /// Take the SHA-256 digest of these bytes.
    Hash(FileKey, Vec<u8>),
    /// Write these bytes at this offset. Pieces are written in order, each once.
    Write(FileKey, u64, Vec<u8>),
    /// All is written.
    Close(FileKey),
    /// Give the file up, with all that was written of it. Its key is not used again.
    Remove(FileKey),
}

/// What the files of a page want done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Something with the bytes of a file.
    Storage(FileAction),
    /// Send these on the file channel to somebody.
    Send(ParticipantId, Vec<u8>),
    /// Tell everybody that this page has these files, and no others.
    Announce(Vec<FileId>),
    /// A file that the person attached has its id now: write so in the chat.
    Attached(AttachedFile),
}

/// What is to be done, in order.
pub(super) type Outputs = VecDeque<Output>;

/// Why the browser could not read or write a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StorageError {
    /// There is no room for it.
    #[error("there is no room for the file")]
    Full,
    /// This browser gathers files in memory, and it is too long for that.
    #[error("the file is too large to be kept in memory")]
    NoDisk,
    /// It cannot be read any more: it was changed, moved or deleted.
    #[error("the file cannot be read")]
    Unreadable,
    /// Writing it failed for another reason.
    #[error("the file cannot be written")]
    Unwritable,
}

/// Why nothing comes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FileFailure {
    /// The browser could not read or write it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// This page has or gets as many as it may; see [`limits::FILES_HELD`](crate::limits::FILES_HELD).
    #[error("there are too many files")]
    TooMany,
}
