//! The written conversation, as one list.

use crate::conversation::{ChatError, ChatLog, ChatMessage};
use crate::id::{DisplayName, InstanceId, ParticipantId};
use crate::signaling::Participant;

/// Lines kept for reading back.
const KEPT: usize = 2000;

/// One line of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatEntry {
    /// Who wrote it.
    pub author: ParticipantId,
    /// On which load of his page.
    pub instance: InstanceId,
    /// What he was called.
    pub name: DisplayName,
    /// Whether he is the one in front of this screen.
    pub mine: bool,
    /// What he wrote.
    pub message: ChatMessage,
}

/// The written conversation.
#[derive(Debug, Default)]
pub(super) struct ChatRoom {
    own: ChatLog,
    entries: Vec<ChatEntry>,
    revision: u64,
}

impl ChatRoom {
    pub(super) const fn revision(&self) -> u64 {
        self.revision
    }

    pub(super) fn entries(&self) -> &[ChatEntry] {
        &self.entries
    }

    pub(super) fn write(
        &mut self,
        local: &Participant,
        at: u64,
        text: &str,
    ) -> Result<ChatMessage, ChatError> {
        let message = self.own.write(at, text)?;
        self.push(local, message.clone(), true);
        Ok(message)
    }

    /// Takes a message of somebody else. Gives it back when it is new.
    ///
    /// Each channel brings an author's messages in order, beginning with the first one missing
    /// here. So a lower number has been here before; a higher one than the next means that the
    /// author no longer keeps what lies between.
    pub(super) fn receive(
        &mut self,
        author: &Participant,
        message: ChatMessage,
    ) -> Option<&ChatMessage> {
        if message.number < self.have(&author.instance) || message.number == u64::MAX {
            return None;
        }
        self.push(author, message, false);
        self.entries.last().map(|entry| &entry.message)
    }

    /// How many messages there have been of this load of an author's page, which numbers them.
    pub(super) fn have(&self, author: &InstanceId) -> u64 {
        let mut latest = self.entries.iter().rev();
        let last = latest.find(|entry| entry.instance == *author);
        last.map_or(0, |entry| entry.message.number + 1)
    }

    /// What somebody who has the first `have` of this person's messages is missing.
    pub(super) fn missing(&self, have: u64) -> impl Iterator<Item = &ChatMessage> {
        self.own.missing(have)
    }

    fn push(&mut self, author: &Participant, message: ChatMessage, mine: bool) {
        self.revision += 1;
        if self.entries.len() == KEPT {
            self.entries.remove(0);
        }
        self.entries.push(ChatEntry {
            author: author.id.clone(),
            instance: author.instance.clone(),
            name: author.name.clone(),
            mine,
            message,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signaling::Presence;

    fn somebody(number: u8) -> Participant {
        Participant {
            id: ParticipantId::from_bytes([number; 16]),
            name: "Somebody".to_owned().try_into().unwrap(),
            instance: InstanceId::from_random(u64::from(number)),
            since: 1,
            presence: Presence::Connected,
        }
    }

    fn message(number: u64) -> ChatMessage {
        ChatMessage {
            number,
            at: 0,
            text: "hello".to_owned(),
        }
    }

    #[test]
    fn what_was_missed_is_sent_again_and_nothing_shows_twice() {
        let (mut here, mut there) = (ChatRoom::default(), ChatRoom::default());
        let ada = somebody(1);
        let first = here.write(&ada, 1, "one").unwrap();
        here.write(&ada, 2, "two").unwrap();
        assert!(there.receive(&ada, first.clone()).is_some());
        assert_eq!(there.receive(&ada, first), None);
        let missing: Vec<_> = here.missing(there.have(&ada.instance)).cloned().collect();
        for message in missing {
            there.receive(&ada, message);
        }
        let entries = there.entries().iter();
        let texts: Vec<_> = entries.map(|entry| entry.message.text.as_str()).collect();
        assert_eq!(texts, ["one", "two"]);
    }

    #[test]
    fn each_author_has_numbers_of_his_own_and_new_ones_on_each_load_of_his_page() {
        let mut room = ChatRoom::default();
        let (ada, ben) = (somebody(1), somebody(2));
        let ada_again = Participant {
            instance: InstanceId::from_random(9),
            ..ada.clone()
        };
        for author in [&ada, &ben, &ada_again] {
            assert!(room.receive(author, message(0)).is_some());
            assert_eq!(room.receive(author, message(0)), None);
        }
    }

    #[test]
    fn a_number_that_nothing_can_follow_is_refused() {
        let mut room = ChatRoom::default();
        assert_eq!(room.receive(&somebody(1), message(u64::MAX)), None);
    }
}
