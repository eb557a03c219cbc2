//! Why there is no socket, as far as the server has said it.

use crate::signaling::CloseCode;

use super::Obstacle;

/// What is in the way of a page that was sent away with this code and tries again; nothing better
/// than [`Obstacle::Unreachable`] after a code without another try.
pub(super) const fn obstacle_after(code: CloseCode) -> Obstacle {
    match code {
        CloseCode::GoingAway => Obstacle::Busy,
        CloseCode::Unavailable => Obstacle::Unavailable,
        CloseCode::JoinTimeout | CloseCode::TooSlow | CloseCode::Silent => Obstacle::Slow,
        CloseCode::ResumeRefused | CloseCode::RateLimited => Obstacle::SentAway,
        CloseCode::Normal
        | CloseCode::Unsupported
        | CloseCode::TooLong
        | CloseCode::BadMessage
        | CloseCode::UnsupportedVersion
        | CloseCode::OutOfPlace
        | CloseCode::RoomFull
        | CloseCode::Replaced
        | CloseCode::Removed => Obstacle::Unreachable,
    }
}
