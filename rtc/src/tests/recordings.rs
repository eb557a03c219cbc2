//! What is stored of recordings, and who finds it.

use std::time::Duration;

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use js_sys::Array;
use meeting::recording::session::Extent;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Blob;

use crate::recording::{About, Folder};
use crate::recordings::{KeptRecording, KeptRecordings};

/// A recording of a room of which so many parts are stored, a second and three bytes each.
async fn recorded(room: &str, parts: u64) -> Folder {
    let about = About::new(room.parse().unwrap(), "video/webm");
    let mut folder = Folder::create(about).await.unwrap();
    for second in 1..=parts {
        let part = Blob::new_with_str_sequence(&Array::of1(&"abc".into())).unwrap();
        folder
            .store(Duration::from_secs(second), &part)
            .await
            .unwrap();
    }
    folder
}

/// Whoever follows the recordings of one room.
struct Follower {
    room: &'static str,
    following: KeptRecordings,
    seen: UnboundedReceiver<Vec<KeptRecording>>,
}

impl Follower {
    fn of(room: &'static str) -> Self {
        let (sender, seen) = unbounded();
        let following = KeptRecordings::follow(move |all| drop(sender.unbounded_send(all)));
        Self {
            room,
            following,
            seen,
        }
    }

    /// What is there at the next look.
    async fn next(&mut self) -> Vec<KeptRecording> {
        let mut all = self.seen.next().await.unwrap();
        all.retain(|it| it.room().as_str() == self.room);
        all
    }

    /// Waits for a look that finds so many.
    async fn until(&mut self, count: usize) -> Vec<KeptRecording> {
        loop {
            let all = self.next().await;
            if all.len() == count {
                return all;
            }
        }
    }
}

#[wasm_bindgen_test]
async fn a_recording_is_found_once_its_page_is_gone_and_as_it_was_stored() {
    let folder = recorded("found-room", 2).await;
    let mut follower = Follower::of("found-room");
    assert_eq!(follower.next().await, [], "its page is at work on it");
    drop(folder);
    let kept = follower.until(1).await.remove(0);
    let length = Duration::from_secs(2);
    assert_eq!(kept.extent(), Extent { length, bytes: 6 });
    assert!(!kept.is_downloaded());

    kept.discard().await;
    follower.following.look_again();
    follower.until(0).await;
}

#[wasm_bindgen_test]
async fn a_recording_without_anything_in_it_is_no_recording() {
    drop(recorded("empty-room", 0).await);
    let mut follower = Follower::of("empty-room");
    assert_eq!(follower.next().await, []);
}

#[wasm_bindgen_test]
async fn a_part_that_the_page_did_not_finish_is_not_counted() {
    let mut folder = recorded("torn-room", 1).await;
    let nothing = Blob::new().unwrap();
    folder
        .store(Duration::from_secs(2), &nothing)
        .await
        .unwrap();
    drop(folder);
    let mut follower = Follower::of("torn-room");
    let kept = follower.until(1).await.remove(0);
    assert_eq!(kept.extent().length, Duration::from_secs(1));
    kept.discard().await;
}
