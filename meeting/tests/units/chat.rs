mod changes;
mod clocks;
mod files;
mod pages;
mod room;

use meeting::chat::{
    Believed, Chat, ChatChange, ChatEntry, ChatError, Outgoing, PagePair, Refused,
};
use meeting::conversation::{ChatMessage, Hello, HistoryMessage};
use meeting::id::ParticipantId;
use meeting::limits;
use meeting::signaling::Participant;
use pages::{Page, message, pair, passed_on, reloaded, somebody, texts};

#[test]
fn what_was_missed_is_sent_again_and_nothing_shows_twice() {
    let (mut ada, mut ben) = (Page::of(1), Page::of(2));
    let first = ada.send("one");
    ada.send("two");
    assert!(
        ben.chat
            .receive(&ada.me, first.clone(), false)
            .unwrap()
            .is_some()
    );
    assert_eq!(ben.chat.receive(&ada.me, first, false), Ok(None));
    ben.catches_up_with(&ada);
    ben.catches_up_with(&ada);
    assert_eq!(texts(&ben.chat), ["one", "two"]);
}

#[test]
fn each_page_has_numbers_of_its_own() {
    let mut chat = Chat::default();
    let (ada, ben) = (somebody(1), somebody(2));
    for author in [&ada, &ben, &reloaded(&ada, 9)] {
        assert!(chat.receive(author, message(0), false).unwrap().is_some());
        assert_eq!(chat.receive(author, message(0), false), Ok(None));
    }
}

/// Somebody joined with the instance id of somebody else and made that person's messages vanish.
#[test]
fn whoever_takes_the_instance_id_of_somebody_else_changes_nothing_of_theirs() {
    let mut chat = Chat::default();
    let ada = somebody(1);
    let mallory = Participant {
        instance: ada.instance.clone(),
        ..somebody(3)
    };
    for number in [0, limits::CHAT_GAP, u64::MAX - 1, u64::MAX] {
        let _ = chat.receive(&mallory, message(number), false);
    }
    let hello = chat.hello(pair(&somebody(2), &ada), 0, &Believed::of([]));
    assert_eq!(hello.have, 0);
    assert!(chat.receive(&ada, message(0), false).unwrap().is_some());
}

#[test]
fn a_number_that_leaves_an_absurd_gap_is_refused_and_forgotten() {
    let mut chat = Chat::default();
    let ada = somebody(1);
    let gap = limits::CHAT_GAP;
    assert!(chat.receive(&ada, message(gap), false).unwrap().is_some());
    for number in [2 * gap + 2, limits::CHAT_NUMBER + 1, u64::MAX - 1, u64::MAX] {
        let far = ChatMessage {
            number,
            ..message(0)
        };
        assert_eq!(
            chat.receive(&ada, far, false),
            Err(Refused::Gap),
            "{number}"
        );
    }
    assert!(
        chat.receive(&ada, message(gap + 1), false)
            .unwrap()
            .is_some()
    );
}

/// Whoever came last read 2 4 6 1 3 5.
#[test]
fn a_newcomer_reads_what_two_wrote_in_turn_in_the_order_in_which_they_wrote() {
    let (mut ada, mut ben, mut eve) = (Page::of(1), Page::of(2), Page::of(3));
    let wanted = ["1", "2", "3", "4", "5", "6"];
    for pair in wanted.chunks(2) {
        ada.sends_to(pair[0], &mut [&mut ben]);
        ben.sends_to(pair[1], &mut [&mut ada]);
    }
    eve.catches_up_with(&ben);
    eve.catches_up_with(&ada);
    for page in [&ada, &ben, &eve] {
        assert_eq!(texts(&page.chat), wanted);
    }
}

#[test]
fn what_somebody_wrote_who_is_gone_is_passed_on_with_the_name_of_whoever_does() {
    let (mut ada, mut ben, mut eve) = (Page::of(1), Page::of(2), Page::of(3));
    ada.sends_to("I have to go", &mut [&mut ben]);
    eve.catches_up_with(&ben);
    let entry = eve.chat.entries().next().unwrap();
    assert_eq!(entry.author, ada.me.id);
    assert_eq!(entry.passed_on_by.as_ref(), Some(&ben.me.name));
}

