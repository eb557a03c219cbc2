//! The end of the server: nobody new comes in, everybody is asked to go elsewhere, and whoever has
//! not gone in time is sent away.

use std::sync::OnceLock;
use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};
use tracing::{info, warn};

use crate::accept::Connections;
use crate::socket::Sockets;
use store::Store;

/// How a server stops within a time.
pub(crate) struct Drain {
    limit: Duration,
    began: OnceLock<Instant>,
}

impl Drain {
    /// Stops within this time.
    pub(crate) fn within(limit: Duration) -> Self {
        Self {
            limit,
            began: OnceLock::new(),
        }
    }

    /// The time over which browsers are asked to spread their departure, so that they do not
    /// all come to the next server at once.
    pub(crate) fn spread(&self) -> Duration {
        self.limit / 5
    }

    /// Waits for `shutdown`, and then until everybody has gone or had time to go.
    pub(crate) async fn after(&self, shutdown: impl Future<Output = ()>, sockets: &Sockets) {
        shutdown.await;
        self.began.get_or_init(Instant::now);
        // Whoever goes last needs a moment to say so.
        let patience = self.spread() + self.spread() / 2;
        if timeout(patience, sockets.drain()).await.is_err() {
            info!("not everybody has gone on their own");
        }
    }

    /// Sends away who is left, and leaves the rooms in order.
    pub(crate) async fn finish(&self, connections: &Connections, sockets: &Sockets, store: &Store) {
        let deadline = *self.began.get_or_init(Instant::now) + self.limit;
        // Whoever does not answer a Close frame must not keep the store from hearing of the end.
        let closed = async {
            let told = timeout(self.limit / 3, sockets.close()).await;
            store.shutdown().await;
            told
        };
        let drained = async { tokio::join!(connections.finish(), closed).1 };
        let outcome = timeout_at(deadline, drained).await;
        let counters = store.counters();
        match outcome {
            Ok(Ok(())) => info!("stopped; counted: {counters}"),
            Ok(Err(_)) | Err(_) => {
                warn!("stopped, but not everybody could be told in time; counted: {counters}");
            }
        }
    }
}
