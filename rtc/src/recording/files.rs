//! The page's own files, which no other site and no person sees
//! ([origin private file system](https://fs.spec.whatwg.org/#sandboxed-filesystem)).

use js_sys::{AsyncIterator, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemRemoveOptions, FileSystemWritableFileStream,
    StorageManager,
};

use crate::error::JsError;
use crate::object::get;

/// The folder of all recordings.
const RECORDINGS: &str = "recordings";

/// Opens the folder of all recordings, which is there from then on.
pub(super) async fn recordings() -> Result<FileSystemDirectoryHandle, JsError> {
    let root: FileSystemDirectoryHandle = done(storage()?.get_directory()).await?;
    folder(&root, RECORDINGS, IfMissing::Make).await
}

/// Asks the browser to keep what is stored here even when room gets scarce. It may ask the person, and
/// nothing waits for the answer: without it, all is kept for as long as there is room.
pub(super) fn ask_to_persist() {
    let asked = storage().and_then(|storage| Ok(storage.persist()?));
    if let Ok(asked) = asked {
        spawn_local(async move { drop(JsFuture::from(asked).await) });
    }
}

fn storage() -> Result<StorageManager, JsError> {
    let navigator = web_sys::window().ok_or_else(JsError::no_page)?.navigator();
    Ok(get(&navigator, "storage").dyn_into()?)
}

/// What to do about a folder that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IfMissing {
    Make,
    Fail,
}

/// Opens a folder in another one.
pub(super) async fn folder(
    parent: &FileSystemDirectoryHandle,
    name: &str,
    if_missing: IfMissing,
) -> Result<FileSystemDirectoryHandle, JsError> {
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(if_missing == IfMissing::Make);
    done(parent.get_directory_handle_with_options(name, &options)).await
}

/// Writes a file; if that fails, what was there before is still there, or an empty file.
pub(super) async fn write(
    folder: &FileSystemDirectoryHandle,
    name: &str,
    content: &Blob,
) -> Result<(), JsError> {
    let options = FileSystemGetFileOptions::new();
    options.set_create(true);
    let file: FileSystemFileHandle =
        done(folder.get_file_handle_with_options(name, &options)).await?;
    let writing: FileSystemWritableFileStream = done(file.create_writable()).await?;
    let written = match writing.write_with_blob(content) {
        Ok(promise) => JsFuture::from(promise).await,
        Err(error) => Err(error),
    };
    match written {
        // Only now is the new content in its place.
        Ok(_) => JsFuture::from(writing.close()).await?,
        Err(error) => {
            // One that failed is broken off already.
            drop(JsFuture::from(writing.abort()).await);
            return Err(error.into());
        }
    };
    Ok(())
}

/// A file as it is now.
pub(super) async fn read(folder: &FileSystemDirectoryHandle, name: &str) -> Result<File, JsError> {
    let file: FileSystemFileHandle = done(folder.get_file_handle(name)).await?;
    done(file.get_file()).await
}

/// The names of everything in a folder, in no order.
pub(super) async fn names(folder: &FileSystemDirectoryHandle) -> Result<Vec<String>, JsError> {
    let mut names = Vec::new();
    let keys: AsyncIterator = folder.keys();
    loop {
        let next = JsFuture::from(keys.next()?).await?;
        match get(&next, "value").as_string() {
            Some(name) if get(&next, "done").is_falsy() => names.push(name),
            _ => return Ok(names),
        }
    }
}

/// Removes a folder and everything in it.
pub(super) async fn remove(parent: &FileSystemDirectoryHandle, name: &str) -> Result<(), JsError> {
    let options = FileSystemRemoveOptions::new();
    options.set_recursive(true);
    JsFuture::from(parent.remove_entry_with_options(name, &options)).await?;
    Ok(())
}

/// What a promise of the file system brings.
async fn done<T: JsCast>(promise: Promise) -> Result<T, JsError> {
    let value: JsValue = JsFuture::from(promise).await?;
    Ok(value.unchecked_into())
}
