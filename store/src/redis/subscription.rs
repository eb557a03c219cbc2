//! The subscription: what Redis tells without being asked. Kept up by a loop of its own, because a
//! subscription that was lost unnoticed is a roster that is wrong unnoticed.

use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use meeting::id::{ParticipantId, RoomId};
use meeting::signaling::{ServerMessage, Undeliverable};
use redis::aio::{PubSubSink, PubSubStream};
use redis::{Msg, RedisResult};
use tokio::sync::{Notify, watch};
use tracing::{info, warn};

use super::forwarder::Outgoing;
use super::record::{Note, RoomRecord, ServerId};
use super::room::{Message, Signal};
use super::server::Server;
use super::{PATIENCE, keys};
use crate::StoreError;
use crate::runtime::{Runtime, within};

/// How long to wait between two attempts.
const RETRY: Duration = Duration::from_millis(250);

/// The end of the subscription that asks for channels; none while it is down. Requests go out one
/// behind the other and nobody waits for the answer to another's. Whoever locks the rooms first may
/// lock this, too, so that requests go out in the order in which rooms are entered and left.
#[derive(Debug, Default)]
pub(super) struct Subscription {
    sink: Mutex<Option<PubSubSink>>,
    raised: Notify,
}

impl Subscription {
    fn sink(&self) -> MutexGuard<'_, Option<PubSubSink>> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_up(&self) -> bool {
        self.sink().is_some()
    }

    /// Waits a moment if it is being opened again.
    async fn when_up(&self, runtime: &dyn Runtime) -> Result<(), StoreError> {
        // Made before the look, so that it cannot be missed between the look and the wait.
        let raised = self.raised.notified();
        if self.is_up() {
            return Ok(());
        }
        within(runtime, PATIENCE, raised)
            .await
            .ok_or(StoreError::SubscriptionDown)
    }

    /// Asks for the events of a room.
    fn subscribe(&self, id: &RoomId) -> Result<Request, StoreError> {
        let mut sink = self.sink().clone().ok_or(StoreError::SubscriptionDown)?;
        let events = keys::events(id);
        Ok(sent(async move { sink.subscribe(events).await }))
    }

    /// Asks for no more events of a room, which was let go of under the same lock. A failure means
    /// that the subscription is down altogether.
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

impl Server {
    async fn answer_to(
        &self,
        request: impl Future<Output = RedisResult<()>>,
    ) -> Result<(), StoreError> {
        let answer = within(&*self.runtime, PATIENCE, request).await;
        Ok(answer.ok_or(StoreError::SubscriptionDown)??)
    }

    /// Subscribes to the events of a room that was entered.
    pub(super) async fn subscribe(&self, id: &RoomId) -> Result<(), StoreError> {
        self.subscription.when_up(&*self.runtime).await?;
        let request = {
            let _rooms = self.rooms.lock();
            self.subscription.subscribe(id)?
        };
        self.answer_to(request).await
    }

    /// Opens the subscription, to everything that this server needs.
    pub(super) async fn open_subscription(&self) -> Result<Feed, StoreError> {
        let moves = self.subscriptions.moves();
        let (mut new, messages) = self.subscriptions.open().await?.split();
        // Whoever enters another room from now on waits until it is up and subscribes to that one.
        let asked_for = self.rooms.ids();
        let mut channels = vec![keys::server_channel(&self.me)];
        channels.extend(asked_for.iter().map(keys::events));
        self.answer_to(new.subscribe(channels)).await?;
        let rooms = self.rooms.lock();
        *self.subscription.sink() = Some(new);
        for let_go in asked_for.iter().filter(|id| !rooms.contains_key(*id)) {
            self.subscription.unsubscribe(let_go);
        }
        drop(rooms);
        self.subscription.raised.notify_waiters();
        Ok(Feed { messages, moves })
    }

    fn close_subscription(&self) {
        *self.subscription.sink() = None;
    }

