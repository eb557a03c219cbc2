//! The server's side of a room: who is in, who may come back, and what the others are told.
//!
//! Pure: time is an argument. The store in memory runs on this; the scripts of the store in Redis
//! make the same transitions, and one suite holds both to the same behaviour.

mod proof;
mod tabs;

use std::collections::BTreeMap;
use std::time::Duration;

use thiserror::Error;

use crate::id::{Attempt, DisplayName, InstanceId, ParticipantId};
use crate::limits;
use crate::signaling::{LeaveReason, Participant, Presence, Resumption, ServerMessage};
use crate::time::Timestamp;

use self::proof::Proofs;
pub use self::proof::TokenHash;
use self::tabs::Tabs;

/// Whether somebody shows who they are.
#[derive(Clone, Copy, Debug)]
pub enum Claim {
    /// They show no token: their id was made just now.
    Fresh,
    /// They show one, be it of an earlier answer or of their own making.
    Resume {
        /// The hash of the changing part of the token that they showed.
        proof: TokenHash,
    },
}

/// What a room is told about somebody who wants in.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Who. Derived from the secret that they showed, so they are this participant.
    pub id: ParticipantId,
    /// What the others call them.
    pub name: DisplayName,
    /// The load of their page.
    pub instance: InstanceId,
    /// Which of their tab's sockets it is.
    pub attempt: Attempt,
    /// Whether they show who they are.
    pub claim: Claim,
    /// The hash of the changing part of the token that they are about to get.
    pub next_proof: TokenHash,
}

/// They are in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// Fences their older sockets off; see [`Room::detach`] and [`Room::leave`].
    pub generation: u64,
    /// What became of the session they claimed to have: [`Resumption::Fresh`], or otherwise
    /// [`Resumption::Snapshot`], which whoever kept the messages may turn into a replay.
    pub resumption: Resumption,
    /// The generation of the socket whose numbers those of this one go on from: this is the same
    /// load of the page, which heard the last `joined`. Absent when the numbers that it names may
    /// be of another row.
    pub continues: Option<u64>,
    /// What the others are told.
    pub event: RoomEvent,
}

/// Why somebody does not get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// No seat left.
    #[error("the room is full")]
    Full,
    /// The token is not, or no longer, the one that brings this participant back, or the tab has
    /// come back on a later socket already.
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
        /// Whose seat is free now.
        id: ParticipantId,
        /// How they came to lose it.
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
#[derive(Clone, Debug, Hash)]
pub struct Room {
    capacity: usize,
    grace: Duration,
    sequence: u64,
    members: BTreeMap<ParticipantId, Member>,
}

#[derive(Clone, Debug, Hash)]
struct Member {
    participant: Participant,
    generation: u64,
    proofs: Proofs,
    tabs: Tabs,
    /// Present while they are reconnecting.
    absence: Option<Absence>,
}

/// When and why somebody leaves, unless they come back.
#[derive(Clone, Copy, Debug, Hash)]
struct Absence {
    until: Timestamp,
    reason: LeaveReason,
}

impl Room {
    /// An empty room.
    ///
    /// Its numbers start after `sequence`. Where a room of the same name existed before, this must
    /// be no less than that one's last number, so that an old generation never fits a new seat.
    pub const fn new(capacity: usize, grace: Duration, sequence: u64) -> Self {
        Self {
            capacity,
            grace,
            sequence,
            members: BTreeMap::new(),
        }
    }

    /// How many people fit in.
    pub const fn capacity(&self) -> usize {
        self.capacity
    }

