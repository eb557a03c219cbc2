//! Messages that change others, and messages that are for one alone.

use meeting::chat::Addressee;
use meeting::conversation::{MessageId, Reaction, Relation};

use super::*;

fn id(author: &Participant, number: u64) -> MessageId {
    MessageId {
        author: author.id.clone(),
        instance: author.instance.clone(),
        number,
    }
}

impl Page {
    fn says(&mut self, outgoing: Outgoing) -> Result<ChatMessage, ChatError> {
        let believed = self.believed();
        self.chat.send(&self.me, 1, outgoing, &believed)
    }

    fn edits(&mut self, of: MessageId, text: &str) -> Result<ChatMessage, ChatError> {
        let text = text.to_owned();
        self.says(Outgoing::Edit { of, text })
    }

    fn reacts(&mut self, of: MessageId, reaction: Option<Reaction>) -> ChatMessage {
        self.says(Outgoing::Reaction { of, reaction }).unwrap()
    }

    fn writes_to(&mut self, to: &Participant, text: &str) -> ChatMessage {
        let to = Addressee {
            id: to.id.clone(),
            name: to.name.clone(),
        };
        let message = Outgoing::Message {
            text: text.to_owned(),
            to: Some(to),
            reply_to: None,
        };
        self.says(message).unwrap()
    }

    /// What stands in the list, in order; nothing for what was taken back.
    fn shows(&self) -> Vec<Option<&str>> {
        let shown = self.chat.entries().filter(|it| it.message.is_shown());
        shown.map(ChatEntry::text).collect()
    }

    fn reactions_to(&self, of: &MessageId) -> Vec<(Reaction, usize)> {
        let mut entries = self.chat.entries();
        let entry = entries.find(|it| it.id() == *of).unwrap();
        let shown = entry.revision.reactions().into_iter();
        shown.map(|(reaction, who)| (reaction, who.len())).collect()
    }
}

#[test]
fn an_edit_takes_the_place_of_the_text_and_the_last_one_stays() {
    let (mut ada, mut ben) = (Page::of(1), Page::of(2));
    let first = ada.send("helo");
    let of = id(&ada.me, first.number);
    let edits = ["hello", "hello!"].map(|text| ada.edits(of.clone(), text).unwrap());
    // The way of the first one was longer.
    let [one, two] = edits;
    for message in [first, two, one] {
        ben.chat.receive(&ada.me, message, true).unwrap();
    }
    // The number of the edit that came late lies behind, so it counts as heard before.
    assert_eq!(ben.shows(), [Some("hello!")]);
    assert_eq!(ada.shows(), [Some("hello!")]);
    let edited = |page: &Page| {
        page.chat
            .entries()
            .next()
            .unwrap()
            .revision
            .edited()
            .is_some()
    };
    assert!(edited(&ada) && edited(&ben));
}

#[test]
fn what_is_taken_back_is_kept_by_nobody_and_told_nobody() {
    let (mut ada, mut ben, mut cleo) = (Page::of(1), Page::of(2), Page::of(3));
    let secret = ada.send("the password is 1234");
    let of = id(&ada.me, secret.number);
    let deletion = ada.says(Outgoing::Deletion { of: of.clone() }).unwrap();
    for message in [secret, deletion] {
        ben.reads(&ada.me, message);
    }
    assert_eq!(ben.shows(), [None]);
    cleo.catches_up_with(&ben);
    cleo.catches_up_with(&ada);
    assert_eq!(cleo.shows(), [] as [Option<&str>; 0]);
    for page in [&ada, &ben, &cleo] {
        let mut kept = page.chat.entries().map(|it| it.message.text.as_str());
        assert!(kept.all(|text| !text.contains("1234")));
    }
    assert_eq!(ada.edits(of.clone(), "x"), Err(ChatError::NoSuchMessage));
    assert_eq!(
        ben.says(Outgoing::Deletion { of }),
        Err(ChatError::NoSuchMessage)
    );
}

