//! Why a socket was closed, as a WebSocket close code
//! ([RFC 6455 §7.4](https://www.rfc-editor.org/rfc/rfc6455#section-7.4)), and what follows from it
//! at both ends.

use super::{ErrorCode, LeaveReason};

/// The close codes of this protocol. 4000–4999 are for applications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum CloseCode {
    /// The session is over because the participant left.
    Normal = 1000,
    /// The page or the server went away.
    GoingAway = 1001,
    /// A binary frame.
    Unsupported = 1003,
    /// A frame over the limit.
    TooLong = 1009,
    /// A frame that is not a message of this protocol.
    BadMessage = 4000,
    /// No version in common.
    UnsupportedVersion = 4001,
    /// A message at the wrong time.
    OutOfPlace = 4002,
    /// No `join` in time.
    JoinTimeout = 4003,
    /// No seat left.
    RoomFull = 4004,
    /// The resume token does not hold.
    ResumeRefused = 4005,
    /// The same participant connected elsewhere.
    Replaced = 4006,
    /// Too many messages.
    RateLimited = 4007,
    /// The outbound queue ran over.
    TooSlow = 4008,
    /// Nothing heard for too long.
    Silent = 4009,
    /// The room's state cannot be reached.
    Unavailable = 4010,
    /// Somebody removed the participant from the room.
    Removed = 4011,
}

/// What a page does after a close code. A code that is not in the table, such as 1006, which a
/// browser reports when the connection broke, is followed by [`Reaction::Again`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// It connects again by itself.
    Again,
    /// It connects again by itself, with a new token of its own making.
    AgainAnew,
    /// It does not connect again by itself. A call goes on as long as somebody can be reached.
    Refused(Refusal),
    /// The call is over at once.
    Over(Ending),
}

/// Why the server does not let a page in, and will not until somebody does something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The room has no free seat.
    Full,
    /// Page and server speak different versions; loading the page again helps.
    Outdated,
    /// The server does not understand what the page says: a bug.
    Misunderstood,
}

/// Why a participation is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The person left.
    Left,
    /// The same participant is connected in another page.
    Replaced,
    /// Somebody removed the person.
    Removed,
    /// The server did not let the page in, and nobody is connected to it.
    Refused(Refusal),
}

/// What becomes of the participant when a socket ends with a close code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// They are gone for good.
    Leaves(LeaveReason),
    /// They have the grace period to come back.
    MayComeBack,
    /// Their page is gone; they have a moment to load it again.
    MayReload,
    /// The socket had no seat, or has none any more: the room knows already.
    Settled,
}

/// One row of the table of close codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloseReason {
    /// What has happened, for people.
    pub meaning: &'static str,
    /// What the page does that the code is said to.
    pub reaction: Reaction,
    /// What becomes of the participant.
    pub outcome: Outcome,
}

impl CloseCode {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 16] = [
        Self::Normal,
        Self::GoingAway,
        Self::Unsupported,
        Self::TooLong,
        Self::BadMessage,
        Self::UnsupportedVersion,
        Self::OutOfPlace,
        Self::JoinTimeout,
        Self::RoomFull,
        Self::ResumeRefused,
        Self::Replaced,
        Self::RateLimited,
        Self::TooSlow,
        Self::Silent,
        Self::Unavailable,
        Self::Removed,
    ];

    /// The number on the wire.
    pub const fn as_u16(self) -> u16 {
        self as u16
    }

    /// The code behind a number; `None` for one this protocol does not use, such as 1006, which
    /// a browser reports when the connection broke.
    pub fn from_u16(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_u16() == code)
    }

    /// The table of close codes, which both ends follow and `docs/protocol.md` prints.
    pub const fn reason(self) -> CloseReason {
        use Outcome::{Leaves, MayComeBack, MayReload, Settled};
        use Reaction::{Again, AgainAnew, Over, Refused};
        let (meaning, reaction, outcome) = match self {
            Self::Normal => (
                "the participant left",
                Over(Ending::Left),
                Leaves(LeaveReason::Left),
            ),
            Self::GoingAway => ("the page or the server went away", Again, MayReload),
            Self::Unsupported => (
                "a binary frame",
                Refused(Refusal::Misunderstood),
                Leaves(LeaveReason::Lost),
            ),
            Self::TooLong => (
                "a frame over the limit",
                Refused(Refusal::Misunderstood),
                Leaves(LeaveReason::Lost),
            ),
            Self::BadMessage => (
                "a frame that is not a message",
                Refused(Refusal::Misunderstood),
                Leaves(LeaveReason::Lost),
            ),
            Self::UnsupportedVersion => {
                ("no version in common", Refused(Refusal::Outdated), Settled)
            }
            Self::OutOfPlace => (
                "a message at the wrong time",
                Refused(Refusal::Misunderstood),
                Leaves(LeaveReason::Lost),
            ),
            Self::JoinTimeout => ("no `join` in time", Again, Settled),
            Self::RoomFull => ("the room is full", Refused(Refusal::Full), Settled),
            Self::ResumeRefused => ("the resume token does not hold", AgainAnew, Settled),
            Self::Replaced => (
                "the same participant connected elsewhere",
                Over(Ending::Replaced),
                Settled,
            ),
            Self::RateLimited => ("too many messages", Again, MayComeBack),
            Self::TooSlow => (
                "the outbound queue ran over, or a frame was not taken within ten seconds",
                Again,
                MayComeBack,
            ),
            Self::Silent => ("nothing was heard for too long", Again, MayComeBack),
            Self::Unavailable => (
                "the rooms cannot be reached, or the seat was lost while it was given",
                Again,
                MayComeBack,
            ),
            Self::Removed => (
                "somebody removed the participant",
                Over(Ending::Removed),
                Settled,
            ),
        };
        CloseReason {
            meaning,
            reaction,
            outcome,
        }
    }

    /// Whether the page should connect again by itself.
    pub const fn may_retry(self) -> bool {
        matches!(
            self.reason().reaction,
            Reaction::Again | Reaction::AgainAnew
        )
    }
}

impl ErrorCode {
    /// The code with which the socket is closed next; `None` when the session goes on, or when only
    /// the close code itself can tell.
    pub const fn close_code(self) -> Option<CloseCode> {
        Some(match self {
            Self::BadMessage => CloseCode::BadMessage,
            Self::TooLong => CloseCode::TooLong,
            Self::UnsupportedVersion => CloseCode::UnsupportedVersion,
            Self::OutOfPlace => CloseCode::OutOfPlace,
            Self::JoinTimeout => CloseCode::JoinTimeout,
            Self::RoomFull => CloseCode::RoomFull,
            Self::ResumeRefused => CloseCode::ResumeRefused,
            Self::Replaced => CloseCode::Replaced,
            Self::RateLimited => CloseCode::RateLimited,
            Self::TooSlow => CloseCode::TooSlow,
            Self::Silent => CloseCode::Silent,
            Self::Unavailable => CloseCode::Unavailable,
            Self::GoingAway => CloseCode::GoingAway,
            Self::Removed => CloseCode::Removed,
            Self::UnknownType | Self::Unknown => return None,
        })
    }
}
