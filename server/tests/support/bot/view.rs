//! What somebody knows of their meeting.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Duration;

use meeting::id::ParticipantId;
use meeting::signaling::{Joined, LeaveReason, Participant, Presence, Resumption, ServerMessage};
use tokio::time::Instant;

/// What a bot knows and has been through.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    pub(crate) id: Option<ParticipantId>,
    pub(crate) is_connected: bool,
    pub(crate) roster: BTreeMap<ParticipantId, Participant>,
    /// Who was told, or seen, to have left.
    pub(crate) left: Vec<(ParticipantId, LeaveReason)>,
    /// How often somebody came who was there.
    pub(crate) doubled: u32,
    /// How often somebody was shown without a socket.
    pub(crate) blinks: u32,
    /// How many signals were read, each once and in the order they were written.
    pub(crate) signals: usize,
    /// When it meant to open a socket.
    pub(crate) attempts: Vec<Instant>,
    /// How often it was let in.
    pub(crate) joins: u32,
    /// How the server answered each return.
    pub(crate) returns: Vec<Resumption>,
    /// How long it took to be let in, from the first packet on, each time.
    pub(crate) entries: Vec<Duration>,
    /// From when to when there was no socket.
    pub(crate) absences: Vec<Range<Instant>>,
    /// How many sockets were closed because another one took over.
    pub(crate) replaced: u32,
}

impl View {
    /// How many people are there with a socket, oneself included.
    pub(crate) fn connected_people(&self) -> usize {
        self.connected().count()
    }

    /// Whether exactly these are there, each with a socket.
    pub(crate) fn shows(&self, people: &BTreeSet<ParticipantId>) -> bool {
        self.is_connected && self.roster.len() == people.len() && self.connected().eq(people)
    }

    fn connected(&self) -> impl Iterator<Item = &ParticipantId> {
        let people = self.roster.values();
        people
            .filter(|one| one.presence == Presence::Connected)
            .map(|one| &one.id)
    }

    pub(super) fn on_joined(&mut self, joined: &Joined) {
        let people = joined.participants.iter();
        let roster: BTreeMap<_, _> = people.map(|one| (one.id.clone(), one.clone())).collect();
        for id in self.roster.keys().filter(|id| !roster.contains_key(*id)) {
            self.left.push((id.clone(), LeaveReason::Lost));
        }
        if self.id.is_some() {
            self.returns.push(joined.resumption);
        }
        self.id = Some(joined.id.clone());
        self.roster = roster;
        self.joins += 1;
        self.is_connected = true;
    }

    pub(super) fn on_message(&mut self, message: ServerMessage) {
        match message {
            ServerMessage::ParticipantJoined { participant } => {
                let before = self.roster.insert(participant.id.clone(), participant);
                self.doubled += u32::from(before.is_some());
            }
            ServerMessage::ParticipantChanged { participant } => {
                self.blinks += u32::from(participant.presence != Presence::Connected);
                self.roster.insert(participant.id.clone(), participant);
            }
            ServerMessage::ParticipantLeft { id, reason } => {
                let known = self.roster.remove(&id).is_some();
                self.left.extend(known.then_some((id, reason)));
            }
            _ => {}
        }
    }
}
