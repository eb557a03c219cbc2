//! The end of a server.

use std::sync::Arc;

use futures::StreamExt;
use futures::stream::FuturesUnordered;

use super::server::Server;
use super::{PATIENCE, keys};
use crate::StoreError;
use crate::runtime::within;

impl Server {
    /// Leaves Redis as if this server had never been, but for those who may come back elsewhere.
    /// What Redis does not take in time, the lease does.
    pub(super) async fn sign_off(self: &Arc<Self>) -> Result<(), StoreError> {
        let both = async { tokio::join!(self.resign(), self.evacuate_all()) };
        let (resigned, evacuated) = within(&*self.runtime, 2 * PATIENCE, both)
            .await
            .ok_or(StoreError::Late)?;
        resigned.and(evacuated)
    }

    async fn resign(&self) -> Result<(), StoreError> {
        let mut remove = redis::cmd("ZREM");
        remove.arg(keys::SERVERS).arg(self.me.as_str());
        remove.exec_async(&mut self.beat_commands.clone()).await?;
        Ok(())
    }

    async fn evacuate_all(&self) -> Result<(), StoreError> {
        let rooms = self.rooms.ids();
        let evacuations: FuturesUnordered<_> = rooms
            .iter()
            .map(async |id| {
                let turn = self.pace.turn().await;
                let evacuate = self.scripts.evacuate(&self.commands, id, &self.me);
                let (outcome, _turn) = turn.spend_on(&*self.runtime, evacuate).await;
                outcome.map(drop)
            })
            .collect();
        // When one fails, the others are worth a try all the same.
        evacuations
            .fold(Ok(()), async |before, outcome| before.and(outcome))
            .await
    }
}
