//! What is stored of one recording: a folder with a note of what it is, and a file for each part.

use std::time::Duration;

use js_sys::Array;
use meeting::id::RoomId;
use meeting::recording::session::{Extent, Saved};
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, FileSystemDirectoryHandle};

use super::assemble::assemble;
use super::files::{self, IfMissing};
use super::lock::Lock;
use super::part::{PartName, parts};
use super::problem_of;
use super::save::Asked;
use crate::browser::random_u64;
use crate::clock;
use crate::error::{JsError, report};

const ABOUT: &str = "about.json";

/// What a recording is. What another version of the page wrote is read as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    pub(crate) room: RoomId,
    /// When it began, in milliseconds since 1970.
    pub(crate) began: u64,
    /// The media type of all parts together.
    pub(crate) mime: String,
    /// When the browser took it for a download, if it did.
    #[serde(default)]
    pub(crate) downloaded: Option<u64>,
}

impl About {
    /// A recording that begins now.
    pub(crate) fn new(room: RoomId, mime: &str) -> Self {
        Self {
            room,
            began: clock::time_of_day(),
            mime: mime.to_owned(),
            downloaded: None,
        }
    }
}

/// The folder of a recording, which no other page touches until this is dropped.
#[derive(Debug)]
pub(crate) struct Folder {
    id: String,
    about: About,
    handle: FileSystemDirectoryHandle,
    last: PartName,
    _lock: Lock,
}

impl Folder {
    /// Makes a folder for a new recording.
    pub(crate) async fn create(about: About) -> Result<Self, JsError> {
        files::ask_to_persist();
        let recordings = files::recordings().await?;
        let id = [&about.began.to_string(), "-", &random_u64().to_string()].concat();
        // Nobody takes it for one that was left, not even before it is whole.
        let lock = Lock::of(&id).await?;
        let handle = files::folder(&recordings, &id, IfMissing::Make).await?;
        let folder = Self {
            id,
            about,
            handle,
            last: PartName::default(),
            _lock: lock,
        };
        folder.note().await?;
        Ok(folder)
    }

    /// Opens the folder of a recording, as soon as no other page is at work on it.
    pub(crate) async fn open(id: &str) -> Result<Self, JsError> {
        Self::with_lock(id, Lock::of(id).await?).await
    }

    /// Opens the folder of a recording, unless a page is at work on it. One in which nothing says what
    /// it is was never begun, and is removed.
    pub(crate) async fn open_if_free(id: &str) -> Result<Option<Self>, JsError> {
        let Some(lock) = Lock::if_free(id).await? else {
            return Ok(None);
        };
        let folder = Self::with_lock(id, lock).await;
        if folder.is_err() {
            files::remove(&files::recordings().await?, id).await?;
        }
        folder.map(Some)
    }

    async fn with_lock(id: &str, lock: Lock) -> Result<Self, JsError> {
        let recordings = files::recordings().await?;
        let handle = files::folder(&recordings, id, IfMissing::Fail).await?;
        Ok(Self {
            id: id.to_owned(),
            about: read_about(&handle).await?,
            last: last_part(&handle).await?,
            handle,
            _lock: lock,
        })
    }

    /// What it is.
    pub(crate) const fn about(&self) -> &About {
        &self.about
    }

    /// How much of it is stored.
    pub(crate) const fn extent(&self) -> Extent {
        self.last.extent
    }

    /// Stores the next part, which ends so long after the beginning: all of it, or nothing.
    pub(crate) async fn store(&mut self, until: Duration, part: &Blob) -> Result<(), JsError> {
        let name = self.last.next(until, size(part));
        files::write(&self.handle, &name.to_string(), part).await?;
        self.last = name;
        Ok(())
    }

    /// Saves it, in the file that the person was asked for. It is gone then, unless nobody can tell
    /// whether it arrived there.
    pub(crate) async fn save(mut self, asked: Asked) -> Saved {
        let saved = match self.whole().await {
            Ok(whole) => asked.take(&whole, &self.about).await,
            Err(error) => Saved::Failed(problem_of(&error)),
        };
        match saved {
            Saved::InFile => self.remove().await,
            Saved::AsDownload => {
                self.about.downloaded = Some(clock::time_of_day());
                if let Err(error) = self.note().await {
                    report(&error.to_string());
                }
            }
            Saved::Dismissed | Saved::Failed(_) => {}
        }
        saved
    }

    /// Removes all of it.
    pub(crate) async fn remove(self) {
        let removed = match files::recordings().await {
            Ok(recordings) => files::remove(&recordings, &self.id).await,
            Err(error) => Err(error),
        };
        if let Err(error) = removed {
            // It is offered again at the next visit.
            report(&error.to_string());
        }
    }

    /// All parts as one file.
    async fn whole(&self) -> Result<Blob, JsError> {
        let mut whole = Vec::new();
        for part in parts(&files::names(&self.handle).await?) {
            let file: File = files::read(&self.handle, &part.to_string()).await?;
            whole.push(file);
        }
        assemble(&whole, &self.about.mime).await
    }

    /// Writes down what it is.
    async fn note(&self) -> Result<(), JsError> {
        let text = serde_json::to_string(&self.about).unwrap_or_default();
        let note = Blob::new_with_str_sequence(&Array::of1(&text.into()))?;
        files::write(&self.handle, ABOUT, &note).await
    }
}

/// The ids of all recordings, whether a page is at work on them or not.
pub(crate) async fn ids() -> Result<Vec<String>, JsError> {
    files::names(&files::recordings().await?).await
}

async fn read_about(handle: &FileSystemDirectoryHandle) -> Result<About, JsError> {
    let note = files::read(handle, ABOUT).await?;
    let text = JsFuture::from(note.text()).await?.as_string();
    serde_json::from_str(&text.unwrap_or_default()).map_err(|error| JsError {
        name: "SyntaxError".to_owned(),
        message: error.to_string(),
    })
}

/// The last part that has anything in it. A page that goes while it writes leaves an empty file.
async fn last_part(handle: &FileSystemDirectoryHandle) -> Result<PartName, JsError> {
    let mut parts = parts(&files::names(handle).await?);
    while let Some(part) = parts.pop() {
        if size(&*files::read(handle, &part.to_string()).await?) > 0 {
            return Ok(part);
        }
    }
    Ok(PartName::default())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a size, far below 2^53"
)]
fn size(part: &Blob) -> u64 {
    part.size() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_version_wrote_is_read_as_far_as_it_is_known() {
        let text = r#"{"room":"abc-defg-hij","began":5,"mime":"video/webm","lamp":true}"#;
        let about: About = serde_json::from_str(text).unwrap();
        assert_eq!(about.downloaded, None);
        assert_eq!(about.room.as_str(), "abc-defg-hij");
    }
}
