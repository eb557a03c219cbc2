//! What Redis keeps and carries, as JSON. Servers of several versions may share a Redis, so fields
//! and words that are not known are passed over.

use std::fmt;

use meeting::id::{Attempt, DisplayName, InstanceId, ParticipantId, RoomId};
use meeting::room::TokenHash;
use meeting::signaling::{LeaveReason, Participant, Presence, SignalPayload, Undeliverable};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::lenient;

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

/// A participant in the roster, as every server may see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) id: ParticipantId,
    #[serde(deserialize_with = "lenient::name")]
    pub(super) name: DisplayName,
    pub(super) instance: InstanceId,
    /// Which of their tab's sockets they came with.
    pub(super) attempt: Attempt,
    /// The number of the event by which they first came.
    #[serde(default)]
    pub(super) since: u64,
    /// Where their socket is, or was.
    pub(super) server: ServerId,
    /// The number of the event by which their present socket came.
    #[serde(default)]
    pub(super) generation: u64,
    /// When they leave unless they come back, in Redis' milliseconds. Absent while they have a
    /// socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deadline: Option<u64>,
    /// Why they leave then; lost, unless it says otherwise.
    #[serde(
        rename = "farewell",
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::known_leave_reason"
    )]
    pub(super) leave_reason: Option<LeaveReason>,
    /// What a newer server wrote down besides.
    #[serde(flatten)]
    pub(super) rest: Rest,
}

/// Fields that only a newer server understands. They belong to the participant, and are kept
/// wherever a record is written anew. They hold no empty lists and no numbers of more than 14
/// digits, which do not survive the scripts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Rest(Map<String, Value>);

/// Fields of an entry that concern the scripts alone.
pub(super) const OF_SCRIPTS: [&str; 5] = ["given", "shown", "former", "remaining", "remembered"];

impl Rest {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for Rest {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut fields = Map::deserialize(from)?;
        fields.retain(|name, _| !OF_SCRIPTS.contains(&name.as_str()));
        Ok(Self(fields))
    }
}

impl Entry {
    pub(super) fn participant(&self) -> Participant {
        Participant {
            id: self.id.clone(),
            name: self.name.clone(),
            instance: self.instance.clone(),
            since: self.since,
            presence: match (self.deadline, self.leave_reason) {
                (None, _) => Presence::Connected,
                (Some(_), Some(LeaveReason::Left)) => Presence::Unloaded,
                (Some(_), _) => Presence::Reconnecting,
            },
        }
    }
}

/// A participant as their own server writes them down.
#[derive(Clone, Debug, Serialize)]
pub(super) struct OwnEntry {
    #[serde(flatten)]
    pub(super) entry: Entry,
    /// The hash of the token they were given last.
    pub(super) given: Proof,
    /// The hash of the one they showed to get it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shown: Option<Proof>,
    /// What is left of their grace period, in milliseconds. Absent while they have a socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remaining: Option<u64>,
    /// What a newer server wrote down besides, in case Redis has forgotten it.
    #[serde(skip_serializing_if = "Rest::is_empty")]
    pub(super) remembered: Rest,
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
        #[serde(deserialize_with = "lenient::leave_reason")]
        reason: LeaveReason,
        /// Of somebody who was sent away: the number of the event by which their last socket came.
        #[serde(default)]
        generation: Option<u64>,
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

/// What comes on the channel of one server.
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
        /// Where to say so when they are not here.
        sender: ServerId,
    },
    /// A signal from here found nobody.
    Undeliverable {
        room: RoomId,
        from: ParticipantId,
        to: ParticipantId,
        #[serde(deserialize_with = "lenient::undeliverable")]
        reason: Undeliverable,
    },
    /// Something that only a newer server understands.
    #[serde(other)]
    Unknown,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn ann() -> Value {
        json!({
            "id": ParticipantId::from_bytes([1; 16]), "name": "Ann",
            "instance": "0000000000000001",
            "attempt": { "tab": "0000000000000002", "number": 1 },
            "since": 10, "server": "one", "generation": 10, "given": "00",
        })
    }

    /// Ann's entry as a newer server writes it down.
    fn ann_of_a_newer_server() -> Value {
        let mut ann = ann();
        ann["pronouns"] = json!({ "short": "they" });
        ann["attempt"]["kind"] = json!("web");
        ann
    }

    #[test]
    fn what_a_newer_server_writes_down_besides_is_passed_over() {
        let known: Entry = serde_json::from_value(ann()).unwrap();
        let newer = ann_of_a_newer_server();
        let read: Entry = serde_json::from_value(newer).unwrap();
        let understood = Entry {
            rest: Rest::default(),
            ..read.clone()
        };
        assert_eq!(understood, known);

        let put = json!({ "sequence": 11, "now": 5, "shard": 3, "put": ann_of_a_newer_server() });
        let record: RoomRecord = serde_json::from_value(put).unwrap();
        assert!(matches!(record.change, Change::Put(entry) if entry == read));
        let note = json!({ "type": "beat", "load": 0.5 });
        assert!(matches!(serde_json::from_value(note), Ok(Note::Beat)));
        let note = json!({ "type": "close", "room": "abc-defg-hij" });
        assert!(matches!(serde_json::from_value(note), Ok(Note::Unknown)));
    }

    #[test]
    fn what_a_newer_server_writes_down_besides_is_kept_and_proofs_are_not() {
        let read: Entry = serde_json::from_value(ann_of_a_newer_server()).unwrap();
        let written = serde_json::to_value(&read).unwrap();
        assert_eq!(written["pronouns"], json!({ "short": "they" }));
        assert_eq!(written["given"], Value::Null);
    }

    #[test]
    fn whoever_leaves_for_a_reason_of_a_newer_server_is_gone() {
        let id = ParticipantId::from_bytes([1; 16]);
        let gone = json!({ "id": id, "reason": "banned", "by": "somebody" });
        let gone = json!({ "sequence": 11, "now": 5, "gone": gone });
        let record: RoomRecord = serde_json::from_value(gone).unwrap();
        let left = LeaveReason::Left;
        assert!(matches!(record.change, Change::Gone { reason, .. } if reason == left));

        let mut away = ann();
        away["deadline"] = json!(500);
        away["farewell"] = json!("banned");
        let away: Entry = serde_json::from_value(away).unwrap();
        assert_eq!((away.deadline, away.leave_reason), (Some(500), None));
    }

    #[test]
    fn a_signal_that_found_nobody_for_a_new_reason_comes_back_all_the_same() {
        let (from, to) = (
            ParticipantId::from_bytes([1; 16]),
            ParticipantId::from_bytes([2; 16]),
        );
        let note = json!({
            "type": "undeliverable", "room": "abc-defg-hij", "from": from, "to": to,
            "reason": "asleep",
        });
        let Ok(Note::Undeliverable { reason, .. }) = serde_json::from_value(note) else {
            panic!("the note cannot be read");
        };
        assert_eq!(reason, Undeliverable::Unreachable);
    }

    #[test]
    fn one_participant_whom_this_version_cannot_read_hides_nobody_else() {
        let mut nameless = ann();
        nameless["name"] = json!("\u{200b}");
        let records = [ann(), json!({ "id": 7 }), nameless].map(|record| record.to_string());
        let read: Vec<Entry> = lenient::readable(&records);
        let names: Vec<&str> = read.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["Ann", "?"]);
    }
}
