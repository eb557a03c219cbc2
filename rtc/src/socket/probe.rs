//! The question whether the server would take a socket of this page.

use futures::StreamExt;
use futures::channel::mpsc::UnboundedReceiver;
use futures::future::{self, Either};
use gloo_timers::future::TimeoutFuture;
use meeting::client::Obstacle;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use crate::bindings::fetch;
use crate::object::{get, object};

/// Where the sockets are. Whoever asks there by POST is told whether this page may have one: a
/// browser says of a socket that was refused only that it failed, and sends the page's origin with a
/// POST but not with a GET.
const PATH: &str = "/ws";
/// How long to wait for the answer.
const PATIENCE_MS: u32 = 2000;

/// What came of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// An answer with this status, from the server or from something before it.
    Status(u16),
    /// Nothing can be reached.
    Nobody,
    /// None in time, and no refusal either.
    Late,
    /// Nobody wants the socket any more.
    Unwanted,
}

/// What a page does that has asked before it opens a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It opens none: the server is away or busy.
    Wait(Obstacle),
    /// It opens one. If that does not come about, this is why, where it is known.
    Open(Option<Obstacle>),
}

impl Answer {
    /// Only a server that is away or busy keeps a page from trying. Whatever else answers may do so
    /// to requests of this kind alone, and let sockets through.
    pub(super) const fn step(self) -> Step {
        match (self, self.obstacle()) {
            // 501 speaks of the method alone.
            (Self::Status(500 | 502..) | Self::Nobody | Self::Unwanted, Some(obstacle)) => {
                Step::Wait(obstacle)
            }
            (_, obstacle) => Step::Open(obstacle),
        }
    }

    /// What is in the way, as far as the answer tells.
    pub(super) const fn obstacle(self) -> Option<Obstacle> {
        match self {
            Self::Status(204) | Self::Late => None,
            Self::Status(403) => Some(Obstacle::Origin),
            Self::Status(503) => Some(Obstacle::Busy),
            Self::Status(500 | 502..) => Some(Obstacle::Gateway),
            Self::Status(_) => Some(Obstacle::NoSockets { times: 1 }),
            Self::Nobody | Self::Unwanted => Some(Obstacle::Unreachable),
        }
    }
}

/// A request that is given up when dropped.
#[derive(Debug)]
pub(crate) struct Request(Option<AbortController>);

impl Request {
    /// The request, and the answer to come.
    pub(crate) fn send() -> (Self, JsFuture) {
        // Every browser has had controllers for longer than what else this page needs.
        let controller = AbortController::new().ok();
        let signal = controller.as_ref().map(AbortController::signal);
        let init = object([
            ("method", "POST".into()),
            // Where a redirect leads says nothing of sockets, and other origins do not answer.
            ("redirect", "manual".into()),
            ("signal", signal.map_or(JsValue::UNDEFINED, JsValue::from)),
        ]);
        (Self(controller), JsFuture::from(fetch(PATH, &init)))
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

/// Asks; gives up when there are no more texts to come.
pub(super) async fn ask(texts: &mut UnboundedReceiver<String>) -> Answer {
    let (_request, answer) = Request::send();
    let over = future::select(TimeoutFuture::new(PATIENCE_MS), texts.next());
    match future::select(answer, over).await {
        // A status is a whole number below 1000, and 0 where something redirects.
        Either::Left((Ok(answer), _)) => {
            Answer::Status(get(&answer, "status").as_f64().unwrap_or_default() as u16)
        }
        Either::Left((Err(_), _)) => Answer::Nobody,
        Either::Right((Either::Left(_), _)) => Answer::Late,
        Either::Right((Either::Right(_), _)) => Answer::Unwanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING_THERE: Obstacle = Obstacle::NoSockets { times: 1 };

    #[test]
    fn only_a_server_that_is_away_or_busy_keeps_a_page_from_opening_a_socket() {
        for (answer, obstacle) in [
            (Answer::Nobody, Obstacle::Unreachable),
            (Answer::Status(503), Obstacle::Busy),
            (Answer::Status(500), Obstacle::Gateway),
            (Answer::Status(502), Obstacle::Gateway),
            (Answer::Status(504), Obstacle::Gateway),
            (Answer::Status(522), Obstacle::Gateway),
        ] {
            assert_eq!(answer.step(), Step::Wait(obstacle), "{answer:?}");
        }
        assert_eq!(Answer::Status(204).step(), Step::Open(None));
        assert_eq!(Answer::Late.step(), Step::Open(None));
    }

    #[test]
    fn what_answers_something_else_is_blamed_only_once_the_socket_did_not_open() {
        for (status, obstacle) in [
            (403, Obstacle::Origin),
            (0, NOTHING_THERE),
            (200, NOTHING_THERE),
            (302, NOTHING_THERE),
            (400, NOTHING_THERE),
            (401, NOTHING_THERE),
            (404, NOTHING_THERE),
            (405, NOTHING_THERE),
            (426, NOTHING_THERE),
            (429, NOTHING_THERE),
            (501, NOTHING_THERE),
        ] {
            let answer = Answer::Status(status);
            assert_eq!(answer.step(), Step::Open(Some(obstacle)), "{status}");
        }
    }
}
