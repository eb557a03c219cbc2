//! The bytes of one file in this browser.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use meeting::files::{AttachedFile, FileKey, StorageError};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag};

use super::object_url::ObjectUrl;
use super::page_folder::PageFolder;
use super::private_folder::Folder;
use crate::error::{JsError, report};

/// The longest file that is gathered in memory where nothing else is to be had.
const MEMORY_BYTES: u64 = 256 * 1024 * 1024;

/// What every file is called here, whatever it is: the browser would run a page that somebody gave as
/// one of ours.
const MEDIA_TYPE: &str = "application/octet-stream";

/// The bytes of one file in this browser.
#[derive(Debug)]
pub(super) enum StoredFile {
    /// The person attached it. The browser reads it where it lies.
    Own(Blob),
    Got(ReceivedFile),
}

/// A file that comes, or has come, from others. Each piece of it is a file of its own in the browser's
/// folder, called after its offset: so it is there in full or not at all, whenever the page goes.
#[derive(Debug)]
pub(super) struct ReceivedFile {
    key: FileKey,
    /// What its author says of it.
    pub(super) file: AttachedFile,
    page: Rc<PageFolder>,
    place: RefCell<Option<Place>>,
    /// The pieces that are here, in order, by where they begin.
    pieces: RefCell<Vec<(u64, Blob)>>,
    whole: RefCell<Option<(Blob, ObjectUrl)>>,
    /// Whether the browser was told to put it where the person keeps their files.
    pub(super) is_saved: Cell<bool>,
}

/// Where pieces are written.
#[derive(Clone, Debug)]
enum Place {
    Folder(Folder),
    Memory,
}

impl StoredFile {
    /// Reads a piece.
    pub(super) async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
        let blob = match self {
            Self::Own(blob) => slice(blob, &range),
            Self::Got(received) => received.piece(&range),
        };
        let blob = blob.ok_or(StorageError::Unreadable)?;
        let bytes = JsFuture::from(blob.array_buffer()).await;
        let bytes = bytes.map_err(|error| {
            report(&JsError::from(error).to_string());
            StorageError::Unreadable
        })?;
        Ok(Uint8Array::new(&bytes).to_vec())
    }
}

impl ReceivedFile {
    /// A file of which nothing has come.
    pub(super) fn new(key: FileKey, file: AttachedFile, page: Rc<PageFolder>, is_saved: bool) -> Self {
        Self {
            key,
            file,
            page,
            place: RefCell::default(),
            pieces: RefCell::default(),
            whole: RefCell::default(),
            is_saved: Cell::new(is_saved),
        }
    }

    /// Looks which pieces an earlier load of the page left. Gives how many of the first there are.
    pub(super) async fn find(&self) -> u32 {
        let Place::Folder(folder) = self.place().await else {
            return 0;
        };
        let mut found = 0;
        while let Some(range) = self.file.size.piece(found)
            && let Ok(blob) = folder.read(&range.start.to_string()).await
        {
            self.pieces.borrow_mut().push((range.start, blob));
            found += 1;
        }
        found
    }

    /// Writes a piece behind those that are there, or in the place of one of them and of all after it.
    pub(super) async fn write(&self, offset: u64, bytes: &[u8]) -> Result<(), StorageError> {
        let blob = match self.place().await {
            Place::Folder(folder) => folder.write(&offset.to_string(), bytes).await,
            Place::Memory if self.file.size.bytes() > MEMORY_BYTES => {
                return Err(StorageError::NoDisk);
            }
            Place::Memory => in_memory(bytes),
        };
        let blob = blob.map_err(|error| storage_error(&error))?;
        let mut pieces = self.pieces.borrow_mut();
        pieces.retain(|(start, _)| *start < offset);
        pieces.push((offset, blob));
        Ok(())
    }

    /// Makes one file of the pieces. Nothing is copied.
    pub(super) fn close(&self) -> Result<(), StorageError> {
        let pieces: Array = self.pieces.take().into_iter().map(|(_, it)| it).collect();
        let options = BlobPropertyBag::new();
        options.set_type(MEDIA_TYPE);
        let whole = Blob::new_with_blob_sequence_and_options(&pieces, &options);
        let whole = whole.map_err(|error| storage_error(&error.into()))?;
        let url = ObjectUrl::new(&whole).ok_or(StorageError::Unwritable)?;
        self.whole.replace(Some((whole, url)));
        Ok(())
    }

    /// Where the whole file can be had from, once it is here.
    pub(super) fn url(&self) -> Option<String> {
        let whole = self.whole.borrow();
        whole.as_ref().map(|(_, url)| url.as_str().to_owned())
    }

    /// Gives it up.
    pub(super) async fn remove(&self) {
        if let Some(Place::Folder(_)) = self.place.take() {
            let removed = match self.page.open().await {
                Ok(page) => page.remove(&self.folder_name()).await,
                Err(error) => Err(error),
            };
            // What stays is removed with the page's folder.
            if let Err(error) = removed {
                report(&error.to_string());
            }
        }
    }

    fn piece(&self, range: &Range<u64>) -> Option<Blob> {
        if let Some((whole, _)) = &*self.whole.borrow() {
            return slice(whole, range);
        }
        let pieces = self.pieces.borrow();
        let piece = pieces.iter().find(|(start, _)| *start == range.start);
        piece.map(|(_, blob)| blob.clone())
    }

    /// Where its pieces are written: into a folder, where the browser has one to give.
    async fn place(&self) -> Place {
        let known = self.place.borrow().clone();
        if let Some(place) = known {
            return place;
        }
        let folder = match self.page.open().await {
            Ok(page) => page.folder(&self.folder_name()).await,
            Err(error) => Err(error),
        };
        let place = folder.map_or_else(
            |error| {
                report(&error.to_string());
                Place::Memory
            },
            Place::Folder,
        );
        self.place.replace(Some(place.clone()));
        place
    }

    fn folder_name(&self) -> String {
        self.key.0.to_string()
    }
}

/// The size of a file that the person attached.
pub(super) fn size_of(blob: &Blob) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size is a whole number below 2^53"
    )]
    let bytes = blob.size() as u64;
    bytes
}

fn slice(blob: &Blob, range: &Range<u64>) -> Option<Blob> {
    blob.slice_with_f64_and_f64(exact(range.start), exact(range.end))
        .ok()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no file is longer than 2^40 bytes"
)]
const fn exact(offset: u64) -> f64 {
    offset as f64
}

fn in_memory(bytes: &[u8]) -> Result<Blob, JsError> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    Ok(Blob::new_with_u8_array_sequence(&parts)?)
}

/// Why a file cannot be written.
fn storage_error(error: &JsError) -> StorageError {
    report(&error.to_string());
    match error.name.as_str() {
        "QuotaExceededError" => StorageError::Full,
        _ => StorageError::Unwritable,
    }
}