    /// Takes one message in.
    fn receive(self: &Arc<Self>, message: &Msg) {
        if let Some(room) = keys::room_of_events(message.get_channel_name()) {
            self.receive_event(&room, message.get_payload_bytes());
        } else {
            match serde_json::from_slice::<Note>(message.get_payload_bytes()) {
                Ok(note) => self.receive_note(note),
                Err(error) => warn!(%error, "a note to this server cannot be read"),
            }
        }
    }

    fn receive_event(&self, room: &RoomId, bytes: &[u8]) {
        let Some(handle) = self.rooms.get(room) else {
            return;
        };
        match serde_json::from_slice::<RoomRecord>(bytes) {
            Ok(record) => {
                if handle.tell(Message::Event(Box::new(record))).is_err() {
                    handle.suspect();
                }
            }
            Err(error) => {
                // Whatever it was is in the whole picture, too.
                warn!(%error, "an event of a room cannot be read");
                handle.suspect();
            }
        }
    }

    fn receive_note(self: &Arc<Self>, note: Note) {
        match note {
            Note::Beat | Note::Unknown => {}
            Note::Signal {
                room,
                from,
                to,
                payload,
                sender,
            } => {
                let signal = Signal {
                    from,
                    to,
                    payload,
                    sender,
                };
                self.receive_signal(room, signal);
            }
            Note::Undeliverable {
                room,
                from,
                to,
                reason,
            } => {
                if let Ok(outbox) = self.outbox_of(&room, &from) {
                    self.counters.undeliverable_signals.increment();
                    outbox.push(ServerMessage::Undeliverable { to, reason });
                }
            }
        }
    }

    fn receive_signal(self: &Arc<Self>, room: RoomId, signal: Signal) {
        let (unsent, reason) = match self.rooms.get(&room) {
            None => (signal, Undeliverable::NotInRoom),
            Some(handle) => match handle.tell(Message::Signal(signal)) {
                Err(Message::Signal(unsent)) => (unsent, Undeliverable::Unreachable),
                Ok(()) | Err(_) => return,
            },
        };
        let Signal {
            from, to, sender, ..
        } = unsent;
        self.refuse_signal(room, &from, to, sender, reason);
    }

    /// Tells another server that a signal from there found nobody here.
    pub(super) fn refuse_signal(
        self: &Arc<Self>,
        room: RoomId,
        from: &ParticipantId,
        to: ParticipantId,
        sender: ServerId,
        reason: Undeliverable,
    ) {
        let note = Note::Undeliverable {
            room,
            from: from.clone(),
            to,
            reason,
        };
        let outgoing = Outgoing {
            server: sender,
            note,
            otherwise: reason,
        };
        if self.forward(from, outgoing).is_err() {
            warn!("nobody hears that a signal found nobody: too much waits for redis");
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

/// Reads what is told, and opens the subscription again when it breaks, until the store ends.
pub(super) async fn keep_up(server: Arc<Server>, feed: Feed) {
    let mut feed = Some(feed);
    loop {
        let work = async {
            match feed.take() {
                Some(feed) => read(&server, feed).await,
                None => {
                    let retry_at = server.runtime.now() + RETRY;
                    server.runtime.sleep_until(retry_at).await;
                }
            }
            feed = reopen(&server).await;
        };
        tokio::select! {
            biased;
            () = server.stop.cancelled() => return,
            () = work => {}
        }
    }
}

/// Reads until the subscription breaks or has been silent for a lease; this server's own beats come
/// along it, so silence means that it is dead.
async fn read(server: &Arc<Server>, mut feed: Feed) {
    let lease = server.settings.lease;
    while let Some(Some(message)) = within(&*server.runtime, lease, feed.next()).await {
        server.receive(&message);
    }
    server.close_subscription();
    warn!("the subscription to redis is down");
}

async fn reopen(server: &Server) -> Option<Feed> {
    let feed = server.open_subscription().await.ok()?;
    server.counters.reopened_subscriptions.increment();
    info!("the subscription to redis is up again");
    // Anything may have happened while it was down. Others judge this server by its beat, so that
    // comes before what it writes to the rosters.
    server.beats.catch_up();
    Some(feed)
}
