//! What was recorded in this browser and is still stored here: recordings that broke off with their
//! page or that nobody saved, and those that were taken for a download not long ago.
//!
//! They belong to the browser and to no call. Nothing here may be called on the server.

use std::time::Duration;

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use meeting::id::RoomId;
use meeting::recording::session::{Extent, Saved};
use wasm_bindgen_futures::spawn_local;

use crate::clock;
use crate::error::report;
use crate::recording::{About, Asked, Folder, Lock, ids, is_supported, problem_of};

/// For how long a recording is kept after the browser took it for a download: nobody tells the page
/// whether that came to its end.
const KEPT_AFTER_DOWNLOAD: Duration = Duration::from_hours(24);

/// A recording that is stored here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRecording {
    id: String,
    about: About,
    extent: Extent,
}

impl KeptRecording {
    /// The same for as long as it is stored.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// In which room it was made.
    pub const fn room(&self) -> &RoomId {
        &self.about.room
    }

    /// When it began, in milliseconds since 1970.
    pub const fn began(&self) -> u64 {
        self.about.began
    }

    /// How much of it there is.
    pub const fn extent(&self) -> Extent {
        self.extent
    }

    /// Whether the browser took it for a download. It is then removed a day later.
    pub const fn is_downloaded(&self) -> bool {
        self.about.downloaded.is_some()
    }

    /// Saves it to a file of the person, who has just pressed a button for it.
    pub async fn save(&self) -> Saved {
        let asked = Asked::of_the_person(&self.about);
        match Folder::open(&self.id).await {
            Ok(folder) => folder.save(asked).await,
            Err(error) => Saved::Failed(problem_of(&error)),
        }
    }

    /// Removes it.
    pub async fn discard(&self) {
        match Folder::open(&self.id).await {
            Ok(folder) => folder.remove().await,
            // Another page has removed it.
            Err(error) => report(&error.to_string()),
        }
    }

    fn is_old(&self) -> bool {
        let since = |millis| Duration::from_millis(clock::time_of_day().saturating_sub(millis));
        let downloaded = self.about.downloaded.map(since);
        downloaded.is_some_and(|age| age > KEPT_AFTER_DOWNLOAD)
    }
}

/// Follows which recordings are stored here, until dropped. One that is being made or saved is none of
/// them, and becomes one when its page is gone or keeps it.
#[derive(Debug)]
pub struct KeptRecordings(UnboundedSender<Reason>);

/// Why to look what is there.
#[derive(Debug)]
enum Reason {
    /// Somebody asks.
    Asked,
    /// No page is at work on this one any more.
    Released(String),
}

impl KeptRecordings {
    /// Calls `on_change` soon with all of them, the newest first, and again when there may be others.
    pub fn follow(on_change: impl FnMut(Vec<KeptRecording>) + 'static) -> Self {
        let (reasons, receiver) = unbounded();
        if is_supported() {
            spawn_local(follow(reasons.clone(), receiver, on_change));
        }
        let kept = Self(reasons);
        kept.look_again();
        kept
    }

    /// Looks what is there, as after one was saved or removed.
    pub fn look_again(&self) {
        drop(self.0.unbounded_send(Reason::Asked));
    }
}

impl Drop for KeptRecordings {
    fn drop(&mut self) {
        self.0.close_channel();
    }
}

async fn follow(
    look_again: UnboundedSender<Reason>,
    mut reasons: UnboundedReceiver<Reason>,
    mut on_change: impl FnMut(Vec<KeptRecording>),
) {
    let mut awaited = Vec::new();
    while let Some(reason) = reasons.next().await {
        if let Reason::Released(id) = reason {
            awaited.retain(|other| *other != id);
        }
        let (kept, held) = look().await;
        on_change(kept);
        for id in held {
            if !awaited.contains(&id) {
                awaited.push(id.clone());
                spawn_local(await_release(id, look_again.clone()));
            }
        }
    }
}

async fn await_release(id: String, look_again: UnboundedSender<Reason>) {
    if let Err(error) = Lock::of(&id).await {
        report(&error.to_string());
        return;
    }
    drop(look_again.unbounded_send(Reason::Released(id)));
}

/// The recordings at which no page is at work, and the ids of the others. What is old or empty is
/// removed.
async fn look() -> (Vec<KeptRecording>, Vec<String>) {
    let (mut kept, mut held) = (Vec::new(), Vec::new());
    let ids = ids().await.unwrap_or_else(|error| {
        // A private window may have no such files.
        report(&error.to_string());
        Vec::new()
    });
    for id in ids {
        let folder = match Folder::open_if_free(&id).await {
            Ok(Some(folder)) => folder,
            Ok(None) => {
                held.push(id);
                continue;
            }
            Err(error) => {
                report(&error.to_string());
                continue;
            }
        };
        let recording = KeptRecording {
            id,
            about: folder.about().clone(),
            extent: folder.extent(),
        };
        if recording.is_old() || recording.extent.bytes == 0 {
            folder.remove().await;
        } else {
            kept.push(recording);
        }
    }
    kept.sort_unstable_by_key(|recording| std::cmp::Reverse(recording.began()));
    (kept, held)
}
