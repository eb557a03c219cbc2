//! The server is told to stop while people are in meetings.

use std::time::Duration;

use meeting::signaling::{CloseCode, Presence, SUBPROTOCOL};

use crate::support::{Client, Http, PATIENCE, Rooms, Server, on_both_stores};

/// For a story in which nobody is sent away.
const UNHURRIED: Duration = Duration::from_secs(600);
/// For a story in which somebody is.
const HURRIED: Duration = Duration::from_secs(1);

on_both_stores!(
    everybody_is_asked_to_go_and_whoever_stays_is_sent_away,
    a_server_that_everybody_has_left_waits_no_longer,
    whoever_has_not_joined_is_sent_away_at_once,
);

async fn everybody_is_asked_to_go_and_whoever_stays_is_sent_away(rooms: Rooms) {
    let server = Server::start(&rooms).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let mut ben = Client::join(&server, "blue", "Ben").await;
    ada.expect_joined("Ben").await;

    server.ask_to_stop();
    for person in [&mut ada, &mut ben] {
        person.expect_request_to_go().await;
    }
    // Until they go, everything works as before.
    ada.signal(ben.id(), "shall we?").await;
    ben.expect_signal(ada.id(), "shall we?").await;
    for person in [&mut ada, &mut ben] {
        person.expect_closed(CloseCode::GoingAway).await;
    }
    server.stopped().await;
}

async fn a_server_that_everybody_has_left_waits_no_longer(rooms: Rooms) {
    let server = Server::start_with(&rooms, |settings| settings.drain = UNHURRIED).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    server.ask_to_stop();
    ada.expect_request_to_go().await;
    ada.leave().await;
    server.stopped().await;
}

async fn whoever_has_not_joined_is_sent_away_at_once(rooms: Rooms) {
    let server = Server::start_with(&rooms, |settings| settings.drain = UNHURRIED).await;
    let mut silent = Client::connect(&server).await;
    server.ask_to_stop();
    silent.expect_request_to_go().await;
    silent.expect_closed(CloseCode::GoingAway).await;
    server.stopped().await;
}

#[tokio::test]
async fn nobody_is_let_in_any_more_and_a_load_balancer_hears_why() {
    let server =
        Server::start_with(&Rooms::in_memory(), |settings| settings.drain = UNHURRIED).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    assert_eq!(Http::get(&server, "/readyz").send().await.status, 200);
    // A page asks this way whether a socket is worth a try.
    assert_eq!(Http::get(&server, "/ws").send().await.status, 400);

    server.ask_to_stop();
    ada.expect_request_to_go().await;
    assert_eq!(Http::get(&server, "/ws").send().await.status, 503);
    let ready = Http::get(&server, "/readyz").send().await;
    assert_eq!(
        (ready.status, &*ready.text()),
        (503, "the server is stopping\n")
    );
    assert_eq!(Http::get(&server, "/healthz").send().await.status, 200);
    let socket = Http::get(&server, "/ws")
        .upgrade()
        .header("sec-websocket-protocol", SUBPROTOCOL)
        .send()
        .await;
    assert_eq!(
        (socket.status, socket.header("retry-after")),
        (503, Some("1"))
    );

    ada.leave().await;
    server.stopped().await;
}

#[tokio::test]
async fn people_move_to_another_server_and_nobody_sees_them_leave() {
    let rooms = Rooms::in_redis();
    let north = Server::start(&rooms).await;
    let south = Server::start(&rooms).await;
    let mut ada = Client::join(&north, "blue", "Ada").await;
    let mut ben = Client::join(&south, "blue", "Ben").await;
    ada.expect_joined("Ben").await;

    south.ask_to_stop();
    ben.expect_request_to_go().await;
    let page = ben.cut_off();
    ada.expect_presence("Ben", Presence::Reconnecting).await;
    let mut ben = Client::go_on(&north, "blue", "Ben", &page).await;
    ada.expect_presence("Ben", Presence::Connected).await;
    south.stopped().await;

    ada.signal(ben.id(), "there you are").await;
    ben.expect_signal(ada.id(), "there you are").await;
    ada.expect_nothing().await;
}

/// They do not hear that they should go, or do not care.
#[tokio::test]
async fn whoever_stays_to_the_end_is_handed_over_too() {
    let rooms = Rooms::in_redis();
    let north = Server::start(&rooms).await;
    let south = Server::start_with(&rooms, |settings| settings.drain = HURRIED).await;
    let mut ada = Client::join(&north, "blue", "Ada").await;
    let ben = Client::join(&south, "blue", "Ben").await;
    let before = ben.joined().clone();
    ada.expect_joined("Ben").await;

    south.ask_to_stop();
    south.stopped().await;
    ada.expect_presence("Ben", Presence::Reconnecting).await;
    let _ben = Client::resume(&north, "blue", "Ben", &before).await;
    ada.expect_presence("Ben", Presence::Connected).await;
}

#[tokio::test]
async fn a_browser_that_does_not_read_cannot_hold_up_the_end() {
    let server = Server::start_with(&Rooms::in_memory(), |settings| {
        settings.drain = HURRIED;
        settings.rate.burst = 10_000;
        // Whoever waited for that would never see the server stop.
        settings.timing.write = 10 * PATIENCE;
    })
    .await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let mut stuck = Client::connect_with_small_buffer(&server).await;
    stuck.enter("blue", "Stuck", None).await;
    ada.expect_joined("Stuck").await;
    let payload = "x".repeat(40 * 1024);
    for _ in 0..400 {
        ada.signal(stuck.id(), &payload).await;
    }

    server.ask_to_stop();
    server.stopped().await;
}
