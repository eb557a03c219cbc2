//! How a socket ends: what the room is told, and how the browser is told.

use std::time::Duration;

use meeting::signaling::{CloseCode, ErrorCode, MessageError, Outcome, ServerMessage};
use store::OutboxEnd;

use super::connection::SendError;

/// Why a socket is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SocketEnd {
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
    /// The seat was lost, or gone, before the answer to `join` was there.
    Overtaken,
    /// The server is stopping and lets nobody in.
    GoingAway,
    /// The server stops, and the browser has been asked to go before.
    Stopped,
}

/// What the server has to do about the closing handshake
/// ([RFC 6455 §7](https://www.rfc-editor.org/rfc/rfc6455#section-7)).
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ClosingHandshake {
    /// Nothing: there is no connection.
    Impossible,
    /// The browser started it: answer, and close the connection.
    Answer,
    /// Start it.
    Start {
        /// The last message before the Close frame.
        message: Option<ServerMessage>,
        /// The code in the Close frame.
        code: CloseCode,
    },
}

impl SocketEnd {
    /// What becomes of the participant.
    ///
    /// Whoever leaves says so, or closes the socket with 1000. A browser whose page goes away
    /// closes it with 1001, be the tab closed or the page loaded again. Whatever else a browser
    /// closes it with may be the network, and there they have time to come back. What follows from
    /// a code that the server gives is in [`CloseCode::reason`].
    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Self::Left => CloseCode::Normal.reason().outcome,
            Self::Closed(code) => match code.and_then(CloseCode::from_u16) {
                Some(code @ (CloseCode::Normal | CloseCode::GoingAway)) => code.reason().outcome,
                _ => Outcome::MayComeBack,
            },
            Self::Lost => Outcome::MayComeBack,
            Self::Overtaken | Self::GoingAway | Self::Stopped => Outcome::Settled,
            Self::Refused(code) => close_code(code).reason().outcome,
            Self::Forbidden(code) => code.reason().outcome,
        }
    }

    /// The code that says why the server ends it, if the server does so because of this browser or
    /// its room.
    pub(crate) const fn reason(self) -> Option<ErrorCode> {
        match self {
            Self::Refused(code) => Some(code),
            Self::Forbidden(CloseCode::TooLong) => Some(ErrorCode::TooLong),
            Self::Forbidden(_) => Some(ErrorCode::BadMessage),
            Self::Left
            | Self::Closed(_)
            | Self::Lost
            | Self::Overtaken
            | Self::GoingAway
            | Self::Stopped => None,
        }
    }

    /// The same, if the browser broke a rule of the protocol. That takes a bug, or somebody who
    /// means no good.
    pub(crate) fn breach(self) -> Option<ErrorCode> {
        self.reason().filter(|code| match code {
            ErrorCode::BadMessage
            | ErrorCode::TooLong
            | ErrorCode::OutOfPlace
            | ErrorCode::RateLimited => true,
            ErrorCode::UnsupportedVersion
            | ErrorCode::JoinTimeout
            | ErrorCode::RoomFull
            | ErrorCode::ResumeRefused
            | ErrorCode::Replaced
            | ErrorCode::TooSlow
            | ErrorCode::Silent
            | ErrorCode::Unavailable
            | ErrorCode::GoingAway
            | ErrorCode::Removed
            | ErrorCode::UnknownType
            | ErrorCode::Unknown => false,
        })
    }

    /// How the browser is told. `spread` is as in [`going_away`].
    pub(crate) fn closing_handshake(self, spread: Duration) -> ClosingHandshake {
        let (message, code) = match self {
            Self::Lost => return ClosingHandshake::Impossible,
            Self::Closed(_) => return ClosingHandshake::Answer,
            Self::Left => (None, CloseCode::Normal),
            Self::Overtaken => (Some(error(ErrorCode::Unavailable)), CloseCode::Unavailable),
            Self::Refused(code) => (Some(error(code)), close_code(code)),
            Self::Forbidden(code) => (self.reason().map(error), code),
            Self::GoingAway => (Some(going_away(spread)), CloseCode::GoingAway),
            Self::Stopped => (None, CloseCode::GoingAway),
        };
        ClosingHandshake::Start { message, code }
    }
}

impl From<OutboxEnd> for SocketEnd {
    fn from(end: OutboxEnd) -> Self {
        match end {
            OutboxEnd::TooSlow => Self::Refused(ErrorCode::TooSlow),
            OutboxEnd::Replaced => Self::Refused(ErrorCode::Replaced),
            OutboxEnd::Removed => Self::Refused(ErrorCode::Removed),
            OutboxEnd::Overtaken => Self::Overtaken,
        }
    }
}

impl From<MessageError> for SocketEnd {
    fn from(error: MessageError) -> Self {
        match error {
            MessageError::TooLong => Self::Refused(ErrorCode::TooLong),
            MessageError::Malformed(_) => Self::Refused(ErrorCode::BadMessage),
        }
    }
}

impl From<SendError> for SocketEnd {
    fn from(error: SendError) -> Self {
        match error {
            SendError::TooSlow => Self::Refused(ErrorCode::TooSlow),
            SendError::Broken => Self::Lost,
        }
    }
}

/// Asks the browsers of a stopping server to go elsewhere, spread over this time.
pub(crate) fn going_away(spread: Duration) -> ServerMessage {
    ServerMessage::GoingAway {
        jitter_ms: u64::try_from(spread.as_millis()).unwrap_or(u64::MAX),
    }
}

