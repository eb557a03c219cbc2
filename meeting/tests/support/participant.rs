//! Somebody in a room, as the server knows them.

use meeting::id::{InstanceId, ParticipantId};
use meeting::signaling::{Participant, Presence};

/// Somebody of this number and name, who came with their first page.
pub(crate) fn participant(number: u8, name: &str) -> Participant {
    Participant {
        id: ParticipantId::from_bytes([number; 16]),
        name: name.to_owned().try_into().unwrap(),
        instance: InstanceId::from_random(u64::from(number)),
        since: u64::from(number),
        presence: Presence::Connected,
    }
}
