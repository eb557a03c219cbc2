//! The end of a room, as far as this server is concerned.

use super::message::Message;
use super::task::Task;
use crate::StoreError;

impl Task {
    /// Lets go of the room, unless somebody has asked for something meanwhile.
    pub(super) fn let_go_if_unasked(&mut self) -> bool {
        self.server.let_go_if(&self.id, || self.mailbox.is_empty())
    }

    /// Passes on what came too late to whoever owns the room now.
    pub(super) async fn hand_over(&mut self) {
        self.mailbox.close();
        while let Some(message) = self.mailbox.recv().await {
            match message {
                Message::Join(joining) => self.server.send_join(&self.id, joining).await,
                Message::Part(_, _, reply) => drop(reply.send(Ok(()))),
                Message::Event(_) | Message::Signal(_) => {}
            }
        }
    }

    /// Lets go of a room whose events cannot be heard. Redis was asked for nothing, so the room need
    /// not be compared with it.
    pub(super) async fn give_up(&mut self) {
        self.server.let_go_if(&self.id, || true);
        self.mailbox.close();
        while let Some(message) = self.mailbox.recv().await {
            if let Message::Join(joining) = message {
                let _ = joining.reply.send(Err(StoreError::SubscriptionDown.into()));
            }
        }
    }
}
