//! The subscription: what Redis tells without being asked. Kept up by a loop of its own, because a
//! subscription that was lost unnoticed is a roster that is wrong unnoticed.

use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use meeting::id::RoomId;
use meeting::signaling::ServerMessage;
use redis::aio::{PubSubSink, PubSubStream};
use redis::{Msg, RedisResult};
use tokio::sync::{Notify, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::post::Letter;
use super::record::{Note, RoomRecord};
use super::{PATIENCE, Shared, StoreError, keys};

/// How long to wait between two attempts.
const RETRY: Duration = Duration::from_millis(250);

/// The end of the subscription that asks for channels; none while it is down. Requests go out one
/// behind the other and nobody waits for the answer to another's. Whoever locks the rooms first may
/// lock this, too, so that requests go out in the order in which rooms are entered and left.
#[derive(Debug, Default)]
pub(super) struct Link {
    sink: Mutex<Option<PubSubSink>>,
    raised: Notify,
}

impl Link {
    fn sink(&self) -> MutexGuard<'_, Option<PubSubSink>> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_up(&self) -> bool {
        self.sink().is_some()
    }

    /// Waits a moment if the link is being built again.
    async fn when_up(&self) -> Result<(), StoreError> {
        // Made before the look, so that it cannot be missed between the look and the wait.
        let raised = self.raised.notified();
        if self.is_up() {
            return Ok(());
        }
        timeout(PATIENCE, raised)
            .await
            .map_err(|_| StoreError::LinkDown)
    }

    /// Asks for the events of a room.
    fn subscribe(&self, id: &RoomId) -> Result<Request, StoreError> {
        let mut sink = self.sink().clone().ok_or(StoreError::LinkDown)?;
        let events = keys::events(id);
        Ok(sent(async move { sink.subscribe(events).await }))
    }

    /// Asks for no more events of a room, which was let go of under the same lock. A failure means
    /// that the link is down, and with it the subscription.
    pub(super) fn unsubscribe(&self, id: &RoomId) {
        if let Some(mut sink) = self.sink().clone() {
            let events = keys::events(id);
            drop(sent(async move { sink.unsubscribe(events).await }));
        }
    }
}

/// A request that was sent; resolves to the answer. Dropping it takes nothing back.
type Request = BoxFuture<'static, RedisResult<()>>;

/// Sends a request before anything else is sent: the library hands it to the connection when it is
/// polled first.
fn sent(request: impl Future<Output = RedisResult<()>> + Send + 'static) -> Request {
    let mut request = request.boxed();
    match (&mut request).now_or_never() {
        Some(answer) => ready(answer).boxed(),
        None => request,
    }
}

async fn answer_to(request: impl Future<Output = RedisResult<()>>) -> Result<(), StoreError> {
    Ok(timeout(PATIENCE, request)
        .await
        .map_err(|_| StoreError::LinkDown)??)
}

impl Shared {
    /// Subscribes to the events of a room that was entered.
    pub(super) async fn subscribe(&self, id: &RoomId) -> Result<(), StoreError> {
        self.link.when_up().await?;
        let request = {
            let rooms = self.rooms();
            if rooms.get(id).is_some_and(|room| room.subscribed) {
                return Ok(());
            }
            self.link.subscribe(id)?
        };
        answer_to(request).await?;
        if let Some(room) = self.rooms().get_mut(id) {
            room.subscribed = true;
        }
        Ok(())
    }

    /// Opens the link and subscribes to everything that this server needs.
    pub(super) async fn open_link(&self) -> Result<Feed, StoreError> {
        let moves = self.subscriptions.moves();
        let (mut new, messages) = self.subscriptions.open().await?.split();
        // Whoever enters another room from now on waits for the link and subscribes to it.
        let asked_for = self.room_ids();
        let mut channels = vec![keys::inbox(&self.me)];
        channels.extend(asked_for.iter().map(keys::events));
        answer_to(new.subscribe(channels)).await?;
        let mut rooms = self.rooms();
        *self.link.sink() = Some(new);
        for id in asked_for {
            match rooms.get_mut(&id) {
                Some(room) => room.subscribed = true,
                // It was let go of meanwhile.
                None => self.link.unsubscribe(&id),
            }
        }
        drop(rooms);
        self.link.raised.notify_waiters();
        Ok(Feed { messages, moves })
    }