/// The code with which the socket is closed for this reason.
fn close_code(code: ErrorCode) -> CloseCode {
    code.close_code().unwrap_or(CloseCode::BadMessage)
}

/// What the browser is told of something that went wrong.
pub(crate) fn error(code: ErrorCode) -> ServerMessage {
    ServerMessage::Error {
        code,
        message: explanation(code).to_owned(),
        retry_after_ms: code
            .close_code()
            .filter(|close| close.may_retry())
            .map(|_| wait_after(code)),
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

/// What an error code means, for people.
pub(crate) const fn explanation(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadMessage => "this is not a message of the protocol",
        ErrorCode::TooLong => "the message is longer than the protocol allows",
        ErrorCode::UnsupportedVersion => "the page is of another version; load it again",
        ErrorCode::OutOfPlace => "join has to be the first message, and only the first",
        ErrorCode::JoinTimeout => "no join arrived in time",
        ErrorCode::RoomFull => "the room has no seat left",
        ErrorCode::ResumeRefused => "the resume token does not hold",
        ErrorCode::Replaced => "the same participant connected again elsewhere",
        ErrorCode::RateLimited => "too many messages",
        ErrorCode::TooSlow => "the messages of the room were not read fast enough",
        ErrorCode::Silent => "nothing was heard for too long",
        ErrorCode::Unavailable => "the rooms cannot be reached at the moment",
        ErrorCode::GoingAway => "the server is stopping",
        ErrorCode::Removed => "somebody removed the participant from the room",
        ErrorCode::UnknownType => "this server does not know messages of this type",
        ErrorCode::Unknown => "something went wrong that only another version can tell",
    }
}

#[cfg(test)]
mod tests {
    use meeting::signaling::LeaveReason;

    use super::*;

    #[test]
    fn whoever_leaves_on_purpose_is_gone_at_once() {
        for end in [SocketEnd::Left, SocketEnd::Closed(Some(1000))] {
            assert_eq!(end.outcome(), Outcome::Leaves(LeaveReason::Left), "{end:?}");
        }
    }

    #[test]
    fn a_page_that_is_gone_may_be_loaded_again() {
        assert_eq!(SocketEnd::Closed(Some(1001)).outcome(), Outcome::MayReload);
    }

    #[test]
    fn whatever_the_network_may_have_done_can_be_undone() {
        for end in [
            SocketEnd::Lost,
            SocketEnd::Closed(None),
            SocketEnd::Closed(Some(1006)),
            SocketEnd::Closed(Some(4009)),
            SocketEnd::Refused(ErrorCode::Silent),
            SocketEnd::Refused(ErrorCode::TooSlow),
            SocketEnd::Refused(ErrorCode::RateLimited),
            SocketEnd::Refused(ErrorCode::Unavailable),
        ] {
            assert_eq!(end.outcome(), Outcome::MayComeBack, "{end:?}");
        }
    }

    #[test]
    fn a_browser_that_broke_the_rules_is_lost_at_once() {
        for end in [
            SocketEnd::Forbidden(CloseCode::Unsupported),
            SocketEnd::Forbidden(CloseCode::TooLong),
            SocketEnd::Refused(ErrorCode::BadMessage),
            SocketEnd::Refused(ErrorCode::OutOfPlace),
        ] {
            assert_eq!(end.outcome(), Outcome::Leaves(LeaveReason::Lost), "{end:?}");
        }
    }

    #[test]
    fn whoever_breaks_a_rule_is_told_apart_from_whom_the_network_took() {
        for (end, reason) in [
            (
                SocketEnd::Refused(ErrorCode::BadMessage),
                ErrorCode::BadMessage,
            ),
            (SocketEnd::Refused(ErrorCode::TooLong), ErrorCode::TooLong),
            (
                SocketEnd::Refused(ErrorCode::OutOfPlace),
                ErrorCode::OutOfPlace,
            ),
            (
                SocketEnd::Refused(ErrorCode::RateLimited),
                ErrorCode::RateLimited,
            ),
            (
                SocketEnd::Forbidden(CloseCode::Unsupported),
                ErrorCode::BadMessage,
            ),
            (SocketEnd::Forbidden(CloseCode::TooLong), ErrorCode::TooLong),
        ] {
            assert_eq!(end.breach(), Some(reason), "{end:?}");
        }
        for end in [
            SocketEnd::Left,
            SocketEnd::Lost,
            SocketEnd::Closed(Some(4009)),
            SocketEnd::Refused(ErrorCode::TooSlow),
            SocketEnd::Refused(ErrorCode::Replaced),
        ] {
            assert_eq!(end.breach(), None, "{end:?}");
        }
    }

    #[test]
    fn an_old_socket_says_nothing_about_its_successor() {
        assert_eq!(
            SocketEnd::Refused(ErrorCode::Replaced).outcome(),
            Outcome::Settled
        );
    }

    #[test]
    fn whoever_was_removed_is_told_so_and_whoever_lost_a_race_is_asked_back() {
        let code = |end: OutboxEnd| match SocketEnd::from(end).closing_handshake(Duration::ZERO) {
            ClosingHandshake::Start { code, .. } => code,
            other => panic!("{end:?} ends with {other:?}"),
        };
        assert_eq!(code(OutboxEnd::Removed), CloseCode::Removed);
        assert!(!code(OutboxEnd::Removed).may_retry());
        assert!(code(OutboxEnd::Overtaken).may_retry());
        for end in [OutboxEnd::Removed, OutboxEnd::Overtaken] {
            assert_eq!(SocketEnd::from(end).outcome(), Outcome::Settled, "{end:?}");
        }
    }
}
