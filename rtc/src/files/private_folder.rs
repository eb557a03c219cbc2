//! The folders that a browser keeps for this site, where no person and no other site sees them
//! ([File System](https://fs.spec.whatwg.org/#sandboxed-filesystem)).

use js_sys::{AsyncIterator, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemRemoveOptions, FileSystemWritableFileStream,
    StorageManager,
};

use crate::error::JsError;
use crate::object::{get, has};

/// Holds the folder of each page.
const FILES: &str = "rotunda-files";

/// A folder that is there.
#[derive(Clone, Debug)]
pub(super) struct Folder(FileSystemDirectoryHandle);

impl Folder {
    /// The folder in which each page has one of its own.
    ///
    /// # Errors
    ///
    /// This browser keeps no folders, or not in a private window.
    pub(super) async fn of_all_pages() -> Result<Self, JsError> {
        let storage = storage().ok_or_else(|| JsError::from(JsValue::NULL))?;
        let root = JsFuture::from(storage.get_directory()).await?;
        Self(root.unchecked_into()).folder(FILES).await
    }

    /// The folder of a name in this one. It is made if need be.
    pub(super) async fn folder(&self, name: &str) -> Result<Self, JsError> {
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(true);
        let folder = self.0.get_directory_handle_with_options(name, &options);
        Ok(Self(JsFuture::from(folder).await?.unchecked_into()))
    }

    /// Puts a file of a name and with these bytes in the place of any before, or changes nothing.
    pub(super) async fn write(&self, name: &str, bytes: &[u8]) -> Result<Blob, JsError> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let file = self.0.get_file_handle_with_options(name, &options);
        let file: FileSystemFileHandle = JsFuture::from(file).await?.unchecked_into();
        let writer = JsFuture::from(file.create_writable()).await?;
        let writer: FileSystemWritableFileStream = writer.unchecked_into();
        let bytes = Uint8Array::from(bytes);
        JsFuture::from(writer.write_with_js_u8_array(&bytes)?).await?;
        // Only now it is in its place.
        JsFuture::from(writer.close()).await?;
        Ok(JsFuture::from(file.get_file()).await?.unchecked_into())
    }

    /// The file of a name, if there is one.
    pub(super) async fn read(&self, name: &str) -> Result<Blob, JsError> {
        let file = JsFuture::from(self.0.get_file_handle(name)).await?;
        let file: FileSystemFileHandle = file.unchecked_into();
        Ok(JsFuture::from(file.get_file()).await?.unchecked_into())
    }

    /// Removes what has a name, with everything in it.
    pub(super) async fn remove(&self, name: &str) -> Result<(), JsError> {
        let options = FileSystemRemoveOptions::new();
        options.set_recursive(true);
        JsFuture::from(self.0.remove_entry_with_options(name, &options)).await?;
        Ok(())
    }

    /// The names of what is in it.
    pub(super) async fn names(&self) -> Result<Vec<String>, JsError> {
        let all: AsyncIterator = self.0.keys();
        let mut names = Vec::new();
        loop {
            let next = JsFuture::from(all.next()?).await?;
            if get(&next, "done").is_truthy() {
                return Ok(names);
            }
            names.extend(get(&next, "value").as_string());
        }
    }
}

/// Where the folders are; nothing in a browser that would not write into them from a page.
fn storage() -> Option<StorageManager> {
    let storage = get(&web_sys::window()?.navigator(), "storage");
    let prototype = get(&get(&js_sys::global(), "FileSystemFileHandle"), "prototype");
    let writes = prototype.is_object() && has(&prototype, "createWritable");
    let is_there = storage.is_object() && has(&storage, "getDirectory");
    (is_there && writes).then(|| storage.unchecked_into())
}
