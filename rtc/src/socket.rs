//! The signaling socket: text frames in, text frames out, and how it ended.

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{self, Either};
use futures::{SinkExt, StreamExt};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, State, WebSocketError};
use gloo_timers::future::TimeoutFuture;
use meeting::signaling::SUBPROTOCOL;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::object::get;

/// Where the sockets are. Whoever asks there for something else is refused, unless the server is
/// about to stop: then it says so, as it does to sockets.
const DOOR: &str = "/ws";
/// How long to wait for that.
const KNOCK_MS: u32 = 2000;
/// The statuses from here on are those of a server, or something before it, that cannot serve.
const SERVER_ERROR: f64 = 500.0;

/// How to come to a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Approach {
    /// Open it.
    Straight,
    /// Ask first whether the server is there.
    Knock,
}

impl Approach {
    /// The way after a socket that could not be opened. Firefox lets each further one wait longer,
    /// up to a minute, whatever the page wants; ordinary requests wait for nothing.
    pub(crate) fn after_failure() -> Self {
        let agent = web_sys::window().and_then(|window| window.navigator().user_agent().ok());
        if agent.is_some_and(|agent| agent.contains("Firefox/")) {
            Self::Knock
        } else {
            Self::Straight
        }
    }
}

/// What happened on a socket.
#[derive(Debug)]
pub(crate) enum SocketEvent {
    Opened,
    Message(String),
    /// With the close code, if the browser knows one.
    Closed(Option<u16>),
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
            let code = if approach == Approach::Straight || knock(&mut texts).await {
                connect(texts, &on_event).await
            } else {
                None
            };
            on_event(SocketEvent::Closed(code));
        });
        Self { outgoing }
    }

    pub(crate) fn send(&self, text: String) {
        // A socket that closed meanwhile has said so with an event; the session sends anew.
        drop(self.outgoing.unbounded_send(text));
    }
}

async fn connect(texts: UnboundedReceiver<String>, on_event: &impl Fn(SocketEvent)) -> Option<u16> {
    match url().map(|url| WebSocket::open_with_protocol(&url, SUBPROTOCOL)) {
        Some(Ok(socket)) => run(socket, texts, on_event).await,
        Some(Err(_)) | None => None,
    }
}

/// Asks whether the server takes sockets. Says no, too, when nobody wants the socket any more.
async fn knock(texts: &mut UnboundedReceiver<String>) -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let asked = JsFuture::from(window.fetch_with_str(DOOR));
    let over = future::select(TimeoutFuture::new(KNOCK_MS), texts.next());
    match future::select(asked, over).await {
        Either::Left((Ok(answer), _)) => {
            let status = get(&answer, "status").as_f64();
            status.is_some_and(|status| status < SERVER_ERROR)
        }
        Either::Left((Err(_), _)) | Either::Right((Either::Right(_), _)) => false,
        // No answer yet, and no refusal either: the socket may find its way.
        Either::Right((Either::Left(_), _)) => true,
    }
}

/// Carries texts both ways until the socket is closed or nobody sends any more. Dropping the
/// socket at the end closes it.
async fn run(
    mut socket: WebSocket,
    mut texts: UnboundedReceiver<String>,
    on_event: &impl Fn(SocketEvent),
) -> Option<u16> {
    // Nothing is said before the socket is open, so if this ends the socket was given up.
    let ready = future::poll_fn(|context| socket.poll_ready_unpin(context));
    if let Either::Right((None, _)) = future::select(ready, texts.next()).await {
        return None;
    }
    if matches!(socket.state(), State::Open) {
        on_event(SocketEvent::Opened);
    }
    loop {
        match future::select(texts.next(), socket.next()).await {
            Either::Left((Some(text), _)) => {
                // A socket that is closing says so next.
                drop(socket.send(Message::Text(text)).await);
            }
            Either::Left((None, _)) => return None,
            Either::Right((message, _)) => match message {
                Some(Ok(Message::Text(text))) => on_event(SocketEvent::Message(text)),
                Some(Ok(Message::Bytes(_)) | Err(WebSocketError::ConnectionError)) => {}
                Some(Err(WebSocketError::ConnectionClose(event))) => return Some(event.code),
                Some(Err(_)) | None => return None,
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
