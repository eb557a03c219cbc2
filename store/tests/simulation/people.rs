//! People who use a store on a simulated Redis the way connections do.

use std::sync::Arc;

use meeting::id::{Attempt, InstanceId, ParticipantId, RoomId, TabId};

use simulation::cluster::process::Process;
use simulation::cluster::redis::SimulatedRedis;
use store::{
    Admission, Claim, Inbox, JoinError, JoinRequest, Seat, Store, StoreSettings, TokenHash, outbox,
};

/// The store of a server, on a machine of its own.
pub(crate) async fn store(redis: &SimulatedRedis, machine: usize) -> Store {
    let settings = StoreSettings::default();
    store_with(redis, machine, process(machine), settings).await
}

/// A process on a machine, with chance of its own.
pub(crate) fn process(machine: usize) -> Process {
    Process::new(u64::try_from(machine).unwrap())
}

/// The store of a server that can be killed, with what its operator chose.
pub(crate) async fn store_with(
    redis: &SimulatedRedis,
    machine: usize,
    process: Process,
    settings: StoreSettings,
) -> Store {
    let store = Store::redis_on(redis.port(machine), settings, Arc::new(process));
    store.await.unwrap()
}

pub(crate) fn token(number: u8) -> TokenHash {
    TokenHash::from_bytes([number; 32])
}

pub(crate) fn id(number: u8) -> ParticipantId {
    ParticipantId::from_bytes([number; 16])
}

/// The room of that number.
pub(crate) fn room(number: usize) -> RoomId {
    format!("room-{number}").parse().unwrap()
}

/// Somebody in a room.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) seat: Seat,
    pub(crate) inbox: Inbox,
}

/// Person `number` joins and is to get the token `next`.
pub(crate) async fn enter(
    store: &Store,
    room: RoomId,
    number: u8,
    claim: Claim,
    next: u8,
) -> Result<Person, JoinError> {
    let (outbox, inbox) = outbox(store.runtime());
    let request = JoinRequest {
        room,
        id: id(number),
        name: format!("Person {number}").try_into().unwrap(),
        instance: InstanceId::from_random(u64::from(next)),
        attempt: Attempt {
            tab: TabId::from_random(u64::from(next)),
            number: 1,
        },
        claim,
        seen: 0,
        next_proof: token(next),
        outbox,
    };
    let Admission { seat, .. } = store.join(request).await?;
    Ok(Person { seat, inbox })
}
