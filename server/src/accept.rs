//! The accept loop: how many connections, how long a request may take, and a graceful end. Over which
//! kind of stream they come is the business of the [`Listener`].
//!
//! It drives hyper itself rather than through `axum::serve`, which installs no timer and so has
//! no deadline for the headers of a request.

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;
use tracing::debug;

use crate::refusal::{Refusal, Refusals};
use crate::settings::Timing;

/// What a connection too many is told.
const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    content-type: text/plain; charset=utf-8\r\ncontent-length: 54\r\n\
    connection: close\r\nretry-after: 5\r\n\r\n\
    the server is full: --max-connections are open; retry\n";

/// How many connections too many are told so at once; those beyond are only closed.
const COURTESIES: usize = 64;
/// How long that may take.
const COURTESY: Duration = Duration::from_secs(1);

/// The largest request head; ours are far smaller.
const HEAD_BYTES: usize = 16 * 1024;

/// How long to wait when the operating system has no file descriptor left.
const EXHAUSTED: Duration = Duration::from_millis(100);

/// Where connections come from: a port, or whatever stands between a port and this server.
pub trait Listener: Send {
    /// A connection, ready for HTTP.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// The next connection. May be dropped half-way without losing any. Whatever a connection takes
    /// before it is ready, such as a handshake, must not keep the next one waiting.
    ///
    /// # Errors
    ///
    /// Why there is none. The next call may have one. What concerns one connection alone, such as a
    /// handshake that failed, is of the kind [`io::ErrorKind::ConnectionAborted`], or not told at all:
    /// after anything else the server pauses, as it does when the machine has no more file
    /// descriptors.
    fn accept(&mut self) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

impl Listener for TcpListener {
    type Stream = TcpStream;

    async fn accept(&mut self) -> io::Result<TcpStream> {
        let (stream, _) = Self::accept(self).await?;
        // What keeps a connection from it is that it is gone.
        let gone = |error| io::Error::new(io::ErrorKind::ConnectionAborted, error);
        stream.set_nodelay(true).map_err(gone)?;
        Ok(stream)
    }
}

/// One of the connections that may be open at once. It travels with the request into a socket's
/// task, because hyper is done with a connection once it is upgraded.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionPermit(
    #[expect(dead_code, reason = "held, not read")] Arc<OwnedSemaphorePermit>,
);

/// Takes connections.
pub(crate) struct Acceptor {
    free: Arc<Semaphore>,
    courtesies: Arc<Semaphore>,
    timing: Timing,
    refusals: Refusals,
}

/// The plain HTTP connections.
#[derive(Clone, Default)]
pub(crate) struct Connections {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Connections {
    /// Lets requests that are under way end and closes the connections.
    pub(crate) async fn finish(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Acceptor {
    /// An acceptor for so many connections at once.
    pub(crate) fn new(max_connections: u32, timing: Timing) -> Self {
        let free = usize::try_from(max_connections).unwrap_or(Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(free.min(Semaphore::MAX_PERMITS))),
            courtesies: Arc::new(Semaphore::new(COURTESIES)),
            timing,
            refusals: Refusals::default(),
        }
    }

    /// Accepts connections until `shutdown` resolves; then the listener is closed.
    pub(crate) async fn accept_until(
        &self,
        mut listener: impl Listener,
        router: Router,
        shutdown: impl Future<Output = ()>,
    ) -> Connections {
        let connections = Connections::default();
        let accept = async {
            loop {
                match listener.accept().await {
                    Ok(stream) => self.serve(stream, router.clone(), &connections),
                    Err(error) => self.pause_after(&error).await,
                }
            }
        };
        tokio::select! {
            () = accept => {}
            () = shutdown => {}
        }
        connections
    }

    fn serve<S>(&self, stream: S, router: Router, connections: &Connections)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() else {
            return self.turn_away(stream, connections);
        };
        let permit = ConnectionPermit(Arc::new(permit));
        let service = service_fn(move |mut request: hyper::Request<_>| {
            request.extensions_mut().insert(permit.clone());
            let response = router.clone().call(request);
            async { response.await.map_err(|never: Infallible| never) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.timing.header)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let (stop, lifetime) = (connections.stop.clone(), self.timing.http);
        connections.tasks.spawn(async move {
            let mut connection = pin!(connection);
            let served = async {
                tokio::select! {
                    ended = connection.as_mut() => return ended,
                    () = stop.cancelled() => connection.as_mut().graceful_shutdown(),
                }
                connection.await
            };
            match timeout(lifetime, served).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => debug!(%error, "a connection broke"),
                Err(_) => debug!("a connection took too long"),
            }
        });
    }

    /// Says why before the connection is closed, if few are told so just now.
    fn turn_away<S>(&self, mut stream: S, connections: &Connections)
    where
        S: AsyncWrite + Unpin + Send + 'static,
    {
        self.refusals.tell(&Refusal::Full);
        let Ok(permit) = Arc::clone(&self.courtesies).try_acquire_owned() else {
            return;
        };
        connections.tasks.spawn(async move {
            let _permit = permit;
            let told = async {
                stream.write_all(BUSY).await?;
                stream.shutdown().await
            };
            // A courtesy; the connection closes either way.
            let _ = timeout(COURTESY, told).await;
        });
    }

    /// One connection that failed is nothing; a machine without file descriptors needs a moment.
    async fn pause_after(&self, error: &io::Error) {
        let of_the_connection = matches!(
            error.kind(),
            io::ErrorKind::ConnectionAborted
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionRefused
        );
        if !of_the_connection {
            self.refusals.tell(&Refusal::Exhausted(error.to_string()));
            sleep(EXHAUSTED).await;
        }
    }
}
