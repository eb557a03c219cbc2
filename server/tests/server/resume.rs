//! Sockets break and people come back.

use meeting::id::ResumeToken;
use meeting::signaling::{ErrorCode, Joined, Presence, Resumption};

use crate::support::{Client, Rooms, Server, on_both_stores};

on_both_stores!(
    whoever_comes_back_is_the_same_and_nobody_saw_a_leave,
    each_return_brings_a_new_token_of_the_same_person,
    a_socket_that_breaks_in_a_flood_of_signals_loses_none,
    a_lost_answer_strands_nobody,
    a_first_answer_that_is_lost_does_not_make_two_people_of_one,
    a_token_that_was_replaced_twice_is_worthless,
    the_newer_socket_wins_and_the_older_one_is_told,
    a_page_that_is_loaded_again_is_the_same_person,
    a_room_that_is_forgotten_lets_its_people_back_in,
);

async fn whoever_comes_back_is_the_same_and_nobody_saw_a_leave(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let ben = Client::join(&server, "blue", "Ben").await;
    ada.expect_joined("Ben").await;

    let before = ben.cut();
    ada.expect_presence("Ben", Presence::Reconnecting).await;
    let mut ben = Client::resume(&server, "blue", "Ben", &before).await;
    ada.expect_presence("Ben", Presence::Connected).await;

    assert_eq!(ben.id(), &before.id);
    assert_eq!(ben.joined().resumption, Resumption::Snapshot);
    assert_eq!(ben.roster(), ["Ada", "Ben"]);
    ada.signal(ben.id(), "welcome back").await;
    ben.expect_signal(ada.id(), "welcome back").await;
}

async fn each_return_brings_a_new_token_of_the_same_person(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut last = Client::join(&server, "blue", "Ada").await.cut();
    for _ in 0..5 {
        let next = Client::resume(&server, "blue", "Ada", &last).await.cut();
        assert_eq!(next.id, last.id);
        assert_ne!(next.token, last.token);
        last = next;
    }
}

/// The browser has some of what the server wrote when the cable is pulled, and names the last.
async fn a_socket_that_breaks_in_a_flood_of_signals_loses_none(rooms: Rooms) {
    const BURST: usize = 20;
    let server = Server::start_with(&rooms, |settings| settings.rate.burst = 1000).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let mut ben = Client::join(&server, "blue", "Ben").await;
    ada.expect_joined("Ben").await;
    for round in 0..10 {
        let text = |number: usize| format!("{round}.{number}");
        for number in 0..BURST {
            ada.signal(ben.id(), &text(number)).await;
        }
        for number in 0..round {
            ben.expect_signal(ada.id(), &text(number)).await;
        }
        let page = ben.cut_off();
        ben = Client::go_on(&server, "blue", "Ben", &page).await;
        assert_eq!(ben.joined().resumption, Resumption::Replayed);
        for number in round..BURST {
            ben.expect_signal(ada.id(), &text(number)).await;
        }
    }
    ben.expect_nothing().await;
}

/// The server accepted the token, but the answer with the new one never arrived.
async fn a_lost_answer_strands_nobody(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let before = Client::join(&server, "blue", "Ada").await.cut();
    let unheard = Client::resume(&server, "blue", "Ada", &before).await;
    let again = Client::resume(&server, "blue", "Ada", &before).await;
    assert_eq!(again.id(), unheard.id());
}

/// A page that brings a token of its own making is the same person when it asks again.
async fn a_first_answer_that_is_lost_does_not_make_two_people_of_one(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let own = format!("{0}A.{0}A", "b".repeat(42)).parse().unwrap();
    let page = Joined {
        token: own,
        ..ada.joined().clone()
    };
    let unheard = Client::resume(&server, "blue", "Ben", &page).await;
    assert_eq!(unheard.joined().resumption, Resumption::Fresh);
    ada.expect_joined("Ben").await;
    let id = unheard.id().clone();
    assert_ne!(&id, ada.id());
    unheard.cut();
    ada.expect_presence("Ben", Presence::Reconnecting).await;

    let ben = Client::resume(&server, "blue", "Ben", &page).await;
    ada.expect_presence("Ben", Presence::Connected).await;
    assert_eq!(ben.id(), &id);
    assert_eq!(ben.joined().resumption, Resumption::Snapshot);
    assert_eq!(ben.roster(), ["Ada", "Ben"]);
    assert_ne!(ben.joined().token, page.token);
    ada.expect_nothing().await;
}

async fn a_token_that_was_replaced_twice_is_worthless(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let first = Client::join(&server, "blue", "Ada").await.cut();
    let second = Client::resume(&server, "blue", "Ada", &first).await.cut();
    let _third = Client::resume(&server, "blue", "Ada", &second).await;

    let mut thief = Client::connect(&server).await;
    thief.ask_to_join("blue", "Ada", Some(&first)).await;
    thief.expect_refused(ErrorCode::ResumeRefused).await;
}

async fn the_newer_socket_wins_and_the_older_one_is_told(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let mut old = Client::join(&server, "blue", "Ben").await;
    ada.expect_joined("Ben").await;

    let mut new = Client::resume(&server, "blue", "Ben", old.joined()).await;
    old.expect_refused(ErrorCode::Replaced).await;
    assert_eq!(new.id(), old.id());
    ada.expect_presence("Ben", Presence::Connected).await;
    ada.signal(new.id(), "which one are you?").await;
    new.expect_signal(ada.id(), "which one are you?").await;
    ada.expect_nothing().await;
}

async fn a_page_that_is_loaded_again_is_the_same_person(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let ben = Client::join(&server, "blue", "Ben").await;
    ada.expect_joined("Ben").await;

    let before = ben.joined().clone();
    ben.close_tab().await;
    ada.expect_presence("Ben", Presence::Unloaded).await;
    let ben = Client::resume(&server, "blue", "Ben", &before).await;
    ada.expect_presence("Ben", Presence::Connected).await;
    assert_eq!(ben.id(), &before.id);
    // Nothing that the old page had is of use to the new one.
    assert_eq!(ben.joined().resumption, Resumption::Snapshot);
}

/// As after a restart of the only server: the seat is gone, but the token still says who it is.
async fn a_room_that_is_forgotten_lets_its_people_back_in(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let ada = Client::join(&server, "blue", "Ada").await;
    let before = ada.joined().clone();
    ada.leave().await;
    let mut ben = Client::join(&server, "blue", "Ben").await;

    let ada = Client::resume(&server, "blue", "Ada", &before).await;
    assert_eq!(ada.id(), &before.id);
    assert_eq!(ada.roster(), ["Ben", "Ada"]);
    ben.expect_joined("Ada").await;
}

#[tokio::test]
async fn a_token_of_another_making_is_refused() {
    let server = Server::start(&Rooms::in_memory()).await;
    let mut before = Client::join(&server, "blue", "Ada").await.cut();
    for forged in ["x", "AAAA.AAAA", &"A".repeat(43)] {
        before.token = forged.parse::<ResumeToken>().unwrap();
        let mut thief = Client::connect(&server).await;
        thief.ask_to_join("blue", "Ada", Some(&before)).await;
        thief.expect_refused(ErrorCode::ResumeRefused).await;
    }
}