#[test]
fn nobody_changes_what_somebody_else_wrote() {
    let (mut ada, mut ben, mallory) = (Page::of(1), Page::of(2), somebody(9));
    let hello = ada.send("hello");
    let of = id(&ada.me, hello.number);
    ben.reads(&ada.me, hello);
    assert_eq!(ben.edits(of.clone(), "bye"), Err(ChatError::NotTheAuthor));
    for (number, relation) in [
        (0, Relation::Edit { of: of.clone() }),
        (1, Relation::Deletion { of: of.clone() }),
    ] {
        let forged = ChatMessage {
            relation: Some(relation),
            ..message(number)
        };
        ben.chat.receive(&mallory, forged, false).unwrap();
    }
    // Ada is gone, and Mallory says what Ada did before.
    for (number, relation) in [
        (7, Relation::Edit { of: of.clone() }),
        (8, Relation::Deletion { of }),
    ] {
        let forged = ChatMessage {
            relation: Some(relation),
            ..message(number)
        };
        let passed_on = passed_on(&ada.me, forged);
        let taken = ben.chat.receive_history(Some(&ben.me), &mallory, passed_on);
        assert_eq!(taken, Ok(()));
    }
    assert_eq!(ben.shows(), [Some("hello")]);
}

#[test]
fn everybody_has_one_reaction_to_a_message_and_may_take_it_back() {
    let (mut ada, mut ben, mut cleo) = (Page::of(1), Page::of(2), Page::of(3));
    let hello = ada.send("hello");
    let of = id(&ada.me, hello.number);
    ben.reads(&ada.me, hello.clone());
    let heart = ben.reacts(of.clone(), Some(Reaction::Heart));
    let own = ada.reacts(of.clone(), Some(Reaction::Heart));
    ada.reads(&ben.me, heart.clone());
    ben.reads(&ada.me, own.clone());
    for page in [&ada, &ben] {
        assert_eq!(page.reactions_to(&of), [(Reaction::Heart, 2)]);
    }
    let party = ben.reacts(of.clone(), Some(Reaction::Party));
    ada.reads(&ben.me, party.clone());
    let both = [(Reaction::Heart, 1), (Reaction::Party, 1)];
    assert_eq!(ada.reactions_to(&of), both);
    // Cleo hears of them before the message that they are about.
    for message in [heart, party] {
        cleo.reads(&ben.me, message);
    }
    for message in [hello, own] {
        cleo.chat.receive(&ada.me, message, true).unwrap();
    }
    assert_eq!(cleo.reactions_to(&of), both);
    let none = ben.reacts(of.clone(), None);
    ada.reads(&ben.me, none);
    assert_eq!(ada.reactions_to(&of), [(Reaction::Heart, 1)]);
    assert_eq!(ada.shows(), [Some("hello")], "a reaction is no message");
}

#[test]
fn what_changed_a_message_is_known_after_a_reload_and_to_who_comes_late() {
    let (mut ada, mut ben) = (Page::of(1), Page::of(2));
    let first = ada.send("helo");
    let of = id(&ada.me, first.number);
    let edit = ada.edits(of.clone(), "hello").unwrap();
    for message in [first, edit] {
        ben.reads(&ada.me, message);
    }
    let heart = ben.reacts(of.clone(), Some(Reaction::Heart));
    ada.reads(&ben.me, heart);
    let stored: Vec<ChatEntry> = ben.chat.entries().cloned().collect();
    let stored = serde_json::to_string(&stored).unwrap();
    let mut again = Page::on(reloaded(&ben.me, 77));
    again.chat.restore(serde_json::from_str(&stored).unwrap());
    let mut late = Page::of(3);
    late.catches_up_with(&ada);
    late.catches_up_with(&ben);
    for page in [&again, &late] {
        assert_eq!(page.shows(), [Some("hello")]);
        assert_eq!(page.reactions_to(&of), [(Reaction::Heart, 1)]);
    }
    // An author may change what they wrote on an earlier load of their page.
    let mut ada_again = Page::on(reloaded(&ada.me, 78));
    let stored = ada.chat.entries().cloned().collect();
    ada_again.chat.restore(stored);
    let edit = ada_again.edits(of, "hello there").unwrap();
    late.reads(&ada_again.me, edit);
    assert_eq!(late.shows(), [Some("hello there")]);
}

