//! What Redis keeps and carries, as JSON.

use std::fmt;

use meeting::id::{Attempt, DisplayName, InstanceId, ParticipantId, RoomId};
use meeting::room::TokenHash;
use meeting::signaling::{LeaveReason, Participant, Presence, SignalPayload, Undeliverable};
use serde::{Deserialize, Serialize};

/// One start of one server. Random, so a server that was restarted is another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct ServerId(Box<str>);

impl ServerId {
    pub(super) fn from_random(random: u64) -> Self {
        Self(format!("{random:016x}").into_boxed_str())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for ServerId {
    fn from(text: String) -> Self {
        Self(text.into_boxed_str())
    }
}

impl fmt::Display for ServerId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A participant in the roster, as every server may see him.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) id: ParticipantId,
    pub(super) name: DisplayName,
    pub(super) instance: InstanceId,
    /// Which of his tab's sockets he came with.
    pub(super) attempt: Attempt,
    /// The number of the event by which he first came.
    #[serde(default)]
    pub(super) since: u64,
    /// Where his socket is, or was.
    pub(super) server: ServerId,
    /// The number of the event by which his present socket came.
    #[serde(default)]
    pub(super) generation: u64,
    /// When he leaves unless he comes back, in Redis' milliseconds. Absent while he has a socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deadline: Option<u64>,
    /// Why he leaves then; lost, unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) farewell: Option<LeaveReason>,
}

impl Entry {
    pub(super) fn participant(&self) -> Participant {
        Participant {
            id: self.id.clone(),
            name: self.name.clone(),
            instance: self.instance.clone(),
            since: self.since,
            presence: match (self.deadline, self.farewell) {
                (None, _) => Presence::Connected,
                (Some(_), Some(LeaveReason::Left)) => Presence::Unloaded,
                (Some(_), _) => Presence::Reconnecting,
            },
        }
    }
}

/// A participant as his own server writes him down.
#[derive(Clone, Debug, Serialize)]
pub(super) struct OwnEntry {
    #[serde(flatten)]
    pub(super) entry: Entry,
    /// The hash of the token he was given last.
    pub(super) given: Proof,
    /// The hash of the one he showed to get it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shown: Option<Proof>,
    /// What is left of his grace period, in milliseconds. Absent while he has a socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remaining: Option<u64>,
}

/// The hash of a token, as Redis sees it.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Proof(String);

impl Proof {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<TokenHash> for Proof {
    fn from(hash: TokenHash) -> Self {
        Self(
            hash.as_bytes()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    }
}

/// Something that happened in a room, as published by the scripts.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct RoomRecord {
    /// Its number; the numbers of a room have no holes.
    pub(super) sequence: u64,
    /// When it happened, in Redis' milliseconds.
    pub(super) now: u64,
    #[serde(flatten)]
    pub(super) change: Change,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Change {
    /// Somebody is there like this now.
    Put(Entry),
    /// Somebody is no longer there.
    Gone {
        id: ParticipantId,
        reason: LeaveReason,
    },
}

/// A room at one moment.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    /// The number the room started with. Another one than before means that Redis lost the room.
    pub(super) born: u64,
    /// The number of the last event in the picture.
    pub(super) sequence: u64,
    /// When it was taken, in Redis' milliseconds.
    pub(super) now: u64,
    pub(super) entries: Vec<Entry>,
}

/// What comes to the inbox of one server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Note {
    /// The server's own beat. Hearing it proves that the subscription works.
    Beat,
    /// For a participant whose socket is here.
    Signal {
        room: RoomId,
        from: ParticipantId,
        to: ParticipantId,
        payload: SignalPayload,
        /// Where to say so when he is not here.
        sender: ServerId,
    },
    /// A signal from here found nobody.
    Undeliverable {
        room: RoomId,
        from: ParticipantId,
        to: ParticipantId,
        reason: Undeliverable,
    },
}
