//! Files from page to page. Nobody keeps them but the pages.
//!
//! Whoever attaches a file to a chat message says what names its [`Content`]: a digest of the digests
//! of its pieces. So anybody who has it can give it to anybody who wants it, and who gets it can tell
//! whether it is right, piece by piece, whoever sends. A page fetches what it lacks, from one holder
//! at a time and never more than it can write; where it was interrupted, by a lost link or by a
//! reload, it asks whoever is there for the rest. Nothing is sent that was not asked for, and nothing
//! is asked for before a person has accepted it.
//!
//! Reading, hashing and writing are the browser's: [`FileAction`]s, each answered by an [`Input`].
//!
//! ```
//! use meeting::files::{FileAction, FileKey, FileSize, Files, Input, Output};
//! use meeting::time::Timestamp;
//!
//! let mut files = Files::default();
//! let (key, size) = (FileKey(1), FileSize::try_from(5).unwrap());
//! let (name, media_type) = ("notes.txt".to_owned().into(), None);
//! let attach = Input::Attach { key, name, media_type, size };
//! files.handle(Timestamp::default(), attach);
//! let read = FileAction::Read { key, piece: 0, range: 0..5 };
//! assert_eq!(files.poll_output(), Some(Output::Storage(read)));
//! ```

mod attached_file;
mod content;
mod download;
mod hash_list;
mod hashing;
mod holders;
mod io;
mod local;
mod message;
mod name;
mod peers;
mod rate;
mod state;
mod uploads;

pub use attached_file::{AttachedFile, MediaType, NoMediaType};
pub use content::{Content, Digest, FileId, FileSize, FileSizeError, NoDigest};
pub use download::Receipt;
pub use hash_list::HashList;
pub use io::{FileAction, FileFailure, FileKey, Input, Output, StorageError};
pub use message::{Data, Fetch, FileMessage, FileMessageError, Part, TransferId};
pub use name::FileName;
pub use state::{Attaching, FileState, Waiting};

use crate::id::ParticipantId;
use crate::limits;
use crate::time::Timestamp;
use hashing::Hashing;
use io::Outputs;
use local::{Described, Local, Stage};
use peers::Peers;

/// The files of one page: what it has, what it gets from others, and what others get from it.
///
/// After each call, [`Files::pump`] goes on with what there is to do, and then [`Files::poll_output`]
/// says what is to be done until there is nothing.
#[derive(Debug, Default)]
pub struct Files {
    local: Local,
    peers: Peers,
    /// Of the last transfer that was begun.
    transfer: u32,
    /// What the others were told last that this page has.
    announced: Vec<FileId>,
    out: Outputs,
}

impl Files {
    /// Takes what the person wants, or what the browser has done.
    pub fn handle(&mut self, now: Timestamp, input: Input) {
        match input {
            Input::Attach {
                key,
                name,
                media_type,
                size,
            } => {
                let described = Described {
                    name,
                    media_type,
                    size,
                };
                let stage = if self.is_full() {
                    Stage::NotAttached(described, FileFailure::TooMany)
                } else {
                    Stage::Attaching(Hashing::new(size, size.pieces()), described)
                };
                self.insert(now, key, stage);
            }
            Input::Accept(key, content) => self.get(now, key, content, 0),
            Input::Restore {
                key,
                content,
                pieces,
            } => self.get(now, key, content, pieces),
            Input::Cancel(key) => self.cancel(key),
            Input::Read { key, piece, bytes } => self.on_read(now, key, piece, bytes),
            Input::Hashed(key, bytes, digest) => {
                if let Some(file) = self.local.get_mut(key) {
                    file.on_hashed(now, bytes, &digest, &mut self.out);
                    self.drop_double(key);
                }
            }
            Input::Written(key, written) => {
                if let Some(file) = self.local.get_mut(key) {
                    file.on_written(written, &mut self.out);
                }
            }
            Input::Closed(key, closed) => {
                if let Some(file) = self.local.get_mut(key) {
                    file.on_closed(closed, &mut self.out);
                }
            }
        }
    }

