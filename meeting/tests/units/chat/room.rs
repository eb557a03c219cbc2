//! There is room for so many messages.

use super::*;
use meeting::id::InstanceId;

#[test]
fn whoever_writes_most_pushes_out_only_what_they_wrote() {
    let (mut ada, mut ben) = (Page::of(1), Page::of(2));
    ada.sends_to("the address is on the board", &mut [&mut ben]);
    for number in 0..limits::CHAT_KEPT + 100 {
        ben.sends_to(&number.to_string(), &mut [&mut ada]);
    }
    for chat in [&ada.chat, &ben.chat] {
        assert_eq!(chat.entries().count(), limits::CHAT_KEPT);
        assert_eq!(texts(chat).first(), Some(&"the address is on the board"));
    }
}

/// After a reload everything counted as one's own, and the oldest of everybody went.
#[test]
fn after_a_reload_too_nobody_pushes_out_what_others_wrote() {
    let (mut ada, mut ben) = (Page::of(1), Page::of(2));
    for number in 0..limits::CHAT_KEPT / 2 {
        ada.sends_to(&format!("ada {number}"), &mut [&mut ben]);
    }
    for number in 0..limits::CHAT_KEPT / 2 {
        ben.sends_to(&format!("ben {number}"), &mut [&mut ada]);
    }
    let mut again = Page::on(reloaded(&ben.me, 77));
    again.chat.restore(ben.chat.entries().cloned().collect());
    again.hears(&ada.me, 1);
    let mallory = somebody(3);
    again.hears(&mallory, 1);
    let ids = 0..500;
    for id in ids {
        let gone = Participant {
            instance: InstanceId::from_random(id),
            ..somebody(9)
        };
        let it = passed_on(&gone, message(id));
        again.chat.receive_history(None, &mallory, it).unwrap();
    }
    let of = |name: &str| {
        let texts = texts(&again.chat).into_iter();
        texts.filter(|it| it.starts_with(name)).count()
    };
    assert_eq!(of("ada") + of("ben") + of("message"), limits::CHAT_KEPT);
    assert_eq!(
        of("ada"),
        of("ben"),
        "what there is too much of is taken in turn"
    );
}

#[test]
fn whoever_comes_again_and_again_as_somebody_else_has_one_share() {
    let (mut ann, mut ben) = (Page::of(1), Page::of(2));
    for number in 0..500 {
        ann.sends_to(&format!("ann {number}"), &mut [&mut ben]);
    }
    for id in 10..20 {
        let guest = somebody(id);
        for number in 0..200 {
            ben.reads(&guest, message(number));
        }
        ben.chat.depart(&guest.id);
    }
    let texts = texts(&ben.chat).into_iter();
    assert_eq!(texts.filter(|it| it.starts_with("ann")).count(), 500);
}

#[test]
fn all_texts_together_are_never_more_than_one_channel_can_carry() {
    let (mut ada, mut ben) = (Page::of(1), Page::of(2));
    let long = "\"".repeat(limits::CHAT_BYTES);
    for _ in 0..limits::CHAT_KEPT {
        ada.sends_to(&long, &mut [&mut ben]);
    }
    let texts: usize = texts(&ben.chat).into_iter().map(str::len).sum();
    assert_eq!(texts, limits::CHAT_KEPT_BYTES);
}

#[test]
fn whoever_is_there_is_not_forgotten_because_many_came_and_went() {
    let (ann, mut ben) = (somebody(1), Page::of(2));
    ben.reads(&ann, message(0));
    for id in 0..2 * limits::CHAT_PAGES {
        let mut bytes = [7; 16];
        bytes[..8].copy_from_slice(&id.to_be_bytes());
        let guest = Participant {
            id: ParticipantId::from_bytes(bytes),
            ..somebody(3)
        };
        ben.reads(&guest, message(0));
        ben.chat.depart(&guest.id);
    }
    assert_eq!(ben.hello(&ann).have, 1);
}
