//! People come, send and go.

use std::time::{Duration, Instant};

use futures::future::join_all;
use meeting::id::ParticipantId;
use meeting::limits;
use meeting::signaling::{
    ClientMessage, CloseCode, ErrorCode, LeaveReason, Presence, Resumption, ServerMessage,
    Undeliverable,
};

use crate::support::{Client, Rooms, Server, on_both_stores};

on_both_stores!(
    whoever_comes_learns_who_is_there_in_the_order_they_came,
    a_newcomer_is_announced_to_everybody_else,
    rooms_do_not_hear_of_each_other,
    a_signal_reaches_the_one_it_is_for_and_names_its_true_sender,
    signals_arrive_in_the_order_they_were_sent,
    the_longest_payload_arrives_whole,
    a_signal_to_nobody_is_undeliverable,
    a_signal_to_somebody_in_another_room_is_undeliverable,
    a_signal_to_somebody_without_a_socket_waits_for_them,
    whoever_says_leave_is_gone_at_once,
    whoever_closes_the_socket_for_good_is_gone_at_once,
    whoever_closes_the_tab_is_gone_after_a_moment,
    a_cut_socket_is_shown_as_reconnecting,
    a_socket_closed_for_another_reason_is_shown_as_reconnecting,
    a_silent_browser_is_shown_as_reconnecting,
    a_ping_keeps_a_quiet_browser_in_the_room,
    a_full_room_says_so,
    of_a_hundred_who_want_the_last_seat_one_gets_it,
    a_seat_that_was_left_can_be_taken,
);

async fn whoever_comes_learns_who_is_there_in_the_order_they_came(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let ada = Client::join(&server, "blue", "Ada").await;
    let ben = Client::join(&server, "blue", "Ben").await;
    let cem = Client::join(&server, "blue", "Cem").await;

    assert_eq!(ada.roster(), ["Ada"]);
    assert_eq!(ben.roster(), ["Ada", "Ben"]);
    assert_eq!(cem.roster(), ["Ada", "Ben", "Cem"]);
    let joined = cem.joined();
    assert_eq!((joined.version, joined.capacity), (1, 8));
    assert_eq!(joined.resumption, Resumption::Fresh);
    assert_eq!(joined.participants[2].id, joined.id);
    assert!(
        joined
            .participants
            .is_sorted_by_key(|participant| participant.since)
    );
}

async fn a_newcomer_is_announced_to_everybody_else(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let mut ben = Client::join(&server, "blue", "Ben").await;

    let announced = ada.expect_joined("Ben").await;
    assert_eq!(&announced, &ben.joined().participants[1]);
    assert_eq!(announced.presence, Presence::Connected);
    ben.expect_nothing().await;
}

async fn rooms_do_not_hear_of_each_other(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let ben = Client::join(&server, "green", "Ben").await;

    assert_eq!(ben.roster(), ["Ben"]);
    ada.expect_nothing().await;
}

async fn a_signal_reaches_the_one_it_is_for_and_names_its_true_sender(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let mut ben = Client::join(&server, "blue", "Ben").await;
    let mut cem = Client::join(&server, "blue", "Cem").await;
    ada.expect_joined("Ben").await;
    ada.expect_joined("Cem").await;
    ben.expect_joined("Cem").await;

    ada.signal(ben.id(), "for Ben's eyes: \"quoted\"\r\n\u{1F600}")
        .await;
    ben.expect_signal(ada.id(), "for Ben's eyes: \"quoted\"\r\n\u{1F600}")
        .await;
    ben.signal(ada.id(), "thanks").await;
    ada.expect_signal(ben.id(), "thanks").await;
    cem.expect_nothing().await;
}

async fn signals_arrive_in_the_order_they_were_sent(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let mut ben = Client::join(&server, "blue", "Ben").await;

    for number in 0..150 {
        ben.signal(ada.id(), &format!("number {number}")).await;
    }
    ada.expect_joined("Ben").await;
    for number in 0..150 {
        ada.expect_signal(ben.id(), &format!("number {number}"))
            .await;
    }
}

async fn the_longest_payload_arrives_whole(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let mut ben = Client::join(&server, "blue", "Ben").await;
    ada.expect_joined("Ben").await;

    let longest = "x".repeat(limits::SIGNAL_PAYLOAD_BYTES);
    ben.signal(ada.id(), &longest).await;
    ada.expect_signal(ben.id(), &longest).await;
}

async fn a_signal_to_nobody_is_undeliverable(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;

    let nobody = ParticipantId::from_bytes([7; 16]);
    ada.signal(&nobody, "hello?").await;
    ada.expect_undeliverable(&nobody, Undeliverable::NotInRoom)
        .await;
}

async fn a_signal_to_somebody_in_another_room_is_undeliverable(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let mut ben = Client::join(&server, "green", "Ben").await;

    ada.signal(ben.id(), "hello?").await;
    ada.expect_undeliverable(ben.id(), Undeliverable::NotInRoom)
        .await;
    ben.expect_nothing().await;
}

async fn a_signal_to_somebody_without_a_socket_waits_for_them(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let ben = Client::join(&server, "blue", "Ben").await;
    ada.expect_joined("Ben").await;

    let page = ben.cut_off();
    ada.expect_presence("Ben", Presence::Reconnecting).await;
    ada.signal(&page.joined.id, "hello?").await;
    ada.expect_nothing().await;
    let mut ben = Client::go_on(&server, "blue", "Ben", &page).await;
    assert_eq!(ben.joined().resumption, Resumption::Replayed);
    ben.expect_signal(ada.id(), "hello?").await;
}

