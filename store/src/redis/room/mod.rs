//! One room, as far as this server is concerned: one task owns it.
//!
//! | part | job |
//! |---|---|
//! | `message` | what the task is told |
//! | `task` | the loop: what comes next |
//! | `work` | each thing that is done with Redis, and what comes of it |
//! | `closing` | the end |
//! | `state`, `from_redis`, `review`, `accord` | whom this server holds, compared with what the roster says |
//! | `replica` | the roster, as this server knows it |
//! | `held_seat` | the seat of somebody whom this server holds |
//!
//! What a server holds is true. Whatever fails, is lost or is in doubt ends in a comparison: Redis is
//! told whom this server holds, and says whom it has.

mod accord;
mod closing;
mod from_redis;
mod held_seat;
mod message;
mod replica;
mod review;
mod state;
mod task;
#[cfg(test)]
mod tests;
mod work;

use std::sync::{Arc, RwLockReadGuard};

use futures::FutureExt;
use meeting::id::RoomId;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc};

pub(super) use self::held_seat::{Newcomer, Recipient};
pub(super) use self::message::{Joining, Message, Parting, Signal};
use self::state::Room;
use self::task::Task;
use super::owned::{Owned, View};
use super::server::Server;

/// How much may wait for the task of a room. It waits for nothing itself, so this is a burst.
const MAILBOX: usize = 1024;

/// The way to the task of a room, and a look at the room.
#[derive(Clone, Debug)]
pub(super) struct Handle {
    mailbox: mpsc::Sender<Message>,
    missed: Arc<Notify>,
    room: View<Room>,
}

impl Handle {
    /// Starts the task, with somebody who wants in.
    pub(super) fn open(id: RoomId, server: &Arc<Server>, first: Box<Joining>) -> Self {
        let (mailbox, messages) = mpsc::channel(MAILBOX);
        let missed = Arc::new(Notify::new());
        let room = Owned::new(Room::new(server.me.clone()));
        let handle = Self {
            mailbox,
            missed: Arc::clone(&missed),
            room: room.view(),
        };
        // The mailbox is empty.
        let _ = handle.mailbox.try_send(Message::Join(first));
        let task = Task::new(id, Arc::clone(server), room, messages, missed);
        server.runtime.spawn(task.run().boxed());
        handle
    }

    /// Says something, and waits while too much waits already.
    ///
    /// # Errors
    ///
    /// This server has let go of the room.
    pub(super) async fn send(&self, message: Message) -> Result<(), Message> {
        self.mailbox.send(message).await.map_err(|unsent| unsent.0)
    }

    /// Says something at once.
    ///
    /// # Errors
    ///
    /// Too much waits already, or this server has let go of the room.
    pub(super) fn tell(&self, message: Message) -> Result<(), Message> {
        self.mailbox
            .try_send(message)
            .map_err(|unsent| match unsent {
                TrySendError::Full(message) | TrySendError::Closed(message) => message,
            })
    }

    /// Whether the task of the room still takes what it is told.
    pub(super) fn has_owner(&self) -> bool {
        !self.mailbox.is_closed()
    }

    /// Something may have happened in the room of which nothing was heard.
    pub(super) fn suspect(&self) {
        self.missed.notify_one();
    }

    /// The room, for a look.
    pub(super) fn room(&self) -> RwLockReadGuard<'_, Room> {
        self.room.read()
    }
}