#[test]
fn whoever_loads_the_page_again_still_has_what_they_wrote_and_so_has_whoever_comes_later() {
    let (mut ada, mut ben, mut eve) = (Page::of(1), Page::of(2), Page::of(3));
    ada.sends_to("one", &mut [&mut ben]);
    ben.sends_to("two", &mut [&mut ada]);
    let mut again = Page::on(reloaded(&ada.me, 77));
    again.chat.restore(ada.chat.entries().cloned().collect());
    again.catches_up_with(&ben);
    assert_eq!(texts(&again.chat), ["one", "two"]);
    again.sends_to("three", &mut [&mut ben]);
    assert_eq!(texts(&ben.chat), ["one", "two", "three"]);
    eve.catches_up_with(&again);
    eve.catches_up_with(&ben);
    assert_eq!(texts(&eve.chat), ["one", "two", "three"]);
    assert!(eve.chat.entries().all(|entry| entry.passed_on_by.is_none()));
    let mine: Vec<_> = again.chat.entries().map(|entry| entry.mine).collect();
    assert_eq!(mine, [true, false, true]);
}

#[test]
fn without_anything_kept_the_others_give_back_what_one_wrote_oneself() {
    let (mut ada, mut ben) = (Page::of(1), Page::of(2));
    ada.sends_to("one", &mut [&mut ben]);
    let mut again = Page::on(reloaded(&ada.me, 77));
    again.catches_up_with(&ben);
    let entry = again.chat.entries().next().unwrap();
    assert!(entry.mine && entry.message.text == "one");
}

/// A server that had lost its memory gave somebody another id in the middle of a call, and the others
/// read everything they had written twice.
#[test]
fn whoever_is_somebody_else_to_the_server_from_now_on_is_read_once() {
    let (mut ada, mut ben, mut eve) = (Page::of(1), Page::of(2), Page::of(3));
    ada.sends_to("one", &mut [&mut ben]);
    ada.me.id = ParticipantId::from_bytes([9; 16]);
    ben.catches_up_with(&ada);
    ada.sends_to("two", &mut [&mut ben]);
    ben.catches_up_with(&ada);
    eve.catches_up_with(&ada);
    eve.catches_up_with(&ben);
    for page in [&ada, &ben, &eve] {
        assert_eq!(texts(&page.chat), ["one", "two"]);
    }
}

#[test]
fn two_versions_of_one_message_are_both_shown_and_the_authors_own_word_ends_it() {
    let (ada, ben, mallory) = (somebody(1), somebody(2), somebody(3));
    let mut chat = Chat::default();
    let forged = ChatMessage {
        text: "I am a fool".to_owned(),
        ..message(0)
    };
    for (from, message) in [(&mallory, forged), (&ben, message(0)), (&ben, message(0))] {
        chat.receive_history(None, from, passed_on(&ada, message))
            .unwrap();
    }
    let mut names: Vec<_> = chat.entries().map(|it| it.passed_on_by.clone()).collect();
    names.sort_by_key(|name| name.as_ref().map(ToString::to_string));
    assert_eq!(names, [Some(ben.name.clone()), Some(mallory.name.clone())]);

    chat.receive(&ada, message(0), true).unwrap();
    assert_eq!(texts(&chat), ["message 0"]);
    assert_eq!(chat.entries().next().unwrap().passed_on_by, None);
    let again = ChatMessage {
        text: "Really".to_owned(),
        ..message(0)
    };
    chat.receive_history(None, &mallory, passed_on(&ada, again))
        .unwrap();
    assert_eq!(texts(&chat), ["message 0"]);
}

#[test]
fn whoever_passes_on_a_false_end_keeps_nobody_from_passing_on_the_rest() {
    let (mut ada, mut ben, mut eve) = (Page::of(1), Page::of(2), Page::of(3));
    ada.sends_to("one", &mut [&mut ben]);
    let mallory = somebody(4);
    let last = ChatMessage {
        number: 99_999,
        ..message(0)
    };
    eve.chat
        .receive_history(None, &mallory, passed_on(&ada.me, last))
        .unwrap();
    eve.catches_up_with(&ben);
    assert!(texts(&eve.chat).contains(&"one"));
}

/// Five hundred old messages came once more as news.
#[test]
fn what_is_no_longer_kept_does_not_come_again() {
    let (mut ada, mut ben) = (Page::of(1), Page::of(2));
    for number in 0..10 {
        ada.sends_to(&number.to_string(), &mut [&mut ben]);
    }
    for number in 0..2 * limits::CHAT_KEPT {
        ben.sends_to(&format!("ben {number}"), &mut [&mut ada]);
    }
    while ada.chat.poll_change().is_some() {}
    let before = ada.chat.entries().count();
    assert_eq!(before, limits::CHAT_KEPT);
    ada.catches_up_with(&ben);
    assert!(ada.chat.poll_change().is_none());
}

