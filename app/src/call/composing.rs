//! What the person is writing in the chat.

use rtc::view::{Addressee, ChatEntry, MessageId, Outgoing, PersonView};

/// What becomes of what is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Composing {
    /// It is a message of its own.
    #[default]
    Message,
    /// It answers another message.
    Reply {
        /// Which.
        of: MessageId,
        /// Who wrote that.
        author: String,
    },
    /// It takes the place of what another message says.
    Edit {
        /// Which.
        of: MessageId,
        /// What was being written before, and is again afterwards.
        draft: String,
    },
}

impl Composing {
    /// An answer to a message.
    pub(crate) fn reply(entry: &ChatEntry) -> Self {
        Self::Reply {
            of: entry.id(),
            author: entry.name.to_string(),
        }
    }

    /// What is to be said with this text.
    pub(crate) fn outgoing(self, text: String, to: Option<Addressee>) -> Outgoing {
        match self {
            Self::Message => Outgoing::Message {
                text,
                to,
                reply_to: None,
            },
            Self::Reply { of, .. } => Outgoing::Message {
                text,
                to,
                reply_to: Some(of),
            },
            Self::Edit { of, .. } => Outgoing::Edit { of, text },
        }
    }
}

/// To whom an answer to a message goes: what was for one alone stays between the two.
pub(crate) fn addressee_of_reply(entry: &ChatEntry) -> Option<Addressee> {
    let to = entry.message.to.as_ref()?;
    if entry.mine {
        let name = entry.addressee.clone()?;
        Some(Addressee {
            id: to.clone(),
            name,
        })
    } else {
        Some(Addressee {
            id: entry.author.clone(),
            name: entry.name.clone(),
        })
    }
}

/// Those of whom it is known that they do not have a message of this person yet, by name. Nothing where
/// of nobody it is for anything is known.
pub(crate) fn undelivered(entry: &ChatEntry, people: &[PersonView]) -> Option<Vec<String>> {
    let is_of_this_page = people
        .iter()
        .any(|person| person.you && person.id == entry.author && person.instance == entry.instance);
    let is_for = |person: &&PersonView| entry.message.is_for(&entry.author, &person.id);
    let known = people.iter().filter(is_for);
    let known = known.filter_map(|person| Some((person, person.received?)));
    let known: Vec<_> = known.filter(|_| is_of_this_page).collect();
    let missing = (known.iter()).filter(|(_, received)| *received <= entry.message.number);
    let missing = missing.map(|(person, _)| person.name.to_string());
    (!known.is_empty()).then(|| missing.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::testing::{person, written};

    #[test]
    fn a_message_is_delivered_to_those_who_say_that_they_have_it() {
        let mut people: Vec<_> = (1..=4).map(person).collect();
        for (person, received) in people.iter_mut().zip([None, Some(4), Some(5), None]) {
            person.received = received;
        }
        let mut entry = written(&people[0], 4);
        // Of the fourth nothing is known.
        assert_eq!(
            undelivered(&entry, &people),
            Some(vec!["Person 2".to_owned()])
        );
        entry.message.to = Some(people[2].id.clone());
        assert_eq!(undelivered(&entry, &people), Some(Vec::new()));
        people[2].received = None;
        assert_eq!(undelivered(&entry, &people), None);
        let older = person(9).instance;
        let earlier = ChatEntry {
            instance: older,
            ..written(&people[0], 4)
        };
        assert_eq!(undelivered(&earlier, &people), None);
    }

    #[test]
    fn an_answer_to_what_was_for_one_alone_is_for_the_other_one_alone() {
        let (ada, ben) = (person(1), person(2));
        let public = written(&ben, 0);
        assert_eq!(addressee_of_reply(&public), None);
        let mut theirs = written(&ben, 0);
        theirs.message.to = Some(ada.id.clone());
        assert_eq!(
            addressee_of_reply(&theirs).map(|it| it.id),
            Some(ben.id.clone())
        );
        let mut mine = written(&ada, 0);
        mine.message.to = Some(ben.id.clone());
        mine.addressee = Some(ben.name);
        assert_eq!(addressee_of_reply(&mine).map(|it| it.id), Some(ben.id));
    }
}
