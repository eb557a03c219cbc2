//! The server's side of a room: who is in, who may come back, and what the others are told.
//!
//! Pure: time is an argument. The store in memory runs on this; the scripts of the store in Redis
//! make the same transitions, and one suite holds both to the same behaviour.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use thiserror::Error;

use crate::id::{DisplayName, InstanceId, ParticipantId};
use crate::signaling::{LeaveReason, Participant, Presence, Resumption, ServerMessage};
use crate::time::Timestamp;

/// The SHA-256 of the changing part of a resume token. A room knows tokens by their hashes alone,
/// so what it stores lets nobody in.
#[derive(Clone, Copy)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash made of these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether the two are equal, in a time that does not depend on where they differ.
    pub fn matches(&self, other: &Self) -> bool {
        let difference = self
            .0
            .iter()
            .zip(&other.0)
            .fold(0, |sum, (a, b)| sum | (a ^ b));
        std::hint::black_box(difference) == 0
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenHash(..)")
    }
}

/// Whether somebody says that he was here before.
#[derive(Clone, Copy, Debug)]
pub enum Claim {
    /// He does not: his id was minted just now.
    Fresh,
    /// He does.
    Resume {
        /// The hash of the changing part of the token that he showed.
        proof: TokenHash,
    },
}

/// What a room is told about somebody who wants in.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Who. Derived from the secret that he showed, so he is this participant.
    pub id: ParticipantId,
    /// What the others call him.
    pub name: DisplayName,
    /// The load of his page.
    pub instance: InstanceId,
    /// Whether he was here before.
    pub claim: Claim,
    /// The hash of the changing part of the token that he is about to get.
    pub next_proof: TokenHash,
}

/// He is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// Fences his older sockets off; see [`Room::detach`] and [`Room::leave`].
    pub generation: u64,
    /// What became of the session he claimed to have.
    pub resumption: Resumption,
    /// What the others are told.
    pub event: RoomEvent,
}

/// Why somebody does not get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// No place left.
    #[error("the room is full")]
    Full,
    /// The token is not, or no longer, the one that brings this participant back.
    #[error("the resume token does not hold")]
    ResumeRefused,
}

/// What happened in a room. Everybody is told but the participant whom it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomEvent {
    /// Somebody came.
    Joined(Participant),
    /// Something about somebody is different.
    Changed(Participant),
    /// Somebody is no longer there.
    Left {
        /// Who.
        id: ParticipantId,
        /// Why.
        reason: LeaveReason,
    },
}

impl RoomEvent {
    /// Whom it is about.
    pub fn subject(&self) -> &ParticipantId {
        match self {
            Self::Joined(participant) | Self::Changed(participant) => &participant.id,
            Self::Left { id, .. } => id,
        }
    }
}

impl From<RoomEvent> for ServerMessage {
    fn from(event: RoomEvent) -> Self {
        match event {
            RoomEvent::Joined(participant) => Self::ParticipantJoined { participant },
            RoomEvent::Changed(participant) => Self::ParticipantChanged { participant },
            RoomEvent::Left { id, reason } => Self::ParticipantLeft { id, reason },
        }
    }
}

/// A room with somebody in it.
#[derive(Clone, Debug)]
pub struct Room {
    capacity: usize,
    grace: Duration,
    sequence: u64,
    members: BTreeMap<ParticipantId, Member>,
}

#[derive(Clone, Debug)]
struct Member {
    participant: Participant,
    generation: u64,
    proofs: Proofs,
    /// When he leaves, unless he comes back. Present while he is reconnecting.
    deadline: Option<Timestamp>,
}

/// The proofs that bring a participant back: the one he was given last, and the one he showed to
/// get it. That one holds until he shows the new one, so a lost answer strands nobody.
#[derive(Clone, Copy, Debug)]
struct Proofs {
    given: TokenHash,
    shown: Option<TokenHash>,
}

impl Proofs {
    fn accept(&self, proof: &TokenHash) -> bool {
        let given = self.given.matches(proof);
        let shown = self.shown.is_some_and(|shown| shown.matches(proof));
        given | shown
    }
}

impl Room {
    /// An empty room.
    ///
    /// Its numbers start after `sequence`. Where a room of the same name existed before, this must
    /// be no less than that one's last number, so that an old generation never fits a new place.
    pub const fn new(capacity: usize, grace: Duration, sequence: u64) -> Self {
        Self {
            capacity,
            grace,
            sequence,
            members: BTreeMap::new(),
        }
    }

    /// The number of the last transition.
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Whether nobody is in the room. A room that is empty may be forgotten.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Everybody in the room, in the order they came.
    pub fn participants(&self) -> Vec<Participant> {
        let mut participants: Vec<_> = self
            .members
            .values()
            .map(|member| member.participant.clone())
            .collect();
        participants.sort_by(|a, b| (a.since, &a.id).cmp(&(b.since, &b.id)));
        participants
    }

    /// Whether somebody is in the room, and with a socket.
    pub fn presence(&self, id: &ParticipantId) -> Option<Presence> {
        self.members
            .get(id)
            .map(|member| member.participant.presence)
    }

