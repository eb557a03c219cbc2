//! Pages of several people, and what they write.

use super::super::*;
use crate::id::InstanceId;
use crate::signaling::Presence;

pub(super) fn somebody(number: u8) -> Participant {
    Participant {
        id: ParticipantId::from_bytes([number; 16]),
        name: format!("Person {number}").try_into().unwrap(),
        instance: InstanceId::from_random(u64::from(number)),
        since: 1,
        presence: Presence::Connected,
    }
}

/// The same person on another load of the page.
pub(super) fn reloaded(person: &Participant, load: u64) -> Participant {
    Participant {
        instance: InstanceId::from_random(load),
        ..person.clone()
    }
}

pub(super) fn message(number: u64) -> ChatMessage {
    ChatMessage {
        number,
        clock: number.saturating_add(1),
        at: 0,
        text: format!("message {number}"),
    }
}

pub(super) fn passed_on(page: &Participant, message: ChatMessage) -> PageMessage {
    PageMessage {
        author: page.id.clone(),
        instance: page.instance.clone(),
        name: page.name.clone(),
        message,
    }
}

pub(super) fn texts(chat: &Chat) -> Vec<&str> {
    chat.entries().map(|it| it.message.text.as_str()).collect()
}

/// Somebody's page, which tells nobody of what it writes.
pub(super) struct Page {
    pub(super) me: Participant,
    pub(super) chat: Chat,
}

impl Page {
    pub(super) fn of(number: u8) -> Self {
        Self {
            me: somebody(number),
            chat: Chat::default(),
        }
    }

    pub(super) fn write(&mut self, text: &str) -> ChatMessage {
        self.chat.write(&self.me, 1, text).unwrap()
    }

    /// Writes, and the others read it at once.
    pub(super) fn tells(&mut self, text: &str, others: &mut [&mut Self]) {
        let message = self.write(text);
        for other in others {
            let news = other.chat.receive(&self.me, message.clone(), false);
            assert!(news.unwrap().is_some(), "{text} is news");
        }
    }

    /// Opens a channel to somebody, which brings what is missing here.
    pub(super) fn catches_up_with(&mut self, there: &Self) {
        let hello = self.chat.hello(ends(&self.me, &there.me), 0);
        let back = ends(&there.me, &self.me);
        let history: Vec<_> = there.chat.missing_history(back, &hello).collect();
        for it in history {
            let taken = self.chat.take_history(Some(&self.me), &there.me, it);
            assert_eq!(taken, Ok(()));
        }
        let own: Vec<_> = there.chat.missing(back, &hello).cloned().collect();
        for it in own {
            self.chat.receive(&there.me, it, true).unwrap();
        }
    }
}

pub(super) fn ends<'a>(here: &'a Participant, there: &'a Participant) -> Ends<'a> {
    Ends { here, there }
}
