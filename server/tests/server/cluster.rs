//! Two servers on one Redis are one meeting.

use meeting::signaling::{ErrorCode, LeaveReason, Presence};

use crate::support::{Client, Rooms, Server};

async fn two_servers() -> (Rooms, Server, Server) {
    let rooms = Rooms::in_redis();
    let north = Server::start(&rooms).await;
    let south = Server::start(&rooms).await;
    (rooms, north, south)
}

#[tokio::test]
async fn people_on_two_servers_see_each_other_come_talk_and_go() {
    let (_rooms, north, south) = two_servers().await;
    let mut ada = Client::join(&north, "blue", "Ada").await;
    let mut ben = Client::join(&south, "blue", "Ben").await;
    assert_eq!(ben.roster(), ["Ada", "Ben"]);
    ada.expect_joined("Ben").await;

    for number in 0..20 {
        ada.signal(ben.id(), &format!("offer {number}")).await;
    }
    for number in 0..20 {
        ben.expect_signal(ada.id(), &format!("offer {number}"))
            .await;
    }
    ben.signal(ada.id(), "answer").await;
    ada.expect_signal(ben.id(), "answer").await;

    ben.close_tab().await;
    ada.expect_presence("Ben", Presence::Unloaded).await;
    ada.expect_left("Ben", LeaveReason::Left).await;
}

#[tokio::test]
async fn a_room_is_full_on_every_server() {
    let rooms = Rooms::in_redis();
    let north = Server::start_with(&rooms, |settings| settings.store.capacity = 2).await;
    let south = Server::start_with(&rooms, |settings| settings.store.capacity = 2).await;
    let _ada = Client::join(&north, "blue", "Ada").await;
    let _ben = Client::join(&south, "blue", "Ben").await;
    for server in [&north, &south] {
        let mut cem = Client::connect(server).await;
        cem.ask_to_join("blue", "Cem", None).await;
        cem.expect_refused(ErrorCode::RoomFull).await;
    }
}

#[tokio::test]
async fn a_socket_that_broke_on_one_server_comes_back_on_another() {
    let (_rooms, north, south) = two_servers().await;
    let mut ada = Client::join(&north, "blue", "Ada").await;
    let ben = Client::join(&north, "blue", "Ben").await;
    ada.expect_joined("Ben").await;

    let before = ben.cut();
    ada.expect_presence("Ben", Presence::Reconnecting).await;
    let mut ben = Client::resume(&south, "blue", "Ben", &before).await;
    ada.expect_presence("Ben", Presence::Connected).await;
    assert_eq!(ben.id(), &before.id);
    ada.signal(ben.id(), "over there?").await;
    ben.expect_signal(ada.id(), "over there?").await;
}

#[tokio::test]
async fn a_socket_that_still_stands_is_replaced_from_another_server() {
    let (_rooms, north, south) = two_servers().await;
    let mut old = Client::join(&north, "blue", "Ben").await;
    let _new = Client::resume(&south, "blue", "Ben", old.joined()).await;
    old.expect_refused(ErrorCode::Replaced).await;
}

#[tokio::test]
async fn a_signal_to_somebody_without_a_socket_on_another_server_waits_for_them() {
    let (_rooms, north, south) = two_servers().await;
    let mut ada = Client::join(&north, "blue", "Ada").await;
    let ben = Client::join(&south, "blue", "Ben").await;
    ada.expect_joined("Ben").await;

    let page = ben.cut_off();
    ada.expect_presence("Ben", Presence::Reconnecting).await;
    ada.signal(&page.joined.id, "hello?").await;
    let mut ben = Client::go_on(&south, "blue", "Ben", &page).await;
    ben.expect_signal(ada.id(), "hello?").await;
}
