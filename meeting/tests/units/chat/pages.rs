//! Pages of several people, and what they write.

use std::collections::BTreeMap;

use super::*;
use meeting::id::InstanceId;
use meeting::signaling::Presence;

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
        ..ChatMessage::default()
    }
}

pub(super) fn passed_on(page: &Participant, message: ChatMessage) -> HistoryMessage {
    HistoryMessage {
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
    /// The highest clocks that the others who are there say they have.
    clocks: BTreeMap<ParticipantId, u64>,
}

impl Page {
    pub(super) fn of(number: u8) -> Self {
        Self::on(somebody(number))
    }

    pub(super) fn on(me: Participant) -> Self {
        let mut chat = Chat::default();
        chat.arrive(&me.id);
        Self {
            me,
            chat,
            clocks: BTreeMap::new(),
        }
    }

    pub(super) fn believed(&self) -> Believed {
        Believed::of(self.clocks.values().copied())
    }

    pub(super) fn hello(&self, there: &Participant) -> Hello {
        self.chat.hello(pair(&self.me, there), 0, &self.believed())
    }

    pub(super) fn send(&mut self, text: &str) -> ChatMessage {
        let believed = self.believed();
        let outgoing = Outgoing::text(text);
        self.chat.send(&self.me, 1, outgoing, &believed).unwrap()
    }

    /// Hears from somebody who is there how far the chat is.
    pub(super) fn hears(&mut self, of: &Participant, clock: u64) {
        self.chat.arrive(&of.id);
        let known = self.clocks.entry(of.id.clone()).or_default();
        *known = clock.max(*known);
    }

    /// Reads what somebody writes now.
    pub(super) fn reads(&mut self, author: &Participant, message: ChatMessage) {
        self.hears(author, message.clock);
        let news = self.chat.receive(author, message, false);
        assert!(news.unwrap().is_some(), "it is news");
    }

    /// Writes, and the others read it at once.
    pub(super) fn sends_to(&mut self, text: &str, others: &mut [&mut Self]) {
        let message = self.send(text);
        for other in others {
            other.reads(&self.me, message.clone());
        }
    }

    /// Opens a channel to somebody, which brings what is missing here.
    pub(super) fn catches_up_with(&mut self, there: &Self) {
        self.catches_up_in_a_room(there, &[]);
    }

    /// The same, where others are there who speak for themselves.
    pub(super) fn catches_up_in_a_room(&mut self, there: &Self, others: &[&Participant]) {
        let hello = self.hello(&there.me);
        self.hears(&there.me, there.hello(&self.me).clock.unwrap());
        let back = pair(&there.me, &self.me);
        let is_here = |it: &&ChatEntry| {
            others
                .iter()
                .any(|one| it.author == one.id && it.instance == one.instance)
        };
        let history = there.chat.missing_history(back, &hello);
        for it in history.filter(|it| !is_here(it)) {
            let passed_on = it.to_history_message();
            let taken = self
                .chat
                .receive_history(Some(&self.me), &there.me, passed_on);
            assert_eq!(taken, Ok(()));
        }
        let own: Vec<_> = there.chat.missing(back, &hello).cloned().collect();
        for it in own {
            self.hears(&there.me, it.clock);
            self.chat.receive(&there.me, it, true).unwrap();
        }
    }
}

pub(super) fn pair<'a>(here: &'a Participant, there: &'a Participant) -> PagePair<'a> {
    PagePair { here, there }
}
