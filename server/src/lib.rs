//! The program `rotunda`: hosts the page and carries the signaling.
//!
//! | module | job |
//! |---|---|
//! | [`settings`] | what the operator chose, and how they say it |
//! | [`accept`] | connections over any kind of stream: a cap, deadlines, a graceful end |
//! | `page` | the page, its files, and what they may do |
//! | [`socket`] | one participant's socket, from the upgrade to the closing handshake |
//! | `refusal` | what is said of those who are not let in |
//! | `health` | the two questions of a load balancer |
//! | [`shutdown`], `drain`, [`telemetry`] | the end, and what is told until then |
//!
//! ```
//! # use server::settings::Settings;
//! # use store::{Store, StoreSettings};
//! # use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! # use tokio::net::{TcpListener, TcpStream};
//! # use tokio::sync::oneshot;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! let (stop, stopped) = oneshot::channel::<()>();
//! let store = Store::memory(StoreSettings::default());
//! let server = server::run(listener, Settings::default(), store, async {
//!     let _ = stopped.await;
//! });
//! let health = async {
//!     let mut stream = TcpStream::connect(address).await?;
//!     stream.write_all(b"GET /healthz HTTP/1.0\r\nhost: localhost\r\n\r\n").await?;
//!     let mut answer = String::new();
//!     stream.read_to_string(&mut answer).await?;
//!     drop(stop);
//!     std::io::Result::Ok(answer)
//! };
//! let ((), answer) = tokio::join!(server, health);
//! assert!(answer?.ends_with("\r\n\r\nok\n"));
//! # Ok(())
//! # }
//! ```
//!
//! Who is in which room is the business of the crate `store`. The server never reads inside a signal:
//! it checks size and rights, stamps the sender, and forwards. The protocol is in `docs/protocol.md`.

// The type of a whole page is deep.
#![recursion_limit = "512"]

pub mod accept;
mod drain;
mod health;
mod page;
mod refusal;
pub mod settings;
pub mod shutdown;
pub mod socket;
pub mod telemetry;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use store::Store;

use crate::accept::{Acceptor, Listener};
use crate::drain::Drain;
use crate::page::headers::Transport;
use crate::settings::Settings;
use crate::socket::Sockets;

/// Serves until `shutdown` resolves, then lets everybody go to another server and returns within
/// [`Settings::drain`].
pub async fn run(
    listener: impl Listener,
    settings: Settings,
    store: Store,
    shutdown: impl Future<Output = ()>,
) {
    let drain = Drain::within(settings.drain);
    let sockets = Sockets::new(&settings, store.clone(), drain.spread());
    let router = router(&settings, store.clone(), sockets.clone());
    let acceptor = Acceptor::new(settings.max_connections, settings.timing);
    // Until nobody is left to wait for, whoever asks is told that the server is stopping.
    let until_empty = drain.after(shutdown, &sockets);
    let serve = async {
        let connections = acceptor.accept_until(listener, router, until_empty).await;
        drain.finish(&connections, &sockets, &store).await;
    };
    tokio::select! {
        () = serve => sockets.tell_rest(),
        never = sockets.tell_counts() => match never {},
    }
}

fn router(settings: &Settings, store: Store, sockets: Sockets) -> Router {
    let transport = match &settings.origins.public {
        Some(origin) if origin.is_secure() => Transport::Tls,
        _ => Transport::Unknown,
    };
    Router::new()
        .route("/healthz", get(health::alive))
        .route(
            "/readyz",
            get(health::ready).with_state((store, sockets.clone())),
        )
        .route(
            "/ws",
            get(socket::upgrade).post(socket::ask).with_state(sockets),
        )
        .merge(page::router(&settings.site))
        .layer(from_fn_with_state(transport, page::headers::harden))
}
