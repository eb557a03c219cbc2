//! The files that this page has or gets, and how far each of them is.

use std::collections::BTreeMap;

use super::attached_file::{AttachedFile, MediaType};
use super::content::{Content, Digest, FileId, FileSize};
use super::download::Download;
use super::hash_list::HashList;
use super::hashing::Hashing;
use super::io::{FileAction, FileFailure, FileKey, Output, Outputs, StorageError};
use super::name::FileName;
use crate::time::Timestamp;

/// The files that this page has or gets, by where the browser has them.
#[derive(Debug, Default)]
pub(super) struct Local(BTreeMap<FileKey, LocalFile>);

/// One of them.
#[derive(Debug)]
pub(super) struct LocalFile {
    key: FileKey,
    pub(super) stage: Stage,
}

/// How far it is.
#[derive(Debug)]
pub(super) enum Stage {
    /// The person attached it, and it is hashed before anybody is told.
    Attaching(Hashing, Described),
    /// An earlier load of the page left it, and it is looked how much of it is right.
    Checking(Content, Hashing),
    Downloading(Box<Download>),
    /// All of it is written, and the browser brings it where it belongs.
    Closing(Content, HashList),
    Complete(Content, HashList),
    /// Nothing came of attaching it.
    NotAttached(Described, FileFailure),
    /// Nothing came of getting or keeping it.
    Failed(Content, FileFailure),
}

/// What a file is that has no id yet.
#[derive(Clone, Debug)]
pub(super) struct Described {
    pub(super) name: FileName,
    pub(super) media_type: Option<MediaType>,
    pub(super) size: FileSize,
}

impl Local {
    pub(super) fn get(&self, key: FileKey) -> Option<&LocalFile> {
        self.0.get(&key)
    }