    /// The next thing to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// When to call [`Files::pump`] though nothing happened.
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        let downloads = self.local.downloads();
        downloads
            .filter_map(|it| it.poll_timeout(&self.peers))
            .min()
    }

    /// The files that this page has, as it announced them.
    pub fn announced(&self) -> &[FileId] {
        &self.announced
    }

    /// There is a new file channel to somebody's page.
    pub fn connect(&mut self, now: Timestamp, peer: &ParticipantId) {
        self.disconnect(peer);
        self.peers.insert(now, peer.clone());
        for download in self.local.downloads_mut() {
            download.on_return(peer);
        }
    }

    /// The file channel to somebody's page is gone, with what was on its way.
    pub fn disconnect(&mut self, peer: &ParticipantId) {
        if self.peers.remove(peer) {
            for download in self.local.downloads_mut() {
                download.on_departure(peer);
            }
        }
    }

    /// Somebody says which files they have: these, and no others.
    pub fn on_announced(&mut self, peer: &ParticipantId, files: &[FileId]) {
        if let Some(peer) = self.peers.get_mut(peer) {
            peer.set_files(files);
        }
    }

    /// Takes what came on the file channel to somebody.
    pub fn receive(
        &mut self,
        now: Timestamp,
        from: &ParticipantId,
        message: &FileMessage<'_>,
    ) -> Receipt {
        let Some(peer) = self.peers.get_mut(from) else {
            return Receipt::Unasked;
        };
        match message {
            FileMessage::Fetch(fetch) => {
                let mut complete = self.local.complete();
                let file = complete.find(|(_, content)| content.id == fetch.id);
                let file = file.map(|(key, content)| (key, content.size));
                if !peer.uploads.fetch(fetch, file) {
                    let refuse = FileMessage::Refuse(fetch.transfer).to_bytes();
                    self.out.push_back(Output::Send(from.clone(), refuse));
                }
                Receipt::Request
            }
            FileMessage::Cancel(transfer) => {
                peer.uploads.cancel(*transfer);
                Receipt::Request
            }
            FileMessage::Data(data) => {
                let mut downloads = self.local.downloads_mut();
                let receipt = downloads.find_map(|it| it.receive(now, from, data, &mut self.out));
                let receipt = receipt.unwrap_or(Receipt::Unasked);
                if receipt != Receipt::Unasked {
                    peer.hear(now);
                }
                receipt
            }
            FileMessage::Refuse(transfer) => {
                let mut downloads = self.local.downloads_mut();
                if downloads.any(|it| it.on_refused(now, from, *transfer)) {
                    Receipt::Request
                } else {
                    Receipt::Unasked
                }
            }
        }
    }

    /// Goes on with everything: asks for what is missing and sends what others want. `buffered` says
    /// how many bytes wait in somebody's file channel to be sent
    /// ([`bufferedAmount`](https://www.w3.org/TR/webrtc/#dom-datachannel-bufferedamount)).
    pub fn pump(&mut self, now: Timestamp, buffered: impl Fn(&ParticipantId) -> usize) {
        self.announce();
        self.pump_downloads(now);
        let busy = self.peers.uploads().filter(|it| it.is_busy()).count();
        // More than the channel calls low, or it would not say when there is room again.
        let share = limits::FILE_BUFFER
            .checked_div(busy)
            .unwrap_or_default()
            .max(limits::FILE_BUFFER_LOW + limits::FILE_DATA_BYTES);
        for (id, peer) in self.peers.iter_mut() {
            let room = share.saturating_sub(buffered(id));
            peer.uploads.pump(id, room, &self.local, &mut self.out);
        }
    }

    fn pump_downloads(&mut self, now: Timestamp) {
        for download in self.local.downloads_mut() {
            download.go_on(now, &self.peers, &mut self.out);
        }
        let fetching = self.local.downloads().filter(|it| it.is_fetching()).count();
        let mut free = limits::DOWNLOADS.saturating_sub(fetching);
        for download in self.local.downloads_mut() {
            if free == 0 {
                return;
            }
            let id = TransferId(self.transfer.wrapping_add(1));
            if download.begin(now, id, &self.peers, &mut self.out) {
                self.transfer = id.0;
                free -= 1;
            }
        }
    }

    /// Tells everybody what this page has, when that is something else than before.
    fn announce(&mut self) {
        let has = || self.local.complete().map(|(_, it)| it.id);
        if !has().eq(self.announced.iter().copied()) {
            self.announced = has().collect();
            let announce = Output::Announce(self.announced.clone());
            self.out.push_back(announce);
        }
    }

    fn is_full(&self) -> bool {
        self.local.held() >= limits::FILES_HELD
    }

    /// Gets a file, of which an earlier load of the page has left some pieces.
    fn get(&mut self, now: Timestamp, key: FileKey, content: Content, pieces: u32) {
        if let Some(known) = self.local.find(&content, Some(key)) {
            if !known.has_failed() {
                let remove = FileAction::Remove(key);
                self.out.push_back(Output::Storage(remove));
                return;
            }
            let failed = known.key();
            self.local.remove(failed);
        }
        let stage = if self.is_full() {
            Stage::Failed(content, FileFailure::TooMany)
        } else {
            Stage::Checking(content, Hashing::new(content.size, pieces))
        };
        self.insert(now, key, stage);
    }

    /// Begins with a file, or gives it up if it has failed before it began.
    fn insert(&mut self, now: Timestamp, key: FileKey, stage: Stage) {
        if self.local.get(key).is_some() {
            // A key that is used twice would leave two answers to tell apart.
            return;
        }
        let file = self.local.insert(key, stage);
        if file.has_failed() {
            self.out.push_back(Output::Storage(FileAction::Remove(key)));
        } else {
            file.go_on_hashing(now, &mut self.out);
        }
    }

    fn cancel(&mut self, key: FileKey) {
        let Some(mut file) = self.local.remove(key) else {
            return;
        };
        if let Stage::Downloading(download) = &mut file.stage {
            download.stop(&mut self.out);
        }
        self.refuse(key);
        if !file.has_failed() {
            self.out.push_back(Output::Storage(FileAction::Remove(key)));
        }
    }

    /// Sends no more of a file.
    fn refuse(&mut self, key: FileKey) {
        for (id, peer) in self.peers.iter_mut() {
            for transfer in peer.uploads.drop_file(key) {
                let refuse = FileMessage::Refuse(transfer).to_bytes();
                self.out.push_back(Output::Send(id.clone(), refuse));
            }
        }
    }

    fn on_read(
        &mut self,
        now: Timestamp,
        key: FileKey,
        piece: u32,
        bytes: Result<Vec<u8>, StorageError>,
    ) {
        let Some(file) = self.local.get_mut(key) else {
            return;
        };
        let bytes = bytes.and_then(|bytes| file.whole(piece, bytes));
        match (&file.stage, bytes) {
            (Stage::Complete(..), Ok(bytes)) => {
                let mut peers = self.peers.iter_mut();
                let _ = peers.try_fold(bytes, |bytes, (_, peer)| {
                    peer.uploads.on_read(key, piece, bytes)
                });
            }
            (Stage::Complete(..), Err(error)) => {
                file.fail(error, &mut self.out);
                self.refuse(key);
            }
            (_, bytes) => file.on_read(now, bytes, &mut self.out),
        }
    }

    /// A file that the person attached may be one that is here already, or on its way.
    fn drop_double(&mut self, key: FileKey) {
        let file = self.local.get(key);
        let content = file.and_then(|it| match it.stage {
            Stage::Complete(content, _) => Some(content),
            _ => None,
        });
        let double = content.and_then(|it| self.local.find(&it, Some(key)));
        match double.map(|it| (it.key(), &it.stage)) {
            None => {}
            Some((_, Stage::Complete(..) | Stage::Closing(..))) => self.cancel(key),
            Some((other, _)) => self.cancel(other),
        }
    }
}
