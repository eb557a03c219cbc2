//! The chat, as far as it concerns the others who are there: whom something is for, who has it, and who
//! is writing.

use std::time::Duration;

use super::link::Link;
use super::{Client, Remote};
use crate::chat::{ChatError, Outgoing};
use crate::conversation::{ChatMessage, ConversationMessage};
use crate::id::ParticipantId;
use crate::time::Timestamp;

/// What a page says that it can do if it keeps to itself what is for its person alone.
pub(super) const PRIVATE_MESSAGES: &str = "private_messages";

/// What a page says that it can do if it says what it has received.
pub(super) const RECEIPTS: &str = "receipts";

/// How long a receipt waits for messages that it can be for, too.
const RECEIPT_DELAY: Duration = Duration::from_millis(200);

/// How often a page says that its person is writing.
const TYPING_PAUSE: Duration = Duration::from_secs(3);

/// How long somebody who said that they are writing counts as doing so.
const TYPING_LASTS: Duration = Duration::from_secs(5);

impl Client {
    /// Says something in the chat. `at` is the time of day in milliseconds since 1970.
    ///
    /// # Errors
    ///
    /// When the text is empty or too long, when what it is about is not there or is somebody else's,
    /// or when the only one it is for is not there or would tell others. Nothing was sent then.
    pub fn send_chat(&mut self, at: u64, outgoing: Outgoing) -> Result<(), ChatError> {
        if let Outgoing::Message { to: Some(to), .. } = &outgoing {
            let remote = self.remotes.get(&to.id).ok_or(ChatError::AddresseeGone)?;
            if !remote.capabilities().has(PRIVATE_MESSAGES) {
                return Err(ChatError::AddresseeOutdated);
            }
        }
        let Some(local) = &self.local else {
            return Ok(());
        };
        let believed = self.believed();
        let message = self.chat.send(local, at, outgoing, &believed)?;
        self.send_chat_message(message);
        Ok(())
    }

    /// Says to whom it is for what was written here just now.
    pub(super) fn send_chat_message(&mut self, message: ChatMessage) {
        self.show_chat_changes();
        self.typing_said = None;
        let to = message.to.clone();
        let message = ConversationMessage::Chat {
            message,
            late: false,
        };
        match to {
            None => self.send_to_everyone(message, Link::is_greeted),
            Some(to) if self.keeps_to_itself(&to) => self.send_to(&to, message),
            Some(_) => {}
        }
    }

    /// Whether somebody's page keeps to itself what is for its person alone.
    pub(super) fn keeps_to_itself(&self, id: &ParticipantId) -> bool {
        let remote = self.remotes.get(id);
        remote.is_some_and(|remote| remote.capabilities().has(PRIVATE_MESSAGES))
    }

    /// How many of the chat messages that were written on this page somebody has; nothing where
    /// their page does not say.
    pub fn received_by(&self, id: &ParticipantId) -> Option<u64> {
        let remote = self.remotes.get(id)?;
        let says = remote.capabilities().has(RECEIPTS);
        says.then_some(remote.received)
    }

    /// Whether somebody is writing in the chat, as far as this participant may know.
    pub fn is_typing(&self, id: &ParticipantId) -> bool {
        let remote = self.remotes.get(id);
        remote.is_some_and(|remote| remote.typing_until.is_some())
    }

    pub(super) fn on_received(&mut self, from: &ParticipantId, have: u64) {
        if let Some(remote) = self.remotes.get_mut(from) {
            remote.received = remote.received.max(have);
        }
    }

    pub(super) fn on_typing(
        &mut self,
        now: Timestamp,
        from: &ParticipantId,
        to: Option<&ParticipantId>,
    ) {
        let own = self.local.as_ref().map(|local| &local.id);
        if let Some(remote) = self.remotes.get_mut(from)
            && (to.is_none() || to == own)
        {
            remote.typing_until = Some(now + TYPING_LASTS);
        }
    }

    /// Says that the person is writing, unless it was said just before.
    pub(super) fn say_typing(&mut self, now: Timestamp, to: Option<ParticipantId>) {
        let due = self.typing_said.is_none_or(|at| at + TYPING_PAUSE <= now);
        if !due {
            return;
        }
        self.typing_said = Some(now);
        let message = ConversationMessage::Typing { to: to.clone() };
        match to {
            None => self.send_to_everyone(message, Link::is_greeted),
            Some(to) => self.send_to(&to, message),
        }
    }

    /// Something of somebody's chat came, of which they are told soon, and they no longer write it.
    pub(super) fn owe_receipt(&mut self, now: Timestamp, to: &ParticipantId) {
        if let Some(remote) = self.remotes.get_mut(to) {
            remote.receipt_due.get_or_insert(now + RECEIPT_DELAY);
            remote.typing_until = None;
        }
    }

    pub(super) fn receipt_due_at(&self) -> Option<Timestamp> {
        self.remotes.values().filter_map(|it| it.receipt_due).min()
    }

    pub(super) fn send_receipts(&mut self, now: Timestamp) {
        let is_due = |remote: &Remote| remote.receipt_due.is_some_and(|at| at <= now);
        let due = self.remotes.iter_mut().filter(|(_, remote)| is_due(remote));
        let chat = &self.chat;
        let due: Vec<_> = due
            .map(|(id, remote)| {
                remote.receipt_due = None;
                (id.clone(), chat.received(&remote.participant))
            })
            .collect();
        for (id, have) in due {
            self.send_to(&id, ConversationMessage::Received { have });
        }
    }

    pub(super) fn typing_ends_at(&self) -> Option<Timestamp> {
        self.remotes.values().filter_map(|it| it.typing_until).min()
    }

    pub(super) fn end_typing(&mut self, now: Timestamp) {
        for remote in self.remotes.values_mut() {
            remote.typing_until = remote.typing_until.filter(|until| now < *until);
        }
    }

    /// Says something to one of the others, if there is a way to them. What is lost so is asked for
    /// when there is one again.
    fn send_to(&mut self, id: &ParticipantId, message: ConversationMessage) {
        let link = self.link_of(id);
        let open = link.filter(|link| link.channel_is_open() && link.is_greeted());
        if let Some(key) = open.map(Link::key) {
            self.send_channel(key, message);
        }
    }
}