    /// Whether the place of this generation is still his, and his socket up.
    pub fn holds(&self, id: &ParticipantId, generation: u64) -> bool {
        self.members
            .get(id)
            .is_some_and(|member| member.generation == generation && member.deadline.is_none())
    }

    /// Lets somebody in, or back to the place that he still has.
    ///
    /// Somebody who claims to come back but has no place any more (the server was restarted, the
    /// grace period is over) is let in under the same id.
    ///
    /// # Errors
    ///
    /// [`Refusal::Full`] without a place left; [`Refusal::ResumeRefused`] when he has a place but
    /// the proof is not one that leads to it.
    pub fn join(&mut self, arrival: Arrival) -> Result<Entered, Refusal> {
        let shown = match arrival.claim {
            Claim::Fresh => None,
            Claim::Resume { proof } => Some(proof),
        };
        let before = self.members.get(&arrival.id);
        match (before, &shown) {
            (Some(member), Some(proof)) if member.proofs.accept(proof) => {}
            (Some(_), _) => return Err(Refusal::ResumeRefused),
            (None, _) if self.members.len() >= self.capacity => return Err(Refusal::Full),
            (None, _) => {}
        }
        let since = before.map(|member| member.participant.since);
        self.sequence += 1;
        let participant = Participant {
            id: arrival.id.clone(),
            name: arrival.name,
            instance: arrival.instance,
            since: since.unwrap_or(self.sequence),
            presence: Presence::Connected,
        };
        let member = Member {
            participant: participant.clone(),
            generation: self.sequence,
            proofs: Proofs {
                given: arrival.next_proof,
                shown,
            },
            deadline: None,
        };
        self.members.insert(arrival.id, member);
        Ok(Entered {
            generation: self.sequence,
            resumption: if shown.is_some() {
                Resumption::Snapshot
            } else {
                Resumption::Fresh
            },
            event: match since {
                Some(_) => RoomEvent::Changed(participant),
                None => RoomEvent::Joined(participant),
            },
        })
    }

    /// His socket of this generation is lost: he keeps his place for the grace period. Nothing
    /// happens when he has a newer socket, or is detached already.
    pub fn detach(
        &mut self,
        id: &ParticipantId,
        generation: u64,
        now: Timestamp,
    ) -> Option<RoomEvent> {
        let member = self
            .members
            .get_mut(id)
            .filter(|member| member.generation == generation)?;
        if member.deadline.is_some() {
            return None;
        }
        member.deadline = Some(now + self.grace);
        member.participant.presence = Presence::Reconnecting;
        self.sequence += 1;
        Some(RoomEvent::Changed(member.participant.clone()))
    }

    /// He leaves for good. Nothing happens when he has a newer socket than this generation.
    pub fn leave(
        &mut self,
        id: &ParticipantId,
        generation: u64,
        reason: LeaveReason,
    ) -> Option<RoomEvent> {
        self.members
            .get(id)
            .filter(|member| member.generation == generation)?;
        Some(self.remove(id.clone(), reason))
    }

    /// Whose grace period is over leaves, in the order in which they ran out.
    pub fn expire(&mut self, now: Timestamp) -> Vec<RoomEvent> {
        let mut over: Vec<(Timestamp, ParticipantId)> = self
            .members
            .iter()
            .filter_map(|(id, member)| member.deadline.map(|deadline| (deadline, id.clone())))
            .filter(|(deadline, _)| *deadline <= now)
            .collect();
        over.sort();
        over.into_iter()
            .map(|(_, id)| self.remove(id, LeaveReason::Lost))
            .collect()
    }

