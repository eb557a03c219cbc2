//! What the operator hears of those who are not let in: one line for each cause, and not again for
//! a while, however many try.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use meeting::signaling::SUBPROTOCOL;
use thiserror::Error;
use tokio::time::Instant;
use tracing::{info, warn};

/// How long a cause is not told again.
const QUIET: Duration = Duration::from_secs(60);
/// How many causes are told in that time. Whoever asks can make up origins.
const CAUSES: usize = 16;
/// How much of a text of somebody else's making is shown.
const SHOWN_CHARS: usize = 100;

/// Why somebody was not let in, as the operator and whoever asked are told.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum Refusal {
    /// Their page is of an origin whose pages may open no socket. The advice says what to do.
    #[error("refused a socket to a page of {origin}: {advice}")]
    Origin { origin: Shown, advice: String },
    /// They asked for a socket without offering this protocol.
    #[error(
        "refused a socket: the WebSocket subprotocol {SUBPROTOCOL} was not offered; the page is of \
         another version, or a proxy drops the header Sec-WebSocket-Protocol"
    )]
    Protocol,
    /// They asked at the address of the sockets for something else.
    #[error(
        "refused a socket: the request was no WebSocket handshake; a proxy has to pass on the \
         headers Connection and Upgrade"
    )]
    Handshake,
    /// The server is stopping.
    #[error("refused a socket: the server is stopping")]
    Draining,
    /// As many connections are open as the operator allows.
    #[error("refused a connection: --max-connections are open")]
    Full,
    /// The operating system gives no connection.
    #[error("cannot accept connections: {0}")]
    Exhausted(String),
    /// The rooms cannot be reached.
    #[error("nobody can join: {0}")]
    Rooms(String),
}

impl Refusal {
    fn log(&self) {
        match self {
            Self::Draining => info!("{self}"),
            _ => warn!("{self}"),
        }
    }

    /// What whoever asked is told.
    pub(crate) fn response(&self) -> Response {
        let status = match self {
            Self::Origin { .. } => StatusCode::FORBIDDEN,
            Self::Protocol | Self::Handshake => StatusCode::BAD_REQUEST,
            Self::Draining | Self::Full | Self::Exhausted(_) | Self::Rooms(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        };
        let mut response = (status, format!("{self}\n")).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let soon = HeaderValue::from_static("1");
            response.headers_mut().insert(RETRY_AFTER, soon);
        }
        response
    }
}

/// A text of somebody else's making as it may stand in a log or an answer: bounded and escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown(String);

impl Shown {
    pub(crate) fn new(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let mut shown: String = text
            .chars()
            .take(SHOWN_CHARS)
            .flat_map(char::escape_debug)
            .collect();
        if text.chars().nth(SHOWN_CHARS).is_some() {
            shown.push('…');
        }
        Self(shown)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What was told lately.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Mutex<Vec<(Refusal, Instant)>>);

impl Refusals {
    /// Tells the operator, unless it was told lately.
    pub(crate) fn tell(&self, refusal: &Refusal) {
        if self.is_news(refusal, Instant::now()) {
            refusal.log();
        }
    }

    fn is_news(&self, refusal: &Refusal, now: Instant) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.retain(|(_, at)| now.duration_since(*at) < QUIET);
        if told.len() >= CAUSES || told.iter().any(|(before, _)| before == refusal) {
            return false;
        }
        told.push((refusal.clone(), now));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page_of(origin: &str) -> Refusal {
        Refusal::Origin {
            origin: Shown::new(origin.as_bytes()),
            advice: String::new(),
        }
    }

    #[test]
    fn a_cause_is_told_once_a_minute() {
        let (refusals, start) = (Refusals::default(), Instant::now());
        let told = [0, 1, 59, 60, 61]
            .map(|second| refusals.is_news(&Refusal::Full, start + Duration::from_secs(second)));
        assert_eq!(told, [true, false, false, true, false]);
    }

    #[test]
    fn one_cause_does_not_hide_another() {
        let (refusals, now) = (Refusals::default(), Instant::now());
        for refusal in [
            Refusal::Full,
            Refusal::Protocol,
            Refusal::Rooms("redis: refused".into()),
            Refusal::Rooms("redis answers too late".into()),
            page_of("https://a.example"),
            page_of("https://b.example"),
        ] {
            assert!(refusals.is_news(&refusal, now), "{refusal:?}");
        }
    }

    #[test]
    fn whoever_makes_up_origins_fills_no_log() {
        let (refusals, now) = (Refusals::default(), Instant::now());
        let made_up = (0..1000).map(|number| page_of(&format!("https://{number}.example")));
        let told = made_up.filter(|refusal| refusals.is_news(refusal, now));
        assert_eq!(told.count(), CAUSES);
    }

    #[test]
    fn a_text_of_somebody_else_is_shown_on_one_short_line() {
        let shown = |text: &[u8]| Shown::new(text).to_string();
        assert_eq!(shown(b"https://a.example"), "https://a.example");
        assert_eq!(shown(b"a\r\nb\x1b[0m\xff"), "a\\r\\nb\\u{1b}[0m\u{fffd}");
        assert_eq!(shown("ä".repeat(500).as_bytes()).chars().count(), 101);
    }
}