#[test]
fn a_reply_stands_in_the_list_and_names_what_it_answers() {
    let (mut ada, mut ben) = (Page::of(1), Page::of(2));
    let question = ada.send("tea?");
    let of = id(&ada.me, question.number);
    ben.reads(&ada.me, question);
    let reply = Outgoing::Message {
        text: "please".to_owned(),
        to: None,
        reply_to: Some(of.clone()),
    };
    let reply = ben.says(reply).unwrap();
    assert_eq!(reply.relation, Some(Relation::Reply { of: of.clone() }));
    ada.reads(&ben.me, reply);
    assert_eq!(ada.shows(), [Some("tea?"), Some("please")]);
    let nothing = Outgoing::Message {
        text: "what?".to_owned(),
        to: None,
        reply_to: Some(id(&ada.me, 99)),
    };
    assert_eq!(ben.says(nothing), Err(ChatError::NoSuchMessage));
}

#[test]
fn what_is_for_one_alone_is_told_nobody_else_and_by_nobody_else() {
    let (mut ada, mut ben, mut mallory) = (Page::of(1), Page::of(2), Page::of(9));
    ada.send("for all");
    ada.writes_to(&ben.me, "for Ben");
    ada.send("for all again");
    ben.catches_up_with(&ada);
    assert_eq!(ben.shows().len(), 3);
    mallory.catches_up_with(&ada);
    mallory.catches_up_with(&ben);
    assert_eq!(mallory.shows(), [Some("for all"), Some("for all again")]);
    // Both ends of it have it again after a reload, from each other.
    let mut ada_again = Page::on(reloaded(&ada.me, 78));
    ada_again.catches_up_with(&ben);
    assert_eq!(ada_again.shows().len(), 3);
    // What Ben feels about it is for Ada alone, too, and so is the other way round.
    let of = id(&ada.me, 1);
    let heart = ben.reacts(of.clone(), Some(Reaction::Heart));
    assert_eq!(heart.to, Some(ada.me.id.clone()));
    let deletion = ada.says(Outgoing::Deletion { of }).unwrap();
    assert_eq!(deletion.to, Some(ben.me.id.clone()));
    // Mallory makes up something that was for Ben alone.
    let made_up = ChatMessage {
        to: Some(ben.me.id.clone()),
        ..message(5)
    };
    let passed_on = passed_on(&ada.me, made_up);
    let mut vic = Page::of(4);
    let taken = vic
        .chat
        .receive_history(Some(&vic.me), &mallory.me, passed_on);
    assert_eq!(taken, Err(Refused::NotForThisPage));
}

/// The edits of a message that was taken back were kept, and passed on to whoever came later.
#[test]
fn what_an_edit_said_goes_with_the_message_whichever_comes_last() {
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [2, 1, 0],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
    ] {
        let (mut ada, mut ben) = (Page::of(1), Page::of(2));
        let secret = ada.send("the password is 1234");
        let of = id(&ada.me, secret.number);
        let edit = ada.edits(of.clone(), "the password is 12345").unwrap();
        let deletion = ada.says(Outgoing::Deletion { of }).unwrap();
        let messages = [secret, edit, deletion];
        // Ada is gone, and Cleo passes on what they had.
        let cleo = somebody(3);
        for index in order {
            let passed_on = passed_on(&ada.me, messages[index].clone());
            let taken = ben.chat.receive_history(Some(&ben.me), &cleo, passed_on);
            assert_eq!(taken, Ok(()), "{order:?}");
        }
        assert_eq!(ben.shows(), [None], "{order:?}");
        for page in [&ada, &ben] {
            let mut kept = page.chat.entries().map(|it| it.message.text.as_str());
            assert!(kept.all(|text| !text.contains("1234")), "{order:?}");
        }
    }
}
