//! What a load balancer asks: is the process there, and is it of use?

use axum::extract::State;
use axum::http::StatusCode;
use tracing::warn;

use crate::socket::Sockets;
use store::Store;

/// `GET /healthz`: the process lives.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: somebody could join a room now.
pub(crate) async fn ready(
    State((store, sockets)): State<(Store, Sockets)>,
) -> (StatusCode, &'static str) {
    if sockets.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the server is stopping\n");
    }
    match store.ready().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            warn!(%error, "not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the rooms cannot be reached\n",
            )
        }
    }
}
