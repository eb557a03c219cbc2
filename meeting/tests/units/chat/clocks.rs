//! Somebody lies about their Lamport clock.

use super::*;

/// What the people wrote who do not lie.
fn told(page: &Page) -> Vec<&str> {
    let texts = texts(&page.chat).into_iter();
    texts.filter(|it| !it.starts_with("message")).collect()
}

fn absurd(number: u64, clock: u64) -> ChatMessage {
    ChatMessage {
        clock,
        ..message(number)
    }
}

/// A newcomer believed a clock only in relation to what they had read, which was nothing, and read
/// one, three, two.
#[test]
fn an_absurd_clock_of_somebody_moves_nobody_elses_messages_for_anybody_who_comes_later() {
    for clock in [u64::MAX, 1 << 53, 1 << 40, 1_000_000, 5_000, 0] {
        let (mut ada, mut ben, mut eve) = (Page::of(1), Page::of(2), Page::of(4));
        let mallory = somebody(3);
        ada.sends_to("one", &mut [&mut ben]);
        for number in 0..3 {
            ada.reads(&mallory, absurd(number, clock));
            ben.reads(&mallory, absurd(number, clock));
        }
        // To one of them alone.
        ada.reads(&mallory, absurd(3, clock));
        ada.sends_to("two", &mut [&mut ben]);
        ben.sends_to("three", &mut [&mut ada]);
        ada.sends_to("four", &mut [&mut ben]);
        eve.catches_up_in_a_room(&ben, &[&ada.me, &mallory]);
        eve.catches_up_in_a_room(&ada, &[&ben.me, &mallory]);
        for page in [&ada, &ben, &eve] {
            assert_eq!(told(page), ["one", "two", "three", "four"], "{clock}");
        }
    }
}

#[test]
fn whoever_is_told_an_absurd_clock_when_they_come_writes_after_what_they_have_read_all_the_same() {
    let (mut ada, mut ben, mut eve, mut dan) = (Page::of(1), Page::of(2), Page::of(4), Page::of(5));
    let mallory = somebody(3);
    ada.sends_to("one", &mut [&mut ben]);
    eve.hears(&mallory, u64::MAX);
    eve.chat
        .receive(&mallory, absurd(0, u64::MAX), true)
        .unwrap();
    eve.catches_up_in_a_room(&ada, &[&ben.me]);
    eve.catches_up_in_a_room(&ben, &[&ada.me]);
    ada.hears(&eve.me, 1);
    eve.sends_to("two", &mut [&mut ada, &mut ben]);
    ada.sends_to("three", &mut [&mut eve, &mut ben]);
    assert_eq!(texts(&eve.chat).last(), Some(&"three"), "news come last");
    dan.catches_up_in_a_room(&eve, &[&ada.me, &ben.me, &mallory]);
    dan.catches_up_in_a_room(&ben, &[&ada.me, &eve.me, &mallory]);
    dan.catches_up_in_a_room(&ada, &[&ben.me, &eve.me, &mallory]);
    for page in [&ada, &ben, &eve, &dan] {
        assert_eq!(told(page), ["one", "two", "three"]);
    }
}
