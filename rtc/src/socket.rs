//! The signaling socket: text frames in, text frames out, and how it ended.

pub(crate) mod probe;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{self, Either};
use futures::{SinkExt, StreamExt};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, State, WebSocketError};
use meeting::client::{Obstacle, SocketEnd};
use meeting::signaling::SUBPROTOCOL;
use wasm_bindgen_futures::spawn_local;

use probe::Step;

/// What browsers report where there was no closing handshake.
const BROKEN: u16 = 1006;

/// How to come to a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Approach {
    /// Without asking first.
    Straight,
    /// Ask first whether the server is there. Browsers let each socket wait longer after ones that
    /// could not be opened, Firefox up to a minute and Chromium up to five seconds, whatever the page
    /// wants; ordinary requests wait for nothing.
    Probe,
}

/// What happened on a socket.
#[derive(Debug)]
pub(crate) enum SocketEvent {
    /// It is being opened, though something at the server's address did not say that it may.
    Hindered(Obstacle),
    Opened,
    Message(String),
    Closed(SocketEnd),
}

/// A socket that closes when dropped.
#[derive(Debug)]
pub(crate) struct Socket {
    outgoing: UnboundedSender<String>,
}

impl Socket {
    /// Connects to the server this page came from.
    pub(crate) fn open(approach: Approach, on_event: impl Fn(SocketEvent) + 'static) -> Self {
        let (outgoing, mut texts) = unbounded();
        spawn_local(async move {
            let end = come(approach, &mut texts, &on_event).await;
            on_event(SocketEvent::Closed(end));
        });
        Self { outgoing }
    }

    pub(crate) fn send(&self, text: String) {
        // A socket that closed meanwhile has said so with an event; the session sends anew.
        drop(self.outgoing.unbounded_send(text));
    }
}

async fn come(
    approach: Approach,
    texts: &mut UnboundedReceiver<String>,
    on_event: &impl Fn(SocketEvent),
) -> SocketEnd {
    let mut known = None;
    if approach == Approach::Probe {
        match probe::ask(texts).await.step() {
            Step::Wait(obstacle) => return SocketEnd::Failed(obstacle),
            Step::Open(obstacle) => known = obstacle,
        }
    }
    if let Some(obstacle) = known {
        on_event(SocketEvent::Hindered(obstacle));
    }
    match connect(texts, on_event).await {
        SocketOutcome::Closed(code) => SocketEnd::Closed(code),
        SocketOutcome::GivenUp => SocketEnd::Failed(Obstacle::Unreachable),
        SocketOutcome::Unopened => SocketEnd::Failed(match known {
            Some(obstacle) => obstacle,
            // Had the server been away, it would not have answered: something swallows sockets.
            None => {
                (probe::ask(texts).await.obstacle()).unwrap_or(Obstacle::NoSockets { times: 1 })
            }
        }),
    }
}

/// What became of a socket.
enum SocketOutcome {
    /// It was open.
    Closed(u16),
    /// It never was.
    Unopened,
    /// Nobody wants it any more.
    GivenUp,
}

async fn connect(
    texts: &mut UnboundedReceiver<String>,
    on_event: &impl Fn(SocketEvent),
) -> SocketOutcome {
    match url().map(|url| WebSocket::open_with_protocol(&url, SUBPROTOCOL)) {
        Some(Ok(socket)) => run(socket, texts, on_event).await,
        Some(Err(_)) | None => SocketOutcome::Unopened,
    }
}

/// Carries texts both ways until the socket is closed or nobody sends any more. Dropping the
/// socket at the end closes it.
async fn run(
    mut socket: WebSocket,
    texts: &mut UnboundedReceiver<String>,
    on_event: &impl Fn(SocketEvent),
) -> SocketOutcome {
    // Nothing is said before the socket is open, so if this ends the socket was given up.
    let ready = future::poll_fn(|context| socket.poll_ready_unpin(context));
    if let Either::Right((None, _)) = future::select(ready, texts.next()).await {
        return SocketOutcome::GivenUp;
    }
    if !matches!(socket.state(), State::Open) {
        return SocketOutcome::Unopened;
    }
    on_event(SocketEvent::Opened);
    loop {
        match future::select(texts.next(), socket.next()).await {
            Either::Left((Some(text), _)) => {
                // A socket that is closing says so next.
                drop(socket.send(Message::Text(text)).await);
            }
            Either::Left((None, _)) => return SocketOutcome::GivenUp,
            Either::Right((message, _)) => match message {
                Some(Ok(Message::Text(text))) => on_event(SocketEvent::Message(text)),
                Some(Ok(Message::Bytes(_)) | Err(WebSocketError::ConnectionError)) => {}
                Some(Err(WebSocketError::ConnectionClose(event))) => {
                    return SocketOutcome::Closed(event.code);
                }
                Some(Err(_)) | None => return SocketOutcome::Closed(BROKEN),
            },
        }
    }
}

fn url() -> Option<String> {
    let location = web_sys::window()?.location();
    let scheme = if location.protocol().ok()? == "https:" {
        "wss"
    } else {
        "ws"
    };
    Some(format!("{scheme}://{}/ws", location.host().ok()?))
}
