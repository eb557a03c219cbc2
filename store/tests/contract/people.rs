//! People who use a store the way connections do.

use std::time::Duration;

use meeting::id::{Attempt, DisplayName, InstanceId, ParticipantId, RoomId, TabId};
use meeting::signaling::{
    LeaveReason, Participant, Presence, Sequenced, ServerMessage, SignalPayload,
};
use store::{
    Admission, Claim, Inbox, JoinError, JoinRequest, OutboxEnd, Seat, Store, StoreSettings,
    TokenHash, outbox,
};

/// Far more than anything takes; when it runs out, a test fails instead of hanging.
pub(crate) const SOON: Duration = Duration::from_secs(120);

/// Short times, so that a test can see them end.
pub(crate) fn settings() -> StoreSettings {
    StoreSettings {
        capacity: 4,
        grace: Duration::from_secs(1),
        lease: Duration::from_secs(3),
        beat: Duration::from_millis(200),
    }
}

/// Times so long that a test never sees them end.
pub(crate) fn patient() -> StoreSettings {
    StoreSettings {
        capacity: 4,
        ..StoreSettings::default()
    }
}

pub(crate) fn room() -> RoomId {
    "abc-defg-hij".parse().unwrap()
}

pub(crate) fn id(number: u8) -> ParticipantId {
    ParticipantId::from_bytes([number; 16])
}

pub(crate) fn token(number: u8) -> TokenHash {
    TokenHash::from_bytes([number; 32])
}

pub(crate) fn payload(text: &str) -> SignalPayload {
    SignalPayload::try_from(text.to_owned()).unwrap()
}

/// Somebody in a room.
pub(crate) struct Person {
    pub(crate) admission: Admission,
    pub(crate) inbox: Inbox,
}

/// Person `number` joins, and is given the token of the same number.
pub(crate) async fn enter(store: &Store, number: u8) -> Person {
    arrive(store, &room(), number, Claim::Fresh, number)
        .await
        .unwrap()
}

/// Person `number` shows a token and is given the next one.
pub(crate) async fn come_back(
    store: &Store,
    number: u8,
    shown: u8,
    next: u8,
) -> Result<Person, JoinError> {
    arrive(
        store,
        &room(),
        number,
        Claim::Resume {
            proof: token(shown),
        },
        next,
    )
    .await
}

/// Person `number` arrives on a page that was loaded for this.
pub(crate) async fn arrive(
    store: &Store,
    room: &RoomId,
    number: u8,
    claim: Claim,
    next: u8,
) -> Result<Person, JoinError> {
    let page = InstanceId::from_random(u64::from(next));
    arrive_on(store, room, number, page, claim, 0, next).await
}

/// Person `number` goes on with the page of before, which has everything up to `seen`.
pub(crate) async fn go_on(
    store: &Store,
    before: &Person,
    seen: u64,
    shown: u8,
    next: u8,
) -> Person {
    let Participant { id, instance, .. } = before.look();
    let number = (0..=u8::MAX)
        .find(|number| self::id(*number) == id)
        .unwrap();
    let claim = Claim::Resume {
        proof: token(shown),
    };
    arrive_on(store, &room(), number, instance, claim, seen, next)
        .await
        .unwrap()
}

async fn arrive_on(
    store: &Store,
    room: &RoomId,
    number: u8,
    page: InstanceId,
    claim: Claim,
    seen: u64,
    next: u8,
) -> Result<Person, JoinError> {
    let (outbox, inbox) = outbox(store.runtime());
    let request = JoinRequest {
        room: room.clone(),
        id: id(number),
        name: DisplayName::try_from(format!("Person {number} \"ü/\\")).unwrap(),
        instance: page,
        attempt: Attempt {
            tab: TabId::from_random(u64::from(number)),
            number: 1,
        },
        claim,
        seen,
        next_proof: token(next),
        outbox,
    };
    let admission = store.join(request).await?;
    Ok(Person { admission, inbox })
}

impl Person {
    pub(crate) fn seat(&self) -> &Seat {
        &self.admission.seat
    }

    /// Who was there when this person came in, this person included.
    pub(crate) fn found(&self) -> Vec<ParticipantId> {
        self.admission
            .participants
            .iter()
            .map(|participant| participant.id.clone())
            .collect()
    }

    /// As the others see this person.
    pub(crate) fn look(&self) -> Participant {
        let mut all = self.admission.participants.iter();
        all.find(|participant| participant.id == self.seat().id)
            .unwrap()
            .clone()
    }

    pub(crate) async fn next(&mut self) -> Result<ServerMessage, OutboxEnd> {
        let next = tokio::time::timeout(SOON, self.inbox.next()).await;
        Ok(next.expect("a message in time")?.message)
    }

    /// The number of the next message and the text in it.
    pub(crate) async fn next_signal(&mut self) -> (u64, String) {
        let next = tokio::time::timeout(SOON, self.inbox.next()).await;
        let Sequenced { seq, message } = next.expect("a message in time").unwrap();
        match message {
            ServerMessage::Signal { payload, .. } => (seq, payload.as_str().to_owned()),
            other => panic!("expected a signal, got {other:?}"),
        }
    }

    pub(crate) async fn sees(&mut self, expected: ServerMessage) {
        assert_eq!(self.next().await, Ok(expected));
    }

    pub(crate) async fn sees_join(&mut self, other: &Person) {
        self.sees(ServerMessage::ParticipantJoined {
            participant: other.look(),
        })
        .await;
    }

    pub(crate) async fn sees_change(&mut self, participant: Participant) {
        self.sees(ServerMessage::ParticipantChanged { participant })
            .await;
    }

    pub(crate) async fn sees_left(&mut self, number: u8, reason: LeaveReason) {
        self.sees(ServerMessage::ParticipantLeft {
            id: id(number),
            reason,
        })
        .await;
    }

    pub(crate) async fn hears(&mut self, from: u8, text: &str) {
        self.sees(ServerMessage::Signal {
            from: id(from),
            payload: payload(text),
        })
        .await;
    }
}

pub(crate) fn reconnecting(participant: Participant) -> Participant {
    Participant {
        presence: Presence::Reconnecting,
        ..participant
    }
}

pub(crate) fn unloaded(participant: Participant) -> Participant {
    Participant {
        presence: Presence::Unloaded,
        ..participant
    }
}
