//! The signaling socket: text frames in, text frames out, and how it ended.

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{self, Either};
use futures::{SinkExt, StreamExt};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, State, WebSocketError};
use meeting::signaling::SUBPROTOCOL;
use wasm_bindgen_futures::spawn_local;

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
    pub(crate) fn open(on_event: impl Fn(SocketEvent) + 'static) -> Self {
        let (outgoing, texts) = unbounded();
        spawn_local(async move {
            let code = match url().map(|url| WebSocket::open_with_protocol(&url, SUBPROTOCOL)) {
                Some(Ok(socket)) => run(socket, texts, &on_event).await,
                Some(Err(_)) | None => None,
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