    pub(super) fn get_mut(&mut self, key: FileKey) -> Option<&mut LocalFile> {
        self.0.get_mut(&key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &LocalFile> {
        self.0.values()
    }

    pub(super) fn insert(&mut self, key: FileKey, stage: Stage) -> &mut LocalFile {
        self.0.entry(key).or_insert(LocalFile { key, stage })
    }

    pub(super) fn remove(&mut self, key: FileKey) -> Option<LocalFile> {
        self.0.remove(&key)
    }

    /// Those that are had, or may come to be.
    pub(super) fn held(&self) -> usize {
        self.iter().filter(|it| !it.has_failed()).count()
    }

    /// The file with this content, but for the one under that key.
    pub(super) fn find(&self, content: &Content, but: Option<FileKey>) -> Option<&LocalFile> {
        let is_it = |it: &&LocalFile| it.content().as_ref() == Some(content) && Some(it.key) != but;
        self.iter().find(is_it)
    }

    /// The files of which everything is here.
    pub(super) fn complete(&self) -> impl Iterator<Item = (FileKey, &Content)> {
        self.iter().filter_map(|it| match &it.stage {
            Stage::Complete(content, _) => Some((it.key, content)),
            _ => None,
        })
    }

    /// The digests of all pieces of a file of which everything is here.
    pub(super) fn hashes(&self, key: FileKey) -> Option<&HashList> {
        match &self.get(key)?.stage {
            Stage::Complete(_, list) => Some(list),
            _ => None,
        }
    }

    pub(super) fn downloads(&self) -> impl Iterator<Item = &Download> {
        self.iter().filter_map(|it| match &it.stage {
            Stage::Downloading(download) => Some(&**download),
            _ => None,
        })
    }

    pub(super) fn downloads_mut(&mut self) -> impl Iterator<Item = &mut Download> {
        self.0.values_mut().filter_map(|it| match &mut it.stage {
            Stage::Downloading(download) => Some(&mut **download),
            _ => None,
        })
    }
}

impl LocalFile {
    pub(super) const fn key(&self) -> FileKey {
        self.key
    }

    /// What is in it, once that is known.
    pub(super) const fn content(&self) -> Option<Content> {
        match &self.stage {
            Stage::Attaching(..) | Stage::NotAttached(..) => None,
            Stage::Checking(content, _)
            | Stage::Closing(content, _)
            | Stage::Complete(content, _)
            | Stage::Failed(content, _) => Some(*content),
            Stage::Downloading(download) => Some(download.content()),
        }
    }

    /// Whether nothing comes of it.
    pub(super) const fn has_failed(&self) -> bool {
        matches!(self.stage, Stage::NotAttached(..) | Stage::Failed(..))
    }

    /// Goes on with reading and hashing, or does what is left when that is over.
    pub(super) fn go_on_hashing(&mut self, now: Timestamp, out: &mut Outputs) {
        let key = self.key;
        let (Stage::Attaching(hashing, _) | Stage::Checking(_, hashing)) = &mut self.stage else {
            return;
        };
        match hashing.next(key) {
            Some(action) => out.push_back(Output::Storage(action)),
            None => self.download_rest(now),
        }
    }

    /// Gets what the earlier load of the page did not leave.
    fn download_rest(&mut self, now: Timestamp) {
        if let Stage::Checking(content, hashing) = &mut self.stage {
            let found = hashing.take_list();
            let download = Download::new(now, self.key, *content, found);
            self.stage = Stage::Downloading(Box::new(download));
        }
    }

    /// The bytes that were read of a piece, if they are all there are.
    pub(super) fn whole(&self, piece: u32, bytes: Vec<u8>) -> Result<Vec<u8>, StorageError> {
        let size = match &self.stage {
            Stage::Attaching(_, described) | Stage::NotAttached(described, _) => described.size,
            Stage::Checking(content, _)
            | Stage::Closing(content, _)
            | Stage::Complete(content, _)
            | Stage::Failed(content, _) => content.size,
            Stage::Downloading(download) => download.content().size,
        };
        let length = size.piece(piece).map(|it| it.end - it.start);
        if length == u64::try_from(bytes.len()).ok() {
            Ok(bytes)
        } else {
            Err(StorageError::Unreadable)
        }
    }

    /// A piece was read that was to be hashed.
    pub(super) fn on_read(
        &mut self,
        now: Timestamp,
        bytes: Result<Vec<u8>, StorageError>,
        out: &mut Outputs,
    ) {
        match (&self.stage, bytes) {
            (Stage::Attaching(..) | Stage::Checking(..), Ok(bytes)) => {
                out.push_back(Output::Storage(FileAction::Hash(self.key, bytes)));
            }
            (Stage::Attaching(..), Err(error)) => self.fail(error, out),
            (Stage::Checking(..), Err(_)) => self.download_rest(now),
            _ => {}
        }
    }

    /// Something was hashed.
    pub(super) fn on_hashed(
        &mut self,
        now: Timestamp,
        bytes: Vec<u8>,
        digest: &Digest,
        out: &mut Outputs,
    ) {
        match &mut self.stage {
            Stage::Attaching(hashing, _) | Stage::Checking(_, hashing) if !hashing.is_whole() => {
                hashing.push(digest);
                self.go_on_hashing(now, out);
            }
            Stage::Attaching(_, described) => {
                let Described {
                    name,
                    media_type,
                    size,
                } = described.clone();
                let id = FileId(*digest);
                let list = HashList::from_preimage(bytes);
                self.stage = Stage::Complete(Content { id, size }, list);
                let attached = AttachedFile {
                    id,
                    size,
                    name,
                    media_type,
                };
                out.push_back(Output::Attached(attached));
            }
            Stage::Checking(content, _) if content.id.0 == *digest => {
                let (content, list) = (*content, HashList::from_preimage(bytes));
                self.close(content, list, out);
            }
            Stage::Checking(..) => self.download_rest(now),
            Stage::Downloading(download) => {
                download.on_hashed(bytes, digest, out);
                self.close_if_complete(out);
            }
            _ => {}
        }
    }

    /// Something was written, or could not be.
    pub(super) fn on_written(&mut self, written: Result<(), StorageError>, out: &mut Outputs) {
        match (written, &mut self.stage) {
            (Ok(()), Stage::Downloading(download)) => {
                download.on_written(out);
                self.close_if_complete(out);
            }
            (Err(error), Stage::Downloading(_)) => self.fail(error, out),
            _ => {}
        }
    }

    /// All is where it belongs, or cannot be brought there.
    pub(super) fn on_closed(&mut self, closed: Result<(), StorageError>, out: &mut Outputs) {
        match (closed, &mut self.stage) {
            (Ok(()), Stage::Closing(content, list)) => {
                self.stage = Stage::Complete(*content, std::mem::take(list));
            }
            (Err(error), Stage::Closing(..)) => self.fail(error, out),
            _ => {}
        }
    }

    fn close_if_complete(&mut self, out: &mut Outputs) {
        if let Stage::Downloading(download) = &self.stage
            && let Some(list) = download.complete()
        {
            self.close(download.content(), list, out);
        }
    }

    fn close(&mut self, content: Content, list: HashList, out: &mut Outputs) {
        self.stage = Stage::Closing(content, list);
        out.push_back(Output::Storage(FileAction::Close(self.key)));
    }

    /// Nothing comes of it.
    pub(super) fn fail(&mut self, why: StorageError, out: &mut Outputs) {
        let why = FileFailure::Storage(why);
        let failed = match &mut self.stage {
            Stage::Attaching(_, described) => Stage::NotAttached(described.clone(), why),
            Stage::Checking(content, _)
            | Stage::Closing(content, _)
            | Stage::Complete(content, _) => Stage::Failed(*content, why),
            Stage::Downloading(download) => {
                download.stop(out);
                Stage::Failed(download.content(), why)
            }
            Stage::NotAttached(..) | Stage::Failed(..) => return,
        };
        self.stage = failed;
        out.push_back(Output::Storage(FileAction::Remove(self.key)));
    }
}
