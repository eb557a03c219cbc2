//! Browsers learn of the STUN and TURN servers of this deployment, and of no others.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use meeting::id::ParticipantId;
use meeting::signaling::{IceServer, IceServers, ServerMessage};
use server::settings::ice_servers::{IceServerList, TurnAccess};
use server::settings::ice_url::IceUrl;
use sha1::Sha1;

use crate::support::{Client, Rooms, Server};

const SECRET: &str = "north";

/// A deployment whose credentials hold for this long.
fn servers(ttl: Duration) -> IceServerList {
    let turn = [
        "turn:turn.example.org:3478?transport=udp",
        "turns:turn.example.org:5349?transport=tcp",
    ];
    IceServerList {
        stun: vec![IceUrl::stun("stun:stun.example.org").unwrap()],
        turn: Some(TurnAccess {
            urls: turn.map(|url| IceUrl::turn(url).unwrap()).into(),
            secret: SECRET.parse().unwrap(),
            ttl,
        }),
    }
}

/// What a TURN server does with the user name that it is shown.
fn a_turn_server_lets_in(server: &IceServer, id: &ParticipantId, ttl: Duration) {
    let username = server.username.as_deref().unwrap();
    let mut mac = Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(username.as_bytes());
    let expected = STANDARD.encode(mac.finalize().into_bytes());
    assert_eq!(server.credential.as_deref(), Some(&*expected));

    let (expiry, whose) = username.split_once(':').unwrap();
    assert_eq!(whose, id.as_str());
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let left = expiry.parse::<u64>().unwrap() - now;
    assert!(
        (ttl.as_secs() - 5..=ttl.as_secs()).contains(&left),
        "{left} s left"
    );
}

#[tokio::test]
async fn each_participant_gets_credentials_of_their_own() {
    let ttl = Duration::from_secs(600);
    let rooms = Rooms::in_memory();
    let server = Server::start_with(&rooms, |settings| settings.ice = servers(ttl)).await;
    for name in ["Ada", "Ben"] {
        let client = Client::join(&server, "blue", name).await;
        let IceServers { servers, ttl_ms } = &client.joined().ice;
        assert_eq!(*ttl_ms, Some(600_000));
        let [stun, turn] = servers.as_slice() else {
            panic!("{servers:?}")
        };
        assert_eq!(stun.urls, ["stun:stun.example.org"]);
        assert_eq!((&stun.username, &stun.credential), (&None, &None));
        assert_eq!(
            turn.urls,
            [
                "turn:turn.example.org:3478?transport=udp",
                "turns:turn.example.org:5349?transport=tcp"
            ]
        );
        a_turn_server_lets_in(turn, client.id(), ttl);
    }
}

#[tokio::test]
async fn new_credentials_come_before_the_old_ones_run_out() {
    let ttl = Duration::from_secs(2);
    let rooms = Rooms::in_memory();
    let server = Server::start_with(&rooms, |settings| settings.ice = servers(ttl)).await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    for _ in 0..2 {
        match ada.hear().await {
            ServerMessage::IceServers(IceServers { servers, ttl_ms }) => {
                assert_eq!(ttl_ms, Some(2_000));
                assert!(servers.last().unwrap().username.is_some());
            }
            other => panic!("expected ICE servers, heard {other:?}"),
        }
    }
}

#[tokio::test]
async fn nobody_is_told_of_a_server_that_the_operator_did_not_name() {
    let server = Server::start(&Rooms::in_memory()).await;
    let ada = Client::join(&server, "blue", "Ada").await;
    assert_eq!(ada.joined().ice, IceServers::default());
}