    fn close_link(&self) {
        *self.link.sink() = None;
    }

    /// Takes one message in.
    fn receive(self: &Arc<Self>, message: &Msg) {
        if let Some(room) = keys::room_of_events(message.get_channel_name()) {
            match serde_json::from_slice::<RoomRecord>(message.get_payload_bytes()) {
                Ok(record) => {
                    self.with_room(&room, |local| ((), local.follow(record)));
                    self.release(&room);
                }
                Err(error) => {
                    // Whatever it was is in the whole picture, too.
                    warn!(%error, "an event of a room cannot be read");
                    self.request_sync(&room);
                }
            }
        } else {
            match serde_json::from_slice::<Note>(message.get_payload_bytes()) {
                Ok(note) => self.deliver(note),
                Err(error) => warn!(%error, "a note to this server cannot be read"),
            }
        }
    }

    /// Hands a note to whom it is for.
    fn deliver(self: &Arc<Self>, note: Note) {
        match note {
            Note::Beat | Note::Unknown => {}
            Note::Signal {
                room,
                from,
                to,
                payload,
                sender,
            } => {
                let outcome = self.outbox_of(&room, &to).and_then(|outbox| {
                    outbox.carry(ServerMessage::Signal {
                        from: from.clone(),
                        payload,
                    })
                });
                if let Err(reason) = outcome {
                    let note = Note::Undeliverable {
                        room,
                        from: from.clone(),
                        to,
                        reason,
                    };
                    let letter = Letter {
                        server: sender,
                        note,
                        otherwise: reason,
                    };
                    if self.post(&from, letter).is_err() {
                        warn!("nobody hears that a signal found nobody: too much waits for redis");
                    }
                }
            }
            Note::Undeliverable {
                room,
                from,
                to,
                reason,
            } => {
                if let Ok(outbox) = self.outbox_of(&room, &from) {
                    outbox.push(ServerMessage::Undeliverable { to, reason });
                }
            }
        }
    }
}

/// What Redis tells.
pub(super) struct Feed {
    messages: PubSubStream,
    moves: Option<watch::Receiver<u64>>,
}

impl Feed {
    /// The next message; nothing when the subscription is of no use any more.
    async fn next(&mut self) -> Option<Msg> {
        let moved = async {
            match &mut self.moves {
                Some(moves) => moves.changed().await.unwrap_or_default(),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            message = self.messages.next() => message,
            () = moved => None,
        }
    }
}

/// Reads from the link, and opens it again when it breaks, until the store ends.
pub(super) async fn keep_up(shared: Weak<Shared>, feed: Feed, stop: CancellationToken) {
    let mut feed = Some(feed);
    loop {
        let work = async {
            match feed.take() {
                Some(feed) => read(&shared, feed).await,
                None => tokio::time::sleep(RETRY).await,
            }
            feed = reopen(&shared).await;
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = work => {}
        }
    }
}

/// Reads until the link breaks or has been silent for a lease; this server's own beats come along
/// it, so silence means that it is dead.
async fn read(shared: &Weak<Shared>, mut feed: Feed) {
    let Some(lease) = shared.upgrade().map(|shared| shared.settings.lease) else {
        return;
    };
    while let Ok(Some(message)) = timeout(lease, feed.next()).await {
        let Some(shared) = shared.upgrade() else {
            return;
        };
        shared.receive(&message);
    }
    if let Some(shared) = shared.upgrade() {
        shared.close_link();
        warn!("the subscription to redis is down");
    }
}

async fn reopen(shared: &Weak<Shared>) -> Option<Feed> {
    let shared = shared.upgrade()?;
    let feed = shared.open_link().await.ok()?;
    info!("the subscription to redis is up again");
    shared.catch_up();
    Some(feed)
}