async fn whoever_says_leave_is_gone_at_once(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let mut ben = Client::join(&server, "blue", "Ben").await;
    ada.expect_joined("Ben").await;

    ben.say(&ClientMessage::Leave {}).await;
    ben.expect_closed(CloseCode::Normal).await;
    ada.expect_left("Ben", LeaveReason::Left).await;
    assert_eq!(
        Client::join(&server, "blue", "Cem").await.roster(),
        ["Ada", "Cem"]
    );
}

async fn whoever_closes_the_socket_for_good_is_gone_at_once(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let mut ben = Client::join(&server, "blue", "Ben").await;
    ada.expect_joined("Ben").await;
    ben.close_with(1000).await;
    ada.expect_left("Ben", LeaveReason::Left).await;
}

async fn whoever_closes_the_tab_is_gone_after_a_moment(rooms: Rooms) {
    // The time for those who lost their socket is far longer than this test has.
    let server = Server::start_with(&rooms, |settings| {
        settings.store.grace = Duration::from_secs(600);
    })
    .await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let ben = Client::join(&server, "blue", "Ben").await;
    ada.expect_joined("Ben").await;
    let closed = Instant::now();
    ben.close_tab().await;
    ada.expect_presence("Ben", Presence::Unloaded).await;
    ada.expect_left("Ben", LeaveReason::Left).await;
    assert!(closed.elapsed() >= limits::RELOAD_GRACE);
}

async fn a_cut_socket_is_shown_as_reconnecting(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let ben = Client::join(&server, "blue", "Ben").await;
    ada.expect_joined("Ben").await;

    ben.cut();
    ada.expect_presence("Ben", Presence::Reconnecting).await;
}

async fn a_socket_closed_for_another_reason_is_shown_as_reconnecting(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let mut ben = Client::join(&server, "blue", "Ben").await;
    ada.expect_joined("Ben").await;

    ben.close_with(CloseCode::Silent.as_u16()).await;
    ada.expect_presence("Ben", Presence::Reconnecting).await;
}

async fn a_silent_browser_is_shown_as_reconnecting(rooms: Rooms) {
    let server = Server::start_with(&rooms, |settings| {
        settings.timing.silence = Duration::from_millis(300);
    })
    .await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    ada.expect_refused(ErrorCode::Silent).await;

    let cem = Client::join(&server, "blue", "Cem").await;
    assert_eq!(cem.roster(), ["Ada", "Cem"]);
    assert_eq!(
        cem.joined().participants[0].presence,
        Presence::Reconnecting
    );
}

async fn a_ping_keeps_a_quiet_browser_in_the_room(rooms: Rooms) {
    let silence = Duration::from_secs(2);
    let server = Server::start_with(&rooms, |settings| settings.timing.silence = silence).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;

    let beats = async {
        let mut beat = tokio::time::interval(silence / 20);
        loop {
            beat.tick().await;
            ada.say(&ClientMessage::Ping { ack: 0 }).await;
            assert_eq!(ada.hear().await, ServerMessage::Pong {});
        }
    };
    // As long as it takes until two others, who say nothing, were sent away one after the other.
    let silences = async {
        for name in ["Ben", "Cem"] {
            let mut silent = Client::join(&server, "green", name).await;
            silent.expect_refused(ErrorCode::Silent).await;
        }
    };
    tokio::select! {
        () = beats => {}
        () = silences => {}
    }
}

async fn a_full_room_says_so(rooms: Rooms) {
    let server = Server::start_with(&rooms, |settings| settings.store.capacity = 2).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let _ben = Client::join(&server, "blue", "Ben").await;
    ada.expect_joined("Ben").await;

    let mut cem = Client::connect(&server).await;
    cem.ask_to_join("blue", "Cem", None).await;
    cem.expect_refused(ErrorCode::RoomFull).await;
    ada.expect_nothing().await;
    assert_eq!(
        Client::join(&server, "green", "Cem").await.roster(),
        ["Cem"]
    );
}

async fn of_a_hundred_who_want_the_last_seat_one_gets_it(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut early = vec![];
    for name in ["Ada", "Ben", "Cem", "Dag", "Eve", "Fay", "Gil"] {
        early.push(Client::join(&server, "blue", name).await);
    }
    let hopefuls = join_all((0..100).map(|_| Client::connect(&server))).await;
    let outcomes = join_all(hopefuls.into_iter().map(async |mut hopeful| {
        hopeful.ask_to_join("blue", "Hal", None).await;
        match hopeful.hear().await {
            ServerMessage::Joined(joined) => {
                assert_eq!(joined.participants.len(), 8);
                Some(hopeful)
            }
            ServerMessage::Error {
                code: ErrorCode::RoomFull,
                ..
            } => {
                hopeful.expect_closed(CloseCode::RoomFull).await;
                None
            }
            other => panic!("neither in nor out: {other:?}"),
        }
    }))
    .await;
    assert_eq!(outcomes.into_iter().flatten().count(), 1);
}

async fn a_seat_that_was_left_can_be_taken(rooms: Rooms) {
    let server = Server::start_with(&rooms, |settings| settings.store.capacity = 2).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let ben = Client::join(&server, "blue", "Ben").await;
    ada.expect_joined("Ben").await;

    ben.leave().await;
    ada.expect_left("Ben", LeaveReason::Left).await;
    assert_eq!(
        Client::join(&server, "blue", "Cem").await.roster(),
        ["Ada", "Cem"]
    );
}
