//! The program `rotunda`: hosts the page and carries the signaling.
//!
//! | module | job |
//! |---|---|
//! | [`settings`], [`origin`], [`secret`], [`site`] | what the operator chose |
//! | [`flags`], `timespan` | how they say it |
//! | [`accept`] | connections over any kind of stream: a cap, deadlines, a graceful end |
//! | `page`, `headers` | the page, its files, and what they may do |
//! | `refusal`, `turned_away` | what is said of those who are not let in, or sent away |
//! | `health` | the two questions of a load balancer |
//! | `ws`, [`connection`], [`context`], [`socket_task`], [`wire`], `socket_end`, `rate`, `token` | one participant's socket, from the upgrade to the closing handshake |
//! | [`ice_servers`], [`ice_url`] | STUN and TURN |
//! | [`shutdown`], `drain`, [`telemetry`] | the end, and what is told until then |
//!
//! Who is in which room is the business of the crate `store`. The server never reads inside a signal:
//! it checks size and rights, stamps the sender, and forwards. The protocol is in `docs/protocol.md`.

// The type of a whole page is deep.
#![recursion_limit = "512"]

pub mod accept;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the fuzz targets call it from outside")]
#[path = "../../fuzz/checks/addresses.rs"]
mod addresses;
pub mod connection;
pub mod context;
#[cfg(test)]
#[path = "../../fuzz/checks/corpus.rs"]
mod corpus;
mod drain;
pub mod flags;
mod headers;
mod health;
pub mod ice_servers;
pub mod ice_url;
pub mod origin;
mod page;
mod rate;
mod refusal;
pub mod secret;
pub mod settings;
pub mod shutdown;
pub mod site;
mod socket_end;
pub mod socket_task;
pub mod telemetry;
mod timespan;
mod token;
mod turned_away;
pub mod wire;
mod ws;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use store::Store;

use crate::accept::{Acceptor, Listener};
use crate::drain::Drain;
use crate::headers::Transport;
use crate::settings::Settings;
use crate::ws::Sockets;

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
        .route("/ws", get(ws::upgrade).post(ws::ask).with_state(sockets))
        .merge(page::router(&settings.site))
        .layer(from_fn_with_state(transport, headers::harden))
}
