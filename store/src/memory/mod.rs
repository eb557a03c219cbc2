//! Rooms in this process.

mod administration;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use futures::FutureExt;
use meeting::id::{ParticipantId, RoomId};
use meeting::room::{Arrival, Refusal, Room as Roster, RoomEvent};
use meeting::signaling::{LeaveReason, ServerMessage, SignalPayload, Undeliverable};
use meeting::time::Timestamp;

use crate::counters::LiveCounters;
use crate::{
    Admission, Inspection, JoinError, JoinRequest, Outbox, OutboxEnd, Runtime, Seat, StoreSettings,
};

/// The store of a server that is alone. Cheap to clone.
#[derive(Clone, Debug)]
pub struct MemoryStore(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    settings: StoreSettings,
    runtime: Arc<dyn Runtime>,
    started: Instant,
    rooms: Mutex<Rooms>,
    counters: LiveCounters,
}

#[derive(Debug, Default)]
struct Rooms {
    open: HashMap<RoomId, Room>,
    /// The highest number of any room forgotten so far; new rooms start after it.
    sequence: u64,
}

/// What takes the socket off a participant: [`Roster::detach`] or [`Roster::await_reload`].
type Suspension = fn(&mut Roster, &ParticipantId, u64, Timestamp) -> Option<RoomEvent>;

#[derive(Debug)]
struct Room {
    roster: Roster,
    /// Everybody in the room, with a socket or without.
    seats: HashMap<ParticipantId, HeldSeat>,
}

#[derive(Debug)]
struct HeldSeat {
    generation: u64,
    outbox: Outbox,
}

impl Room {
    /// Tells everybody but the one whom it is about.
    fn announce(&self, event: RoomEvent) {
        let subject = event.subject().clone();
        let message = ServerMessage::from(event);
        for participant in self.roster.participants() {
            if let Some(held) = self.seats.get(&participant.id)
                && participant.id != subject
            {
                held.outbox.push(message.clone());
            }
        }
    }

    fn expire(&mut self, now: Timestamp) {
        for event in self.roster.expire(now) {
            self.seats.remove(event.subject());
            self.announce(event);
        }
    }
}

impl MemoryStore {
    pub(super) fn new(settings: StoreSettings, runtime: Arc<dyn Runtime>) -> Self {
        Self(Arc::new(Shared {
            settings,
            started: runtime.now(),
            runtime,
            rooms: Mutex::default(),
            counters: LiveCounters::default(),
        }))
    }

    pub(super) fn runtime(&self) -> &Arc<dyn Runtime> {
        &self.0.runtime
    }

    pub(super) fn counters(&self) -> &LiveCounters {
        &self.0.counters
    }

    pub(super) fn inspect(&self) -> Inspection {
        let rooms = self.0.rooms();
        let rosters = rooms.open.iter();
        Inspection {
            rosters: rosters
                .map(|(id, open)| (id.clone(), open.roster.participants()))
                .collect(),
            seats: rooms.open.values().map(|open| open.seats.len()).sum(),
            waiting_senders: 0,
        }
    }

    pub(super) fn join(&self, request: JoinRequest) -> Result<Admission, JoinError> {
        let JoinRequest {
            room: room_id,
            id,
            name,
            instance,
            attempt,
            claim,
            seen,
            next_proof,
            outbox,
        } = request;
        let now = self.0.now();
        let StoreSettings {
            capacity, grace, ..
        } = self.0.settings;
        let mut rooms = self.0.rooms();
        let sequence = rooms.sequence;
        let open = rooms.open.entry(room_id.clone()).or_insert_with(|| Room {
            roster: Roster::new(capacity, grace, sequence),
            seats: HashMap::new(),
        });
        open.expire(now);
        let arrival = Arrival {
            id: id.clone(),
            name,
            instance,
            attempt,
            claim,
            next_proof,
        };
        let entered = match open.roster.join(arrival) {
            Ok(entered) => entered,
            Err(refusal) => {
                rooms.forget_if_empty(&room_id);
                return Err(refusal.into());
            }
        };
        open.announce(entered.event);
        let participants = open.roster.participants();
        let mut resumption = entered.resumption;
        let held = HeldSeat {
            generation: entered.generation,
            outbox: outbox.clone(),
        };
        if let Some(old) = open.seats.insert(id.clone(), held) {
            old.outbox.end(OutboxEnd::Replaced);
            if entered.continues.is_some() {
                resumption = outbox.follow(&old.outbox, seen, &participants);
            }
        }
        let seat = Seat {
            room: room_id,
            id,
            generation: entered.generation,
        };
        Ok(Admission {
            seat,
            participants,
            resumption,
        })
    }

    pub(super) fn detach(&self, seat: &Seat) {
        self.suspend(seat, self.0.settings.grace, Roster::detach);
    }

    pub(super) fn await_reload(&self, seat: &Seat) {
        self.suspend(seat, self.0.settings.reload_grace(), Roster::await_reload);
    }

