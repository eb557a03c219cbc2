//! `GET /ws`: from a request to a socket.

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
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{Instrument, debug, info_span};

use crate::accept::ConnectionPermit;
use crate::config::{Config, Rate, Timing};
use crate::connection::Connection;
use crate::ending::Ending;
use crate::ice_servers::IceServerList;
use crate::origin::OriginPolicy;
use crate::refusal::{Refusal, Refusals};
use crate::session;
use crate::store::Store;
use crate::turned_away::{Turned, TurnedAway};
use crate::wire::{self, Wire};

/// The sockets of this server. Clones are the same.
#[derive(Clone)]
pub(crate) struct Sockets {
    shared: Arc<Shared>,
    origins: Arc<OriginPolicy>,
    tasks: TaskTracker,
    opened: Arc<AtomicU64>,
}

/// What a session needs of the server around it.
pub(crate) struct Shared {
    pub(crate) store: Store,
    /// The versions of the protocol, the newest first.
    pub(crate) spoken: &'static [&'static Wire],
    pub(crate) ice: IceServerList,
    pub(crate) capacity: u32,
    pub(crate) timing: Timing,
    pub(crate) rate: Rate,
    pub(crate) refusals: Refusals,
    pub(crate) turned_away: TurnedAway,
    /// The time over which browsers are asked to spread their departure.
    pub(crate) spread: Duration,
    /// Cancelled when the server asks everybody to go.
    pub(crate) drain: CancellationToken,
    /// Cancelled when the server stops.
    pub(crate) stop: CancellationToken,
}

impl Shared {
    /// The server that the operator configured.
    pub(crate) fn new(config: &Config, store: Store, spread: Duration) -> Self {
        Self {
            store,
            spoken: wire::SPOKEN,
            ice: config.ice_servers(),
            capacity: config.capacity,
            timing: config.timing,
            rate: config.rate,
            refusals: Refusals::default(),
            turned_away: TurnedAway::default(),
            spread,
            drain: CancellationToken::new(),
            stop: CancellationToken::new(),
        }
    }

    /// Tells the operator why somebody was not let in. Who went away, or is asked to come back to
    /// the next server, was not turned away.
    pub(crate) fn note_not_let_in(&self, ending: Ending) {
        if let Some(reason) = ending.reason() {
            self.turned_away.note(Turned::NotLetIn(reason));
        }
    }

    /// Tells the operator why somebody who was in is sent away, if they broke a rule. That sockets
    /// are lost and found again is no news.
    pub(crate) fn note_sent_away(&self, ending: Ending) {
        if let Some(reason) = ending.breach() {
            self.turned_away.note(Turned::SentAway(reason));
        }
    }
}

impl Sockets {
    /// No sockets yet.
    pub(crate) fn new(config: &Config, store: Store, spread: Duration) -> Self {
        Self {
            shared: Arc::new(Shared::new(config, store, spread)),
            origins: Arc::new(config.origin_policy()),
            tasks: TaskTracker::new(),
            opened: Arc::default(),
        }
    }

    /// Whether everybody is asked to go.
    pub(crate) fn is_draining(&self) -> bool {
        self.shared.drain.is_cancelled()
    }

    /// Asks everybody to go, and waits until the last one is gone.
    pub(crate) async fn drain(&self) {
        self.shared.drain.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Closes every socket and waits until the last one is gone.
    pub(crate) async fn close(&self) {
        self.shared.drain.cancel();
        self.shared.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Tells the operator how many were turned away, as long as it is polled.
    pub(crate) async fn tell_counts(&self) -> Infallible {
        self.shared.turned_away.tell_counts().await
    }

    /// The same of those whom it has not told of yet, once there are no more sockets.
    pub(crate) fn tell_rest(&self) {
        self.shared.turned_away.tell_rest();
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
        self.shared.refusals.tell(refusal);
        refusal.response()
    }

    fn open(&self, upgrade: hyper::upgrade::OnUpgrade, permit: Option<ConnectionPermit>) {
        let shared = Arc::clone(&self.shared);
        // The number stands for the socket in the log, where nobody's name or address belongs.
        let number = self.opened.fetch_add(1, Ordering::Relaxed);
        let task = async move {
            let _permit = permit;
            match upgrade.await {
                Ok(upgraded) => {
                    let connection = Connection::new(upgraded, &shared.timing).await;
                    session::run(connection, &shared).await;
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
