//! Connections over another kind of stream than TCP, as something that stands before the server may
//! make them.

use std::future::pending;
use std::io;

use server::accept::Listener;
use server::settings::Settings;
use store::Store;
use tokio::io::{DuplexStream, duplex};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::support::{Answer, Http};

/// Hands out the streams that a story makes.
struct Streams(UnboundedReceiver<DuplexStream>);

impl Listener for Streams {
    type Stream = DuplexStream;

    async fn accept(&mut self) -> io::Result<DuplexStream> {
        match self.0.recv().await {
            Some(stream) => Ok(stream),
            None => pending().await,
        }
    }
}

/// A server without a port.
struct Portless(UnboundedSender<DuplexStream>);

impl Portless {
    fn start(settings: Settings) -> Self {
        let (sender, streams) = unbounded_channel();
        let store = Store::memory(settings.store);
        tokio::spawn(server::run(Streams(streams), settings, store, pending()));
        Self(sender)
    }

    /// A connection on which so many bytes may be under way.
    fn connect(&self, bytes: usize) -> DuplexStream {
        let (near, far) = duplex(bytes);
        self.0.send(far).unwrap();
        near
    }

    async fn ask(&self, request: Http) -> Answer {
        request.send_over(self.connect(4096)).await
    }
}

fn request(path: &str) -> Http {
    Http::to(([127, 0, 0, 1], 3000).into(), path)
}

#[tokio::test]
async fn a_page_and_a_socket_are_had_over_any_kind_of_stream() {
    let server = Portless::start(Settings::default());
    let page = server.ask(request("/abc-defg-hij")).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("</html>"), "{}", page.text());
    let handshake = request("/ws")
        .upgrade()
        .header("sec-websocket-protocol", "rotunda.v1");
    assert_eq!(server.ask(handshake).await.status, 101);
}

#[tokio::test]
async fn whoever_does_not_read_that_the_server_is_full_keeps_nobody_waiting() {
    let server = Portless::start(Settings {
        max_connections: 1,
        ..Settings::default()
    });
    let _only = server.connect(4096);
    let _unread = server.connect(1);
    let answer = server.ask(request("/healthz")).await;
    assert_eq!(answer.status, 503);
    assert!(answer.text().contains("full"), "{}", answer.text());
}
