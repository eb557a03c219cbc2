//! The bytes of files in this browser: those that the person attached, which are read where they lie,
//! and those that come from others, which are written into the browser's own folder. Each thing to do
//! is begun at once, and what comes of it goes into the mailbox.

mod digest;
pub(crate) mod object_url;
mod page_folder;
mod private_folder;
mod stored_file;

use std::rc::Rc;

use meeting::files::{
    AttachedFile, FileAction, FileKey, FileName, FileSize, FileSizeError, Input, MediaType,
    StorageError,
};
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, SubtleCrypto};

use crate::browser::random_u64;
use crate::message::{Mailbox, Message};
use crate::vec_map::VecMap;
use page_folder::PageFolder;
use stored_file::{ReceivedFile, StoredFile};

/// Whether files can be given and taken here.
pub(crate) fn are_supported() -> bool {
    digest::subtle().is_some()
}

/// The files of this page.
#[derive(Debug)]
pub(crate) struct FileStore {
    files: VecMap<FileKey, Rc<StoredFile>>,
    last_key: u64,
    page: Rc<PageFolder>,
    subtle: Option<SubtleCrypto>,
    mailbox: Mailbox,
}

/// What the next load of the page needs to go on with the files of others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptFiles {
    /// The name of the folder in which they are.
    page: String,
    files: Vec<KeptFile>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KeptFile {
    key: u64,
    file: AttachedFile,
    saved: bool,
}

impl FileStore {
    pub(crate) fn new(mailbox: Mailbox) -> Self {
        Self {
            files: VecMap::default(),
            last_key: 0,
            page: Rc::new(PageFolder::new(format!("{:016x}", random_u64()))),
            subtle: digest::subtle(),
            mailbox,
        }
    }

    /// The person attaches a file.
    ///
    /// # Errors
    ///
    /// There is nothing in it, or too much.
    pub(crate) fn attach(&mut self, file: File) -> Result<Input, FileSizeError> {
        let size = FileSize::try_from(stored_file::size_of(&file))?;
        let key = self.next_key();
        let attach = Input::Attach {
            key,
            name: FileName::from(file.name()),
            media_type: MediaType::try_from(file.type_()).ok(),
            size,
        };
        let own = StoredFile::Own(file.into());
        self.files.insert(key, Rc::new(own));
        Ok(attach)
    }

    /// The person wants a file that somebody attached.
    pub(crate) fn accept(&mut self, file: AttachedFile) -> Input {
        let (key, content) = (self.next_key(), file.content());
        self.receive(key, file, false);
        Input::Accept(key, content)
    }

    /// Goes on with what an earlier load of the page was getting, or had. The folders of pages that are
    /// gone are removed.
    pub(crate) fn begin(&mut self, kept: KeptFiles) {
        if !kept.page.is_empty() {
            self.page = Rc::new(PageFolder::new(kept.page));
        }
        for kept in kept.files {
            let (key, content) = (FileKey(kept.key), kept.file.content());
            self.last_key = self.last_key.max(kept.key);
            let stored = self.receive(key, kept.file, kept.saved);
            self.start(async move {
                let pieces = match &*stored {
                    StoredFile::Own(_) => 0,
                    StoredFile::Got(received) => received.find().await,
                };
                Some(Input::Restore {
                    key,
                    content,
                    pieces,
                })
            });
        }
        page_folder::remove_abandoned(self.page.name.clone());
    }

    /// What the next load of the page needs.
    pub(crate) fn keep(&self) -> KeptFiles {
        let kept = self.files.iter().filter_map(|(key, stored)| {
            let StoredFile::Got(received) = &**stored else {
                return None;
            };
            Some(KeptFile {
                key: key.0,
                file: received.file.clone(),
                saved: received.is_saved.get(),
            })
        });
        KeptFiles {
            page: self.page.name.clone(),
            files: kept.collect(),
        }
    }

    /// Where a file can be had from that came from others, once all of it is here.
    pub(crate) fn url(&self, key: FileKey) -> Option<String> {
        match &**self.files.get(&key)? {
            StoredFile::Own(_) => None,
            StoredFile::Got(received) => received.url(),
        }
    }

    /// Has the browser put a file that has come where the person keeps what they download, unless it
    /// was. Gives what it is called.
    pub(crate) fn save_once(&self, key: FileKey) -> Option<FileName> {
        let StoredFile::Got(received) = &**self.files.get(&key)? else {
            return None;
        };
        let url = received.url()?;
        if received.is_saved.replace(true) {
            return None;
        }
        object_url::save(&url, received.file.name.as_str());
        Some(received.file.name.clone())
    }

    /// Begins to do something with the bytes of a file.
    pub(crate) fn perform(&mut self, action: FileAction) {
        match action {
            FileAction::Hash(key, bytes) => self.hash(key, bytes),
            FileAction::Read { key, piece, range } => {
                let stored = self.files.get(&key).cloned();
                self.start(async move {
                    let bytes = match stored {
                        Some(stored) => stored.read(range).await,
                        None => Err(StorageError::Unreadable),
                    };
                    Some(Input::Read { key, piece, bytes })
                });
            }
            FileAction::Write(key, offset, bytes) => {
                let stored = self.files.get(&key).cloned();
                self.start(async move {
                    let written = match stored.as_deref() {
                        Some(StoredFile::Got(received)) => received.write(offset, &bytes).await,
                        Some(StoredFile::Own(_)) | None => Err(StorageError::Unwritable),
                    };
                    Some(Input::Written(key, written))
                });
            }
            FileAction::Close(key) => {
                let closed = match self.files.get(&key).map(|it| &**it) {
                    Some(StoredFile::Got(received)) => received.close(),
                    Some(StoredFile::Own(_)) | None => Err(StorageError::Unwritable),
                };
                self.start(async move { Some(Input::Closed(key, closed)) });
            }
            FileAction::Remove(key) => {
                let stored = self.files.remove(&key);
                self.start(async move {
                    if let Some(StoredFile::Got(received)) = stored.as_deref() {
                        received.remove().await;
                    }
                    None
                });
            }
        }
    }

    fn hash(&self, key: FileKey, bytes: Vec<u8>) {
        let subtle = self.subtle.clone();
        self.start(async move {
            let digest = digest::sha256(&subtle?, &bytes).await;
            match digest {
                Ok(digest) => Some(Input::Hashed(key, bytes, digest)),
                Err(error) => {
                    crate::error::report(&error.to_string());
                    None
                }
            }
        });
    }

    fn receive(&mut self, key: FileKey, file: AttachedFile, is_saved: bool) -> Rc<StoredFile> {
        let received = ReceivedFile::new(key, file, Rc::clone(&self.page), is_saved);
        let stored = Rc::new(StoredFile::Got(received));
        self.files.insert(key, Rc::clone(&stored));
        stored
    }

    fn next_key(&mut self) -> FileKey {
        self.last_key += 1;
        FileKey(self.last_key)
    }

    /// Does something, whose answer comes through the mailbox.
    fn start(&self, what: impl Future<Output = Option<Input>> + 'static) {
        let mailbox = self.mailbox.clone();
        spawn_local(async move {
            if let Some(input) = what.await {
                // The driver is gone only when the call is over.
                drop(mailbox.unbounded_send(Message::File(input)));
            }
        });
    }
}
