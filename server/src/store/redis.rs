//! Rooms in Redis.

use std::convert::Infallible;

use meeting::id::ParticipantId;
use meeting::signaling::{LeaveReason, SignalPayload, Undeliverable};

use super::{Admission, JoinError, JoinRequest, Seat, StoreError, StoreSettings};

/// The store of a server among several. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RedisStore(Infallible);

impl RedisStore {
    pub(super) async fn connect(url: &str, _: StoreSettings) -> Result<Self, StoreError> {
        let client = redis::Client::open(url).map_err(StoreError::Url)?;
        client.get_multiplexed_async_connection().await?;
        Err(StoreError::ShutDown)
    }
    pub(super) async fn join(&self, _: JoinRequest) -> Result<Admission, JoinError> {
        match self.0 {}
    }
    pub(super) async fn detach(&self, _: &Seat) -> Result<(), StoreError> {
        match self.0 {}
    }
    pub(super) async fn leave(&self, _: &Seat, _: LeaveReason) -> Result<(), StoreError> {
        match self.0 {}
    }
    pub(super) async fn signal(
        &self,
        _: &Seat,
        _: &ParticipantId,
        _: SignalPayload,
    ) -> Result<(), Undeliverable> {
        match self.0 {}
    }
    pub(super) async fn ready(&self) -> Result<(), StoreError> {
        match self.0 {}
    }
    pub(super) async fn shutdown(&self) {
        match self.0 {}
    }
}
