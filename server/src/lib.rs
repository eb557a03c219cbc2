//! The program `rotunda`: hosts the page and carries the signaling.
//!
//! | module | job |
//! |---|---|
//! | [`config`], [`origin`], [`secret`], [`site`], `timespan` | what the operator chose |
//! | `accept` | connections: a cap, deadlines, a graceful end |
//! | `page`, `headers` | the page, its files, and what they may do |
//! | `refusal`, `turned_away` | what is said of those who are not let in, or sent away |
//! | `health` | the two questions of a load balancer |
//! | `ws`, [`connection`], [`context`], [`session`], [`wire`], `ending`, `rate`, `token` | one participant's socket, from the upgrade to the farewell |
//! | [`ice_servers`], [`ice_url`] | STUN and TURN |
//! | [`shutdown`], `drain`, [`telemetry`] | the end, and what is told until then |
//!
//! Who is in which room is the business of the crate `store`. The server never reads inside a signal:
//! it checks size and rights, stamps the sender, and forwards. The protocol is in `docs/protocol.md`.

// The type of a whole page is deep.
#![recursion_limit = "512"]

mod accept;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the fuzz targets call it from outside")]
#[path = "../../fuzz/checks/addresses.rs"]
mod addresses;
pub mod config;
pub mod connection;
pub mod context;
#[cfg(test)]
#[path = "../../fuzz/checks/corpus.rs"]
mod corpus;
mod drain;
mod ending;
mod headers;
mod health;
pub mod ice_servers;
pub mod ice_url;
pub mod origin;
mod page;
mod rate;
mod refusal;
pub mod secret;
pub mod session;
pub mod shutdown;
pub mod site;
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
use tokio::net::TcpListener;

use crate::accept::Acceptor;
use crate::config::Config;
use crate::drain::Drain;
use crate::headers::Transport;
use crate::ws::Sockets;

/// Serves until `shutdown` resolves, then lets everybody go to another server and returns within
/// [`Config::drain_timeout`].
pub async fn run(
    listener: TcpListener,
    config: Config,
    store: Store,
    shutdown: impl Future<Output = ()>,
) {
    let drain = Drain::within(config.drain_timeout);
    let sockets = Sockets::new(&config, store.clone(), drain.spread());
    let router = router(&config, store.clone(), sockets.clone());
    let acceptor = Acceptor::new(config.max_connections, config.timing);
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

fn router(config: &Config, store: Store, sockets: Sockets) -> Router {
    let transport = match &config.public_url {
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
        .merge(page::router(&config.site))
        .layer(from_fn_with_state(transport, headers::harden))
}
