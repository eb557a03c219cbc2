//! What the server says to a browser.

use serde::{Deserialize, Serialize};

use super::{ErrorCode, MessageError, SignalPayload, words};
use crate::id::{DisplayName, InstanceId, ParticipantId, ResumeToken};

/// A message with its number in the session. `joined` is number 0; the messages after it count on
/// from 1 without holes, so the browser can say after a break what it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequenced {
    /// Its number, which `ping` acknowledges.
    pub seq: u64,
    /// What the server says.
    pub message: ServerMessage,
}

/// What a server may say on the socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// You are in the room.
    Joined(Box<Joined>),
    /// Somebody came.
    ParticipantJoined {
        /// As the roster has them from now on.
        participant: Participant,
    },
    /// Something about a participant is different now: their presence, name or page instance.
    ParticipantChanged {
        /// The participant as they are now.
        participant: Participant,
    },
    /// Somebody is no longer there.
    ParticipantLeft {
        /// Whose seat is free now.
        id: ParticipantId,
        /// How they came to lose it.
        #[serde(deserialize_with = "words::leave_reason")]
        reason: LeaveReason,
    },
    /// Another participant sent this.
    Signal {
        /// Who sent it; the server vouches for it.
        from: ParticipantId,
        /// What was sent, unread.
        payload: SignalPayload,
    },
    /// A signal of yours could not be carried.
    Undeliverable {
        /// Whom it was for.
        to: ParticipantId,
        /// Why not.
        reason: Undeliverable,
    },
    /// New ICE servers, before the credentials of the old ones run out.
    IceServers(IceServers),
    /// This server is about to stop. Connect again after a random part of the time given.
    GoingAway {
        /// Spread the reconnection over this many milliseconds.
        jitter_ms: u64,
    },
    /// Something went wrong. When the code [ends the session](ErrorCode::close_code), the socket
    /// closes next.
    Error {
        /// For programs; never changes its meaning.
        code: ErrorCode,
        /// For people who read logs.
        message: String,
        /// When trying again makes sense: after this many milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
    },
    /// The answer to `ping`.
    Pong {},
    /// Something that only a newer page understands. It has its number like any other.
    #[serde(other)]
    Unknown,
}

/// The answer to `join`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// The protocol version the server picked.
    pub version: u32,
    /// Who you are.
    pub id: ParticipantId,
    /// How you can come back. A new one each time.
    pub token: ResumeToken,
    /// What became of the session you had.
    pub resumption: Resumption,
    /// Everybody in the room, you included, in the order they came.
    pub participants: Vec<Participant>,
    /// How many people fit.
    pub capacity: u32,
    /// Where to find STUN and TURN.
    pub ice: IceServers,
}

/// What became of the session a browser claimed to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resumption {
    /// There was none: this is a new session.
    Fresh,
    /// Everything after the last sequence number seen follows.
    Replayed,
    /// The session goes on, but what was missed is gone; the roster here is the truth.
    Snapshot,
}

/// Somebody in the room, as the server knows them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Participant {
    /// The same for as long as they keep their seat.
    pub id: ParticipantId,
    /// What to call them.
    pub name: DisplayName,
    /// The load of their page; peer connections to another one are void.
    pub instance: InstanceId,
    /// Their position in the order of arrival; smaller came earlier.
    pub since: u64,
    /// Whether their socket is up.
    #[serde(deserialize_with = "words::presence")]
    pub presence: Presence,
}

/// Whether a participant's socket is up. Their media do not depend on it, but for one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Their socket is up.
    Connected,
    /// It is not, and the time in which they may come back has not run out.
    Reconnecting,
    /// The page went away: the tab was closed, or is being loaded again. Nothing comes from it.
    Unloaded,
}

/// Why a participant is no longer there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveReason {
    /// They left, or closed the page.
    Left,
    /// Their socket was lost and they did not come back in time.
    Lost,
    /// Somebody with the right to do so removed them.
    Removed,
}

/// Why a signal could not be carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undeliverable {
    /// Nobody of that name is in the room.
    NotInRoom,
    /// They are in the room but have no socket now. Try again.
    Reconnecting,
    /// Their server cannot be reached now. Try again; for a reason of a newer server, too.
    #[serde(other)]
    Unreachable,
}

/// STUN and TURN servers and how long their credentials last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServers {
    /// The servers; empty when the operator named none.
    pub servers: Vec<IceServer>,
    /// Milliseconds until the credentials run out; absent when they do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_ms: Option<u64>,
}

impl IceServers {
    /// Whether a relay is among them, by the scheme of its URL
    /// ([RFC 7065](https://www.rfc-editor.org/rfc/rfc7065)).
    pub fn offer_relay(&self) -> bool {
        let mut urls = self.servers.iter().flat_map(|server| &server.urls);
        let scheme = |url: &String| url.split(':').next().map(str::to_ascii_lowercase);
        urls.any(|url| matches!(scheme(url).as_deref(), Some("turn" | "turns")))
    }
}

/// One entry of the browser's
/// [`RTCIceServer`](https://www.w3.org/TR/webrtc/#rtciceserver-dictionary) list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServer {
    /// `stun:`, `turn:` and `turns:` URLs. What a browser does not take of them, it leaves out.
    pub urls: Vec<String>,
    /// For TURN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// For TURN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

impl Sequenced {
    /// Reads one text frame.
    ///
    /// # Errors
    ///
    /// When the frame is not a message of this protocol.
    pub fn parse(text: &str) -> Result<Self, MessageError> {
        Ok(serde_json::from_str(text)?)
    }

    /// The text frame.
    ///
    /// # Errors
    ///
    /// When the message would be longer than the protocol allows.
    pub fn to_json(&self) -> Result<String, MessageError> {
        super::error::to_bounded_json(self)
    }
}
