//! One participant's socket: `GET /ws` asks for it, and a task of its own serves it until its end.
//!
//! | part | job |
//! |---|---|
//! | this file | from a request to a socket; all sockets of this server |
//! | `socket_task`, `context` | what a socket's task does; what it needs of the server around it |
//! | `connection` | frames in and out; knows nothing of rooms |
//! | `wire` | the versions of the protocol |
//! | `socket_end` | why a socket is over, and what is said and done then |
//! | `token` | the resume token |
//! | `rate`, `turned_away` | how much a browser may send; what the operator is told of those sent away |

pub mod connection;
pub mod context;
mod rate;
mod socket_end;
pub mod socket_task;
mod token;
mod turned_away;
pub mod wire;

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::SEC_WEBSOCKET_PROTOCOL;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use meeting::signaling::SUBPROTOCOL;
use store::Store;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_util::task::TaskTracker;
use tracing::{Instrument, debug, info_span};

use self::connection::Connection;
use self::context::Context;
use crate::accept::ConnectionPermit;
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::settings::origin::OriginPolicy;

/// The sockets of this server. Clones are the same.
#[derive(Clone)]
pub(crate) struct Sockets {
    context: Arc<Context>,
    origins: Arc<OriginPolicy>,
    tasks: TaskTracker,
    opened: Arc<AtomicU64>,
}

impl Sockets {
    /// No sockets yet.
    pub(crate) fn new(settings: &Settings, store: Store, spread: Duration) -> Self {
        Self {
            context: Arc::new(Context::new(settings, store, spread)),
            origins: Arc::new(settings.origins.clone()),
            tasks: TaskTracker::new(),
            opened: Arc::default(),
        }
    }

    /// Whether everybody is asked to go.
    pub(crate) fn is_draining(&self) -> bool {
        self.context.drain.is_cancelled()
    }

    /// Asks everybody to go, and waits until the last one is gone.
    pub(crate) async fn drain(&self) {
        self.context.ask_to_go();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Closes every socket and waits until the last one is gone.
    pub(crate) async fn close(&self) {
        self.context.close_sockets();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Tells the operator how many were turned away, as long as it is polled.
    pub(crate) async fn tell_counts(&self) -> Infallible {
        self.context.turned_away.tell_counts().await
    }

    /// The same of those whom it has not told of yet, once there are no more sockets.
    pub(crate) fn tell_rest(&self) {
        self.context.turned_away.tell_rest();
    }

    /// Whether whoever sends these headers may have a socket.
    fn lets_in(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        self.origins.check(headers)?;
        if self.is_draining() {
            return Err(Refusal::Draining);
        }
        Ok(())
    }

    fn may_open(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        self.lets_in(headers)?;
        if !offers_our_protocol(headers) {
            return Err(Refusal::Protocol);
        }
        Ok(())
    }

    /// Tells whoever asked for a socket, and the operator, why there is none.
    fn refuse(&self, refusal: &Refusal) -> Response {
        self.context.refusals.tell(refusal);
        refusal.response()
    }

    fn open(&self, upgrade: hyper::upgrade::OnUpgrade, permit: Option<ConnectionPermit>) {
        let context = Arc::clone(&self.context);
        // The number stands for the socket in the log, where nobody's name or address belongs.
        let number = self.opened.fetch_add(1, Ordering::Relaxed);
        let task = async move {
            let _permit = permit;
            match upgrade.await {
                Ok(upgraded) => {
                    let connection = Connection::new(upgraded, &context.timing).await;
                    socket_task::run(connection, &context).await;
                }
                Err(error) => debug!(%error, "the upgrade did not come about"),
            }
        };
        self.tasks
            .spawn(task.instrument(info_span!("socket", number)));
    }
}

/// Answers a request for a socket.
pub(crate) async fn upgrade(State(sockets): State<Sockets>, mut request: Request) -> Response {
    if let Err(refusal) = sockets.may_open(request.headers()) {
        return sockets.refuse(&refusal);
    }
    let upgrade = hyper::upgrade::on(&mut request);
    let permit = request.extensions().get().cloned();
    let (parts, _) = request.into_parts();
    let handshake = axum::http::Request::from_parts(parts, ());
    match create_response_with_body(&handshake, Body::empty) {
        Ok(mut response) => {
            let protocol = HeaderValue::from_static(SUBPROTOCOL);
            response
                .headers_mut()
                .insert(SEC_WEBSOCKET_PROTOCOL, protocol);
            sockets.open(upgrade, permit);
            response
        }
        Err(_) => sockets.refuse(&Refusal::Handshake),
    }
}

/// Answers whether whoever asks may have a socket: 204 if so. Pages ask when one did not come about,
/// because a browser does not tell them why.
pub(crate) async fn ask(State(sockets): State<Sockets>, headers: HeaderMap) -> Response {
    match sockets.lets_in(&headers) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refusal) => sockets.refuse(&refusal),
    }
}

fn offers_our_protocol(headers: &HeaderMap) -> bool {
    let offers = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    let mut names = offers
        .filter_map(|offer| offer.to_str().ok())
        .flat_map(|list| list.split(','));
    names.any(|name| name.trim() == SUBPROTOCOL)
}
