//! Saving to a file of the person: one they pick
//! ([File System Access](https://wicg.github.io/file-system-access/)), or a download where a browser
//! lets nobody pick one.

use std::time::Duration;

use gloo_timers::future::sleep;
use js_sys::Array;
use meeting::recording::session::Saved;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, FileSystemFileHandle, HtmlAnchorElement, Url, WritableStream};

use super::folder::About;
use super::format::{container, extension};
use super::name::file_name;
use super::problem_of;
use crate::bindings::WindowExt;
use crate::error::{JsError, report};
use crate::object::{has, object};

/// For how long the address of a download holds: until the browser has begun with it.
const DOWNLOAD_BEGINS: Duration = Duration::from_secs(60);

/// Who was asked for a file.
#[derive(Debug)]
pub(crate) enum Asked {
    /// Nobody: it becomes a download.
    Nobody,
    /// The person, who may answer while the recording comes to its end. Nobody may ever wait for it, so
    /// it is a future, which hears of a refusal all the same.
    Person(JsFuture),
}

impl Asked {
    /// Asks the person for a file, where the browser can.
    pub(crate) fn of_the_person(about: &About) -> Self {
        let Some(window) = web_sys::window() else {
            return Self::Nobody;
        };
        if !has(&window, "showSaveFilePicker") {
            return Self::Nobody;
        }
        let ending = [".", extension(&about.mime)].concat();
        let accept = object([(
            container(&about.mime),
            Array::of1(&ending.as_str().into()).into(),
        )]);
        let kind = object([("accept", accept.into())]);
        let options = object([
            ("suggestedName", name(about).into()),
            ("types", Array::of1(&kind).into()),
        ]);
        let window: &WindowExt = window.unchecked_ref();
        Self::Person(window.show_save_file_picker(&options).into())
    }

    /// Writes the recording to the file, or lets the browser download it.
    pub(super) async fn take(self, recording: &Blob, about: &About) -> Saved {
        let saved = match self.file().await {
            Ok(Some(file)) => write(recording, &file).await.map(|()| Saved::InFile),
            Ok(None) => download(recording, &name(about)).map(|()| Saved::AsDownload),
            Err(Dismissed) => return Saved::Dismissed,
        };
        saved.unwrap_or_else(|error| Saved::Failed(problem_of(&error)))
    }

    /// The file that the person picked; none where nobody could be asked.
    async fn file(self) -> Result<Option<FileSystemFileHandle>, Dismissed> {
        let Self::Person(answer) = self else {
            return Ok(None);
        };
        match answer.await.map_err(JsError::from) {
            Ok(file) => Ok(Some(file.unchecked_into())),
            Err(error) if error.name == "AbortError" => Err(Dismissed),
            Err(error) => {
                // A browser lets a page ask only when something was pressed just before.
                report(&error.to_string());
                Ok(None)
            }
        }
    }
}

/// The person was asked, and wants no file now.
#[derive(Debug)]
struct Dismissed;

async fn write(recording: &Blob, file: &FileSystemFileHandle) -> Result<(), JsError> {
    let writing: WritableStream = JsFuture::from(file.create_writable())
        .await?
        .unchecked_into();
    // The file is closed when all is in it, and left as it was when that fails.
    JsFuture::from(recording.stream().pipe_to(&writing)).await?;
    Ok(())
}

/// Has the browser download a file under a name.
pub(super) fn download(file: &Blob, name: &str) -> Result<(), JsError> {
    let document = web_sys::window().and_then(|window| window.document());
    let document = document.ok_or_else(JsError::no_page)?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    let address = Url::create_object_url_with_blob(file)?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    spawn_local(async move {
        sleep(DOWNLOAD_BEGINS).await;
        // An address that is none any more needs nothing.
        drop(Url::revoke_object_url(&address));
    });
    Ok(())
}

fn name(about: &About) -> String {
    file_name(&about.room, about.began, extension(&about.mime))
}