    /// The end of the absence is a task.
    fn suspend(&self, seat: &Seat, time: Duration, transition: Suspension) {
        let now = self.0.now();
        let mut rooms = self.0.rooms();
        let Some(open) = rooms.open.get_mut(&seat.room) else {
            return;
        };
        let Some(event) = transition(&mut open.roster, &seat.id, seat.generation, now) else {
            return;
        };
        if let Some(held) = open.seats.get(&seat.id) {
            held.outbox.detach();
        }
        open.announce(event);
        drop(rooms);
        let shared = Arc::downgrade(&self.0);
        let end = self.0.runtime.sleep_until(self.0.runtime.now() + time);
        let later = expire_after(end, shared, seat.room.clone());
        self.0.runtime.spawn(later.boxed());
    }

    pub(super) fn leave(&self, seat: &Seat, reason: LeaveReason) {
        let mut rooms = self.0.rooms();
        let Some(open) = rooms.open.get_mut(&seat.room) else {
            return;
        };
        let Some(event) = open.roster.leave(&seat.id, seat.generation, reason) else {
            return;
        };
        open.seats.remove(&seat.id);
        open.announce(event);
        rooms.forget_if_empty(&seat.room);
    }

    pub(super) fn signal(
        &self,
        from: &Seat,
        to: &ParticipantId,
        payload: SignalPayload,
    ) -> Result<(), Undeliverable> {
        let outbox = self.0.rooms().outbox_of(from, to)?;
        outbox.carry(ServerMessage::Signal {
            from: from.id.clone(),
            payload,
        })
    }
}

impl Shared {
    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        let elapsed = self.runtime.now().saturating_duration_since(self.started);
        Timestamp::from_millis(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX))
    }
}

impl Rooms {
    fn outbox_of(&self, from: &Seat, to: &ParticipantId) -> Result<Outbox, Undeliverable> {
        let open = self.open.get(&from.room).ok_or(Undeliverable::NotInRoom)?;
        if !open.roster.holds(&from.id, from.generation) {
            return Err(Undeliverable::NotInRoom);
        }
        let held = open.seats.get(to);
        let held = held.ok_or(Undeliverable::NotInRoom)?;
        Ok(held.outbox.clone())
    }

    fn forget_if_empty(&mut self, id: &RoomId) {
        if self.open.get(id).is_some_and(|open| open.roster.is_empty())
            && let Some(open) = self.open.remove(id)
        {
            self.sequence = self.sequence.max(open.roster.sequence());
        }
    }
}

async fn expire_after(absence: impl Future<Output = ()>, shared: Weak<Shared>, room: RoomId) {
    absence.await;
    let Some(shared) = shared.upgrade() else {
        return;
    };
    let now = shared.now();
    let mut rooms = shared.rooms();
    if let Some(open) = rooms.open.get_mut(&room) {
        open.expire(now);
        rooms.forget_if_empty(&room);
    }
}

impl From<Refusal> for JoinError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Full => Self::Full,
            Refusal::ResumeRefused => Self::ResumeRefused,
        }
    }
}

#[cfg(test)]
mod tests {
    use meeting::id::{Attempt, DisplayName, InstanceId, TabId};
    use meeting::room::{Claim, TokenHash};

    use super::*;
    use crate::{Tokio, outbox};

    fn store(settings: StoreSettings) -> MemoryStore {
        MemoryStore::new(settings, Tokio::shared())
    }

    fn request(number: u8) -> JoinRequest {
        JoinRequest {
            room: "abc-defg-hij".parse().unwrap(),
            id: ParticipantId::from_bytes([number; 16]),
            name: DisplayName::try_from("Somebody".to_owned()).unwrap(),
            instance: InstanceId::from_random(1),
            attempt: Attempt {
                tab: TabId::from_random(1),
                number: 1,
            },
            claim: Claim::Fresh,
            seen: 0,
            next_proof: TokenHash::from_bytes([number; 32]),
            outbox: outbox(&Tokio::shared()).0,
        }
    }

    #[test]
    fn an_empty_room_is_forgotten_but_its_numbers_are_not_used_again() {
        let store = store(StoreSettings::default());
        let first = store.join(request(1)).unwrap().seat;
        store.leave(&first, LeaveReason::Left);
        assert!(store.0.rooms().open.is_empty());
        let second = store.join(request(1)).unwrap().seat;
        assert!(second.generation > first.generation);
    }

    /// The end of an absence used to be looked up on another clock than the one that woke for it.
    #[tokio::test(start_paused = true)]
    async fn whoever_does_not_come_back_leaves_when_the_clock_of_the_tasks_says_so() {
        let settings = StoreSettings::default();
        let store = store(settings);
        let seat = store.join(request(1)).unwrap().seat;
        store.detach(&seat);
        tokio::time::sleep(settings.grace - Duration::from_millis(1)).await;
        assert_eq!(store.0.rooms().open.len(), 1);
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert!(store.0.rooms().open.is_empty());
    }

    #[test]
    fn a_room_that_nobody_could_enter_is_not_kept() {
        let store = store(StoreSettings {
            capacity: 0,
            ..StoreSettings::default()
        });
        assert!(matches!(store.join(request(1)), Err(JoinError::Full)));
        assert!(store.0.rooms().open.is_empty());
    }
}
