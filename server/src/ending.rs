//! How a socket ends: what the room is told, and what the browser is told.

use std::time::Duration;

use meeting::signaling::{CloseCode, ErrorCode, LeaveReason, ServerMessage};

use crate::store::SessionEnd;

/// Why a socket is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The browser said `leave`.
    Left,
    /// The browser closed the socket, with a code or without.
    Closed(Option<u16>),
    /// The connection broke.
    Lost,
    /// The server ends it for this reason.
    Refused(ErrorCode),
    /// The browser sent a frame that is not allowed.
    Forbidden(CloseCode),
    /// The participant was removed from the room.
    Removed,
    /// The server is stopping and lets nobody in.
    GoingAway,
    /// The server stops, and the browser has been asked to go before.
    Stopped,
}

/// What becomes of the participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// He is gone for good.
    Leaves(LeaveReason),
    /// He has the grace period to come back.
    MayComeBack,
    /// His page is gone; he has a moment to load it again.
    MayReload,
    /// The store knows already, or will be told for everybody at once.
    Settled,
}

/// What the browser is told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Farewell {
    /// Nothing can be said.
    None,
    /// The browser closed the socket: answer, and end the connection.
    HangUp,
    /// Close the socket.
    Close {
        /// What to say before.
        last_words: Option<ServerMessage>,
        /// The close code.
        code: CloseCode,
    },
}

impl Ending {
    /// What becomes of the participant.
    ///
    /// Whoever leaves says so, or closes the socket with 1000. A browser whose page goes away
    /// closes it with 1001, be the tab closed or the page loaded again. A session that the browser
    /// will not take up again is over. Everything else may be the network, and there he has time
    /// to come back.
    pub(crate) fn fate(self) -> Fate {
        match self {
            Self::Left => Fate::Leaves(LeaveReason::Left),
            Self::Closed(code) => match code.and_then(CloseCode::from_u16) {
                Some(CloseCode::Normal) => Fate::Leaves(LeaveReason::Left),
                Some(CloseCode::GoingAway) => Fate::MayReload,
                _ => Fate::MayComeBack,
            },
            Self::Lost => Fate::MayComeBack,
            Self::Refused(ErrorCode::Replaced)
            | Self::Removed
            | Self::GoingAway
            | Self::Stopped => Fate::Settled,
            Self::Refused(code) => fate_after(code.into()),
            Self::Forbidden(code) => fate_after(code),
        }
    }

    /// What the browser is told. `spread` is as in [`going_away`].
    pub(crate) fn farewell(self, spread: Duration) -> Farewell {
        let (last_words, code) = match self {
            Self::Lost => return Farewell::None,
            Self::Closed(_) => return Farewell::HangUp,
            Self::Left | Self::Removed => (None, CloseCode::Normal),
            Self::Refused(code) => (Some(error(code)), code.into()),
            Self::Forbidden(CloseCode::TooLong) => {
                (Some(error(ErrorCode::TooLong)), CloseCode::TooLong)
            }
            Self::Forbidden(code) => (Some(error(ErrorCode::BadMessage)), code),
            Self::GoingAway => (Some(going_away(spread)), CloseCode::GoingAway),
            Self::Stopped => (None, CloseCode::GoingAway),
        };
        Farewell::Close { last_words, code }
    }
}

impl From<SessionEnd> for Ending {
    fn from(end: SessionEnd) -> Self {
        match end {
            SessionEnd::TooSlow => Self::Refused(ErrorCode::TooSlow),
            SessionEnd::Replaced => Self::Refused(ErrorCode::Replaced),
            SessionEnd::Removed => Self::Removed,
        }
    }
}

/// Asks the browsers of a stopping server to go elsewhere, spread over this time.
pub(crate) fn going_away(spread: Duration) -> ServerMessage {
    ServerMessage::GoingAway {
        jitter_ms: u64::try_from(spread.as_millis()).unwrap_or(u64::MAX),
    }
}

fn fate_after(code: CloseCode) -> Fate {
    if code.may_retry() {
        Fate::MayComeBack
    } else {
        Fate::Leaves(LeaveReason::Lost)
    }
}

fn error(code: ErrorCode) -> ServerMessage {
    ServerMessage::Error {
        code,
        message: explanation(code).to_owned(),
        retry_after_ms: CloseCode::from(code).may_retry().then(|| wait_after(code)),
    }
}

/// How long a browser should wait before it tries again, in milliseconds.
fn wait_after(code: ErrorCode) -> u64 {
    match code {
        ErrorCode::RateLimited => 5_000,
        ErrorCode::Unavailable => 1_000,
        _ => 0,
    }
}

fn explanation(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadMessage => "this is not a message of the protocol",
        ErrorCode::TooLong => "the message is longer than the protocol allows",
        ErrorCode::UnsupportedVersion => "the page is of another version; load it again",
        ErrorCode::OutOfPlace => "join has to be the first message, and only the first",
        ErrorCode::JoinTimeout => "no join arrived in time",
        ErrorCode::RoomFull => "the room has no place left",
        ErrorCode::ResumeRefused => "the resume token does not hold",
        ErrorCode::Replaced => "the same participant connected again elsewhere",
        ErrorCode::RateLimited => "too many messages",
        ErrorCode::TooSlow => "the messages of the room were not read fast enough",
        ErrorCode::Silent => "nothing was heard for too long",
        ErrorCode::Unavailable => "the rooms cannot be reached at the moment",
        ErrorCode::GoingAway => "the server is stopping",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_leaves_on_purpose_is_gone_at_once() {
        for ending in [Ending::Left, Ending::Closed(Some(1000))] {
            assert_eq!(ending.fate(), Fate::Leaves(LeaveReason::Left), "{ending:?}");
        }
    }

    #[test]
    fn a_page_that_is_gone_may_be_loaded_again() {
        assert_eq!(Ending::Closed(Some(1001)).fate(), Fate::MayReload);
    }

    #[test]
    fn whatever_the_network_may_have_done_can_be_undone() {
        for ending in [
            Ending::Lost,
            Ending::Closed(None),
            Ending::Closed(Some(1006)),
            Ending::Closed(Some(4009)),
            Ending::Refused(ErrorCode::Silent),
            Ending::Refused(ErrorCode::TooSlow),
            Ending::Refused(ErrorCode::RateLimited),
            Ending::Refused(ErrorCode::Unavailable),
        ] {
            assert_eq!(ending.fate(), Fate::MayComeBack, "{ending:?}");
        }
    }

    #[test]
    fn a_browser_that_broke_the_rules_is_lost_at_once() {
        for ending in [
            Ending::Forbidden(CloseCode::Unsupported),
            Ending::Forbidden(CloseCode::TooLong),
            Ending::Refused(ErrorCode::BadMessage),
            Ending::Refused(ErrorCode::OutOfPlace),
        ] {
            assert_eq!(ending.fate(), Fate::Leaves(LeaveReason::Lost), "{ending:?}");
        }
    }

    #[test]
    fn an_old_socket_says_nothing_about_its_successor() {
        assert_eq!(Ending::Refused(ErrorCode::Replaced).fate(), Fate::Settled);
    }
}
