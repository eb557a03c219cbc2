//! Notes from one server to another.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::record::{Note, ServerId};
use super::{Shared, StoreError, keys};

/// How long nothing is handed over after a note that Redis did not take.
const REST: Duration = Duration::from_secs(1);

/// Whether Redis takes notes.
#[derive(Debug, Default)]
pub(super) struct Post {
    rests_until: Mutex<Option<Instant>>,
}

/// What became of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handed {
    /// It is on its way; whether it arrives is another matter.
    Over,
    /// The server is gone, or Redis does not take notes now.
    ToNobody,
}

impl Post {
    fn rests(&self) -> bool {
        let until = *self
            .rests_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn rest(&self) {
        let mut until = self
            .rests_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *until = Some(Instant::now() + REST);
    }
}

impl Shared {
    /// Hands a note over to one server. While Redis hangs only the first of many waits for it:
    /// whoever carries signals hears nothing meanwhile, not even the heartbeat of its browser.
    pub(super) async fn hand_over(&self, server: &ServerId, note: &Note) -> Handed {
        if self.post.rests() {
            return Handed::ToNobody;
        }
        match self.send(server, note).await {
            Ok(0) if self.commands.counts_listeners() => Handed::ToNobody,
            Ok(_) => Handed::Over,
            Err(_) => {
                self.post.rest();
                Handed::ToNobody
            }
        }
    }

    /// Sends a note to one server, and says how many heard it.
    pub(super) async fn send(&self, server: &ServerId, note: &Note) -> Result<u64, StoreError> {
        let mut publish = redis::cmd("PUBLISH");
        publish
            .arg(keys::inbox(server))
            .arg(serde_json::to_string(note)?);
        Ok(publish.query_async(&mut self.commands.clone()).await?)
    }
}