    fn remove(&mut self, id: ParticipantId, reason: LeaveReason) -> RoomEvent {
        self.sequence += 1;
        self.members.remove(&id);
        RoomEvent::Left { id, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(15);

    fn id(number: u8) -> ParticipantId {
        ParticipantId::from_bytes([number; 16])
    }

    fn hash(number: u8) -> TokenHash {
        TokenHash::from_bytes([number; 32])
    }

    fn arrival(number: u8, claim: Claim, next_proof: u8) -> Arrival {
        Arrival {
            id: id(number),
            name: DisplayName::try_from(format!("Person {number}")).unwrap(),
            instance: InstanceId::from_random(u64::from(number)),
            claim,
            next_proof: hash(next_proof),
        }
    }

    fn fresh(number: u8) -> Arrival {
        arrival(number, Claim::Fresh, number)
    }

    fn back(number: u8, proof: u8, next_proof: u8) -> Arrival {
        arrival(number, Claim::Resume { proof: hash(proof) }, next_proof)
    }

    fn room_of(people: &[u8]) -> Room {
        let mut room = Room::new(3, GRACE, 0);
        for number in people {
            room.join(fresh(*number)).unwrap();
        }
        room
    }

    fn who(room: &Room) -> Vec<ParticipantId> {
        room.participants()
            .into_iter()
            .map(|participant| participant.id)
            .collect()
    }

    fn second(number: u64) -> Timestamp {
        Timestamp::from_millis(number * 1000)
    }

    #[test]
    fn people_stand_in_the_order_they_came() {
        assert_eq!(who(&room_of(&[9, 1, 5])), [id(9), id(1), id(5)]);
    }

    #[test]
    fn the_last_place_is_given_once_and_is_free_again_when_somebody_leaves() {
        let mut room = room_of(&[1, 2]);
        let third = room.join(fresh(3)).unwrap();
        assert_eq!(room.join(fresh(4)), Err(Refusal::Full));
        room.leave(&id(3), third.generation, LeaveReason::Left)
            .unwrap();
        assert!(room.join(fresh(4)).is_ok());
    }

    #[test]
    fn whoever_comes_back_keeps_his_place_even_in_a_full_room() {
        let mut room = room_of(&[1, 2, 3]);
        let since = room.participants()[0].since;
        let entered = room.join(back(1, 1, 11)).unwrap();
        assert_eq!(entered.resumption, Resumption::Snapshot);
        assert!(matches!(entered.event, RoomEvent::Changed(_)));
        assert_eq!(room.participants()[0].since, since);
        assert_eq!(who(&room), [id(1), id(2), id(3)]);
    }

    #[test]
    fn the_token_shown_last_holds_until_the_new_one_is_shown() {
        let mut room = room_of(&[1]);
        room.join(back(1, 1, 11)).unwrap();
        // The answer with token 11 was lost, and the next one as well.
        room.join(back(1, 1, 12)).unwrap();
        room.join(back(1, 1, 13)).unwrap();
        // Tokens that were given but replaced before they were shown lead nowhere.
        assert_eq!(room.join(back(1, 12, 14)), Err(Refusal::ResumeRefused));
        // Showing the new one retires the old one.
        room.join(back(1, 13, 15)).unwrap();
        assert_eq!(room.join(back(1, 1, 16)), Err(Refusal::ResumeRefused));
    }

    #[test]
    fn an_id_that_is_taken_cannot_be_claimed_without_proof() {
        let mut room = room_of(&[1]);
        assert_eq!(room.join(back(1, 99, 2)), Err(Refusal::ResumeRefused));
        assert_eq!(room.join(fresh(1)), Err(Refusal::ResumeRefused));
    }

    #[test]
    fn whoever_was_forgotten_is_let_in_again_as_himself() {
        let mut room = room_of(&[1]);
        let entered = room.join(back(2, 77, 78)).unwrap();
        assert_eq!(entered.resumption, Resumption::Snapshot);
        assert!(matches!(entered.event, RoomEvent::Joined(_)));
        assert_eq!(who(&room), [id(1), id(2)]);
    }

    #[test]
    fn a_lost_socket_keeps_the_place_for_the_grace_period() {
        let mut room = room_of(&[1, 2]);
        let entered = room.join(fresh(3)).unwrap();
        let event = room
            .detach(&id(3), entered.generation, second(100))
            .unwrap();
        assert!(matches!(event, RoomEvent::Changed(p) if p.presence == Presence::Reconnecting));
        assert_eq!(room.detach(&id(3), entered.generation, second(101)), None);
        assert_eq!(room.join(fresh(4)), Err(Refusal::Full));
        assert_eq!(room.expire(second(114)), []);
        let left = RoomEvent::Left {
            id: id(3),
            reason: LeaveReason::Lost,
        };
        assert_eq!(room.expire(second(115)), [left]);
        assert_eq!(room.expire(second(115)), []);
        assert!(room.join(fresh(4)).is_ok());
    }

    #[test]
    fn coming_back_ends_the_grace_period() {
        let mut room = Room::new(3, GRACE, 0);
        let entered = room.join(fresh(1)).unwrap();
        room.detach(&id(1), entered.generation, second(0));
        room.join(back(1, 1, 11)).unwrap();
        assert_eq!(room.presence(&id(1)), Some(Presence::Connected));
        assert_eq!(room.expire(second(1000)), []);
    }

    #[test]
    fn an_older_socket_can_change_nothing() {
        let mut room = Room::new(3, GRACE, 0);
        let old = room.join(fresh(1)).unwrap().generation;
        let new = room.join(back(1, 1, 11)).unwrap().generation;
        assert!(new > old);
        assert!(!room.holds(&id(1), old) && room.holds(&id(1), new));
        assert_eq!(room.detach(&id(1), old, second(0)), None);
        assert_eq!(room.leave(&id(1), old, LeaveReason::Left), None);
        assert!(room.leave(&id(1), new, LeaveReason::Left).is_some());
    }

    #[test]
    fn an_old_generation_does_not_fit_a_new_room_of_the_same_name() {
        let mut room = Room::new(3, GRACE, 0);
        let old = room.join(fresh(1)).unwrap().generation;
        room.leave(&id(1), old, LeaveReason::Left).unwrap();
        let mut room = Room::new(3, GRACE, room.sequence());
        room.join(fresh(1)).unwrap();
        assert_eq!(room.leave(&id(1), old, LeaveReason::Left), None);
    }
}