    /// Lets so many people in from now on. Whoever is in the room stays.
    pub const fn resize(&mut self, capacity: usize) {
        self.capacity = capacity;
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

    /// Whether the seat of this generation is still theirs, and their socket up.
    pub fn holds(&self, id: &ParticipantId, generation: u64) -> bool {
        self.members
            .get(id)
            .is_some_and(|member| member.generation == generation && member.absence.is_none())
    }

    /// Lets somebody in, or back to the seat that they still have.
    ///
    /// Somebody who claims to come back but has no seat any more (the server was restarted, the
    /// grace period is over) is let in under the same id.
    ///
    /// # Errors
    ///
    /// [`Refusal::Full`] without a free seat; [`Refusal::ResumeRefused`] when they have a seat
    /// but the proof is not one that leads to it, or their tab has opened another socket since and
    /// is in the room on that one.
    pub fn join(&mut self, arrival: Arrival) -> Result<Entered, Refusal> {
        let shown = match arrival.claim {
            Claim::Fresh => None,
            Claim::Resume { proof } => Some(proof),
        };
        let before = self.members.get(&arrival.id);
        match (before, &shown) {
            (Some(member), Some(proof))
                if member.proofs.accept(proof) && !member.tabs.overtook(&arrival.attempt) => {}
            (Some(_), _) => return Err(Refusal::ResumeRefused),
            (None, _) if self.members.len() >= self.capacity => return Err(Refusal::Full),
            (None, _) => {}
        }
        let since = before.map(|member| member.participant.since);
        let continues = before
            .filter(|member| member.participant.instance == arrival.instance)
            .filter(|member| shown.is_some_and(|proof| member.proofs.is_newest(&proof)))
            .map(|member| member.generation);
        let tabs = before.map(|member| member.tabs.clone());
        let tabs = tabs.unwrap_or_default().with(arrival.attempt);
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
            tabs,
            absence: None,
        };
        self.members.insert(arrival.id, member);
        Ok(Entered {
            generation: self.sequence,
            resumption: match since {
                Some(_) => Resumption::Snapshot,
                None => Resumption::Fresh,
            },
            continues,
            event: match since {
                Some(_) => RoomEvent::Changed(participant),
                None => RoomEvent::Joined(participant),
            },
        })
    }

    /// Somebody's socket of this generation is lost: they keep their seat for the grace period.
    /// Nothing happens when they have a newer socket, or are absent already.
    pub fn detach(
        &mut self,
        id: &ParticipantId,
        generation: u64,
        now: Timestamp,
    ) -> Option<RoomEvent> {
        let absence = Absence {
            until: now + self.grace,
            reason: LeaveReason::Lost,
        };
        self.suspend(id, generation, absence, Presence::Reconnecting)
    }

    /// Somebody's page of this generation is gone. It may be on its way back, so they keep their
    /// seat for [`limits::RELOAD_GRACE`], or the grace period where that is shorter, before they
    /// count as having left. Nothing happens when they have a newer socket, or are absent already.
    pub fn await_reload(
        &mut self,
        id: &ParticipantId,
        generation: u64,
        now: Timestamp,
    ) -> Option<RoomEvent> {
        let absence = Absence {
            until: now + limits::RELOAD_GRACE.min(self.grace),
            reason: LeaveReason::Left,
        };
        self.suspend(id, generation, absence, Presence::Unloaded)
    }

    fn suspend(
        &mut self,
        id: &ParticipantId,
        generation: u64,
        absence: Absence,
        presence: Presence,
    ) -> Option<RoomEvent> {
        let member = self
            .members
            .get_mut(id)
            .filter(|member| member.generation == generation && member.absence.is_none())?;
        member.absence = Some(absence);
        member.participant.presence = presence;
        self.sequence += 1;
        Some(RoomEvent::Changed(member.participant.clone()))
    }

    /// Somebody leaves for good. Nothing happens when they have a newer socket than this
    /// generation.
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

    /// Whose time to come back is over leaves, in the order in which it ran out.
    pub fn expire(&mut self, now: Timestamp) -> Vec<RoomEvent> {
        let mut over: Vec<(Absence, ParticipantId)> = self
            .members
            .iter()
            .filter_map(|(id, member)| Some((member.absence?, id.clone())))
            .filter(|(absence, _)| absence.until <= now)
            .collect();
        over.sort_by(|(a, a_id), (b, b_id)| (a.until, a_id).cmp(&(b.until, b_id)));
        over.into_iter()
            .map(|(absence, id)| self.remove(id, absence.reason))
            .collect()
    }

    fn remove(&mut self, id: ParticipantId, reason: LeaveReason) -> RoomEvent {
        self.sequence += 1;
        self.members.remove(&id);
        RoomEvent::Left { id, reason }
    }
}