#[test]
fn news_come_last_whatever_their_clock_says_and_old_ones_where_they_belong() {
    let mut chat = Chat::default();
    let (ada, ben) = (somebody(1), somebody(2));
    chat.receive(&ada, message(4), false).unwrap();
    let slow = ChatMessage {
        clock: 0,
        text: "news".to_owned(),
        ..message(0)
    };
    chat.receive(&ben, slow, false).unwrap();
    let missed = ChatMessage {
        clock: 2,
        text: "missed".to_owned(),
        ..message(1)
    };
    chat.receive(&ben, missed, true).unwrap();
    assert_eq!(texts(&chat), ["missed", "message 4", "news"]);
}

#[test]
fn a_message_at_the_limit_is_sent_and_an_empty_or_longer_one_is_not() {
    let mut ada = Page::of(1);
    let limit = limits::CHAT_BYTES;
    let mut send = |text: &str| {
        let sent = {
            let outgoing = Outgoing::text(text);
            ada.chat.send(&ada.me, 0, outgoing, &Believed::of([]))
        };
        sent.map(drop)
    };
    assert_eq!(send(&"x".repeat(limit)), Ok(()));
    assert_eq!(send(&"x".repeat(limit + 1)), Err(ChatError::TooLong));
    for blank in [" \n ", "\u{3164}", "\u{2800}\u{200b}", "\u{e0041}"] {
        assert_eq!(send(blank), Err(ChatError::Empty), "{blank:?}");
    }
}

#[test]
fn a_message_of_somebody_else_that_shows_nothing_is_not_shown() {
    let (mut chat, ada) = (Chat::default(), somebody(1));
    let blank = ChatMessage {
        text: "\u{3164}".to_owned(),
        ..message(0)
    };
    assert_eq!(
        chat.receive(&ada, blank.clone(), false),
        Err(Refused::Blank)
    );
    let told = chat.receive_history(None, &somebody(2), passed_on(&somebody(3), blank));
    assert_eq!(told, Err(Refused::Blank));
    assert_eq!(chat.entries().count(), 0);
}

#[test]
fn the_changes_that_are_told_make_up_the_list() {
    let (mut ada, mut ben) = (Page::of(1), Page::of(2));
    for number in 0..limits::CHAT_KEPT + 50 {
        if number % 3 == 0 {
            ada.send(&number.to_string());
        } else {
            ben.sends_to(&number.to_string(), &mut [&mut ada]);
        }
    }
    let mut shown = Vec::new();
    while let Some(change) = ada.chat.poll_change() {
        match change {
            ChatChange::Added(index, entry) => shown.insert(index, entry),
            ChatChange::Changed(index, entry) => shown[index] = entry,
            ChatChange::Removed(index) => drop(shown.remove(index)),
        }
    }
    assert!(ada.chat.entries().eq(shown.iter().map(|entry| &**entry)));
}

#[test]
fn what_its_author_confirms_stays_where_it_was_seen_and_is_not_added_again() {
    let (ada, ben) = (somebody(1), somebody(2));
    let mut chat = Chat::default();
    for number in [0, 1] {
        let it = passed_on(&ada, message(number));
        chat.receive_history(None, &ben, it).unwrap();
    }
    while chat.poll_change().is_some() {}
    chat.receive(&ada, message(0), true).unwrap();
    let change = chat.poll_change();
    assert!(matches!(change, Some(ChatChange::Changed(0, entry)) if entry.passed_on_by.is_none()));
    assert_eq!(chat.poll_change(), None);
    assert_eq!(texts(&chat), ["message 0", "message 1"]);
}

/// A message that somebody passed on as their own bore the name of whoever they liked.
#[test]
fn whoever_passes_on_what_they_wrote_before_bears_the_name_they_have() {
    let (ann, mallory) = (somebody(1), somebody(3));
    let forged = HistoryMessage {
        name: ann.name,
        ..passed_on(&reloaded(&mallory, 9), message(0))
    };
    let mut chat = Chat::default();
    chat.receive_history(None, &mallory, forged).unwrap();
    assert_eq!(chat.entries().next().unwrap().name, mallory.name);
}

#[test]
fn control_characters_are_neither_sent_nor_taken() {
    let mut ada = Page::of(1);
    assert_eq!(ada.send("a\u{1}\u{1b}b\n\tc\u{7f}").text, "ab\n\tc");
    let swollen = ["x", &"\u{1}".repeat(limits::CHAT_BYTES - 1)].concat();
    let swollen = ChatMessage {
        text: swollen,
        ..message(0)
    };
    let mut ben = Page::of(2);
    ben.reads(&ada.me, swollen.clone());
    let it = passed_on(&somebody(3), swollen);
    ben.chat.receive_history(None, &ada.me, it).unwrap();
    assert_eq!(texts(&ben.chat), ["x", "x"]);
}
