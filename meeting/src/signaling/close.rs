//! Why a socket was closed, as a WebSocket close code
//! ([RFC 6455 §7.4](https://www.rfc-editor.org/rfc/rfc6455#section-7.4)).

use super::ErrorCode;

/// The close codes of this protocol. 4000–4999 are for applications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// No place left.
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
}

impl CloseCode {
    const ALL: [Self; 15] = [
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

    /// Whether the browser should connect again by itself.
    pub const fn may_retry(self) -> bool {
        match self {
            Self::GoingAway
            | Self::JoinTimeout
            | Self::ResumeRefused
            | Self::RateLimited
            | Self::TooSlow
            | Self::Silent
            | Self::Unavailable => true,
            Self::Normal
            | Self::Unsupported
            | Self::TooLong
            | Self::BadMessage
            | Self::UnsupportedVersion
            | Self::OutOfPlace
            | Self::RoomFull
            | Self::Replaced => false,
        }
    }
}

impl From<ErrorCode> for CloseCode {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::BadMessage => Self::BadMessage,
            ErrorCode::TooLong => Self::TooLong,
            ErrorCode::UnsupportedVersion => Self::UnsupportedVersion,
            ErrorCode::OutOfPlace => Self::OutOfPlace,
            ErrorCode::JoinTimeout => Self::JoinTimeout,
            ErrorCode::RoomFull => Self::RoomFull,
            ErrorCode::ResumeRefused => Self::ResumeRefused,
            ErrorCode::Replaced => Self::Replaced,
            ErrorCode::RateLimited => Self::RateLimited,
            ErrorCode::TooSlow => Self::TooSlow,
            ErrorCode::Silent => Self::Silent,
            ErrorCode::Unavailable => Self::Unavailable,
            ErrorCode::GoingAway => Self::GoingAway,
        }
    }
}
