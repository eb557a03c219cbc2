//! Clients that break the rules are sent away, and nobody else notices.

use std::time::{Duration, Instant};

use meeting::id::ParticipantId;
use meeting::limits;
use meeting::signaling::{
    ClientMessage, CloseCode, ErrorCode, LeaveReason, Presence, ServerMessage,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::client::{join_message, signal_message};
use crate::support::{Client, PATIENCE, Rooms, Server};

const LEAVE: &str = r#"{"type":"leave"}"#;

/// A frame of exactly this many bytes that is a message but for its length.
fn padded(bytes: usize) -> String {
    format!("{LEAVE}{}", " ".repeat(bytes - LEAVE.len()))
}

/// Ada watches a room in which Ben is about to misbehave.
async fn ada_and_ben(server: &Server) -> (Client, Client) {
    let mut ada = Client::join(server, "blue", "Ada").await;
    let ben = Client::join(server, "blue", "Ben").await;
    ada.expect_joined("Ben").await;
    (ada, ben)
}

#[tokio::test]
async fn what_is_not_a_message_ends_the_session_and_only_that() {
    let server = Server::start(&Rooms::in_memory()).await;
    for frame in [
        "",
        "null",
        "[]",
        "hello",
        "{}",
        r#"{"type":"leave""#,
        r#"{"type":7}"#,
        r#"{"type":"leave","type":"leave"}"#,
        r#"{"type":"ping","ack":1,"ack":2}"#,
        r#"{"type":"ping","ack":-1}"#,
        r#"{"type":"ping","ack":1.5}"#,
        r#"{"type":"ping"}"#,
        r#"{"type":"signal","to":"somebody","payload":""}"#,
        r#"{"type":"signal","to":"00000000000000000000000000000000","payload":{}}"#,
        &"[".repeat(60_000),
    ] {
        let (mut ada, mut ben) = ada_and_ben(&server).await;
        ben.say_text(frame).await;
        ben.expect_refused(ErrorCode::BadMessage).await;
        ada.expect_left("Ben", LeaveReason::Lost).await;
        ada.expect_nothing().await;
        ada.leave().await;
    }
}

#[tokio::test]
async fn what_only_a_newer_server_understands_is_answered_and_ends_nothing() {
    let server = Server::start(&Rooms::in_memory()).await;
    let (mut ada, mut ben) = ada_and_ben(&server).await;
    ben.say_text(r#"{"type":"shout","words":["hello"]}"#).await;
    ben.expect_error(ErrorCode::UnknownType).await;
    let signal = signal_message(ada.id(), "hello").to_json().unwrap();
    ben.say_text(&signal.replacen('{', r#"{"urgent":{"very":true},"#, 1))
        .await;
    ada.expect_signal(ben.id(), "hello").await;
    ben.say_text(r#"{"type":"leave","why":"unknown field"}"#)
        .await;
    ben.expect_closed(CloseCode::Normal).await;
    ada.expect_left("Ben", LeaveReason::Left).await;
}

/// The field is not known to this message, so it is ignored; who sends is what the server knows.
#[tokio::test]
async fn nobody_sends_in_the_name_of_somebody_else() {
    let server = Server::start(&Rooms::in_memory()).await;
    let (mut ada, mut ben) = ada_and_ben(&server).await;
    let signal = signal_message(ada.id(), "hello").to_json().unwrap();
    let forged = format!(r#"{{"from":"{}","#, ada.id());
    ben.say_text(&signal.replacen('{', &forged, 1)).await;
    ada.expect_signal(ben.id(), "hello").await;
}

#[tokio::test]
async fn a_frame_may_be_as_long_as_the_limit_and_no_longer() {
    let server = Server::start(&Rooms::in_memory()).await;
    for allowed in [limits::MESSAGE_BYTES - 1, limits::MESSAGE_BYTES] {
        let mut ben = Client::join(&server, "green", "Ben").await;
        ben.say_text(&padded(allowed)).await;
        ben.expect_closed(CloseCode::Normal).await;
    }
    for too_long in [limits::MESSAGE_BYTES + 1, 4 * limits::MESSAGE_BYTES] {
        let (mut ada, mut ben) = ada_and_ben(&server).await;
        ben.say_text(&padded(too_long)).await;
        ben.expect_refused(ErrorCode::TooLong).await;
        ada.expect_left("Ben", LeaveReason::Lost).await;
        ada.leave().await;
    }
}

#[tokio::test]
async fn a_payload_over_the_limit_is_no_message() {
    let server = Server::start(&Rooms::in_memory()).await;
    let (mut ada, mut ben) = ada_and_ben(&server).await;
    let payload = "x".repeat(limits::SIGNAL_PAYLOAD_BYTES + 1);
    ben.say_text(&format!(
        r#"{{"type":"signal","to":"{}","payload":"{payload}"}}"#,
        ada.id()
    ))
    .await;
    ben.expect_refused(ErrorCode::BadMessage).await;
    ada.expect_left("Ben", LeaveReason::Lost).await;
}

/// Each line end takes two bytes on the wire, so this signal fills a frame to the brim; with the
/// number and the sender that the server adds, it would be too long for the receiver.
#[tokio::test]
async fn a_signal_that_outgrows_the_limit_on_its_way_vanishes_without_a_hole() {
    let server = Server::start(&Rooms::in_memory()).await;
    let (mut ada, mut ben) = ada_and_ben(&server).await;
    let envelope = signal_message(ada.id(), "").to_json().unwrap().len();
    let room = limits::MESSAGE_BYTES - envelope;
    let lines = room - limits::SIGNAL_PAYLOAD_BYTES + 1;
    let payload = "\n".repeat(lines) + &"x".repeat(room - 2 * lines);
    let brimful = signal_message(ada.id(), &payload);
    assert!(brimful.to_json().unwrap().len() >= limits::MESSAGE_BYTES - 1);

    ben.say(&brimful).await;
    ben.signal(ada.id(), "and this one arrives").await;
    assert_eq!(ada.hear().await, ServerMessage::Pong {});
    ada.expect_signal(ben.id(), "and this one arrives").await;
}

#[tokio::test]
async fn a_binary_frame_is_not_supported() {
    let server = Server::start(&Rooms::in_memory()).await;
    let (mut ada, mut ben) = ada_and_ben(&server).await;
    ben.say_binary(LEAVE.into()).await;
    ben.expect_error(ErrorCode::BadMessage).await;
    ben.expect_closed(CloseCode::Unsupported).await;
    ada.expect_left("Ben", LeaveReason::Lost).await;
}

#[tokio::test]
async fn join_has_to_be_the_first_message_and_only_the_first() {
    let server = Server::start(&Rooms::in_memory()).await;
    for early in [
        ClientMessage::Ping { ack: 0 },
        ClientMessage::Leave {},
        signal_message(&ParticipantId::from_bytes([7; 16]), "hello"),
    ] {
        let mut client = Client::connect(&server).await;
        client.say(&early).await;
        client.expect_refused(ErrorCode::OutOfPlace).await;
    }

    let (mut ada, mut ben) = ada_and_ben(&server).await;
    ben.say(&join_message("green", "Ben", None)).await;
    ben.expect_refused(ErrorCode::OutOfPlace).await;
    ada.expect_left("Ben", LeaveReason::Lost).await;
    ada.expect_nothing().await;
}

#[tokio::test]
async fn a_page_of_another_version_is_told_so() {
    let server = Server::start(&Rooms::in_memory()).await;
    let join = |versions| {
        format!(
            r#"{{"type":"join","versions":{versions},"room":"blue","name":"Ben",
            "instance":"0000000000000000","attempt":{{"tab":"0000000000000000","number":1}}}}"#
        )
    };
    for versions in ["[]", "[0]", "[2,3]"] {
        let mut client = Client::connect(&server).await;
        client.say_text(&join(versions)).await;
        client.expect_refused(ErrorCode::UnsupportedVersion).await;
    }
    let mut newer = Client::connect(&server).await;
    newer.say_text(&join("[2,1]")).await;
    assert!(matches!(newer.hear().await, ServerMessage::Joined(joined) if joined.version == 1));
}

#[tokio::test]
async fn a_socket_without_a_join_is_closed() {
    let server = Server::start_with(&Rooms::in_memory(), |settings| {
        settings.timing.first_frame = Duration::from_millis(200);
    })
    .await;
    Client::connect(&server)
        .await
        .expect_refused(ErrorCode::JoinTimeout)
        .await;
}

#[tokio::test]
async fn a_burst_passes_and_a_flood_does_not() {
    let server = Server::start(&Rooms::in_memory()).await;
    let (mut ada, mut ben) = ada_and_ben(&server).await;

    // The join was the first message of the burst.
    for number in 1..limits::RATE_BURST {
        ben.signal(ada.id(), &number.to_string()).await;
    }
    for number in 1..limits::RATE_BURST {
        ada.expect_signal(ben.id(), &number.to_string()).await;
    }
    while ben.say_if_possible(&ClientMessage::Ping { ack: 0 }).await {}
    ada.expect_presence("Ben", Presence::Reconnecting).await;
    ada.expect_nothing().await;
}

#[tokio::test]
async fn a_flood_is_told_why_it_ends() {
    let server = Server::start_with(&Rooms::in_memory(), |settings| {
        settings.rate.burst = 3;
        settings.rate.per_second = 1;
    })
    .await;
    let mut ben = Client::join(&server, "blue", "Ben").await;
    for _ in 0..3 {
        ben.say(&ClientMessage::Ping { ack: 0 }).await;
    }
    ben.hear().await;
    ben.hear().await;
    ben.expect_refused(ErrorCode::RateLimited).await;
}

#[tokio::test]
async fn a_slow_reader_is_sent_away_and_the_others_talk_on() {
    let server = Server::start_with(&Rooms::in_memory(), |settings| {
        settings.rate.burst = 10_000;
        settings.timing.write = Duration::from_secs(5);
    })
    .await;
    let mut ada = Client::join(&server, "blue", "Ada").await;
    let mut slow = Client::connect_with_small_buffer(&server).await;
    slow.enter("blue", "Slow", None).await;
    ada.expect_joined("Slow").await;
    let mut cem = Client::join(&server, "blue", "Cem").await;
    ada.expect_joined("Cem").await;

    let payload = "x".repeat(40 * 1024);
    for _ in 0..400 {
        cem.signal(slow.id(), &payload).await;
    }
    ada.signal(cem.id(), "still there?").await;
    ada.expect_presence("Slow", Presence::Reconnecting).await;

    // Reading at last, Slow finds what had been sent and then the reason.
    let reason = loop {
        match slow.hear().await {
            ServerMessage::Signal { .. } | ServerMessage::ParticipantJoined { .. } => {}
            other => break other,
        }
    };
    assert!(
        matches!(
            reason,
            ServerMessage::Error {
                code: ErrorCode::TooSlow,
                ..
            }
        ),
        "{reason:?}"
    );
    slow.expect_closed(CloseCode::TooSlow).await;
    loop {
        match cem.hear().await {
            ServerMessage::Signal { from, .. } => break assert_eq!(&from, ada.id()),
            ServerMessage::Undeliverable { .. } | ServerMessage::ParticipantChanged { .. } => {}
            other => panic!("expected Ada's signal, heard {other:?}"),
        }
    }
}

#[tokio::test]
async fn headers_that_dribble_in_are_cut_off() {
    let server = Server::start_with(&Rooms::in_memory(), |settings| {
        settings.timing.header = Duration::from_millis(300);
    })
    .await;
    let (mut reader, mut writer) = TcpStream::connect(server.address)
        .await
        .unwrap()
        .into_split();
    let started = Instant::now();
    let dribble = async {
        let mut beat = tokio::time::interval(Duration::from_millis(20));
        writer
            .write_all(b"GET /healthz HTTP/1.1\r\nx-slow: ")
            .await?;
        loop {
            beat.tick().await;
            writer.write_all(b"z").await?;
        }
        #[expect(unreachable_code, reason = "gives the block its type")]
        std::io::Result::Ok(())
    };
    let mut answer = vec![];
    tokio::select! {
        _ = reader.read_to_end(&mut answer) => {}
        _ = dribble => {}
    }
    assert!(started.elapsed() < PATIENCE / 2);
    assert!(!String::from_utf8_lossy(&answer).contains("200 OK"));
}

#[tokio::test]
async fn a_connection_too_many_is_turned_away() {
    let server =
        Server::start_with(&Rooms::in_memory(), |settings| settings.max_connections = 2).await;
    let (mut ada, _ben) = ada_and_ben(&server).await;

    let mut refused = TcpStream::connect(server.address).await.unwrap();
    let mut answer = String::new();
    refused.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    ada.expect_nothing().await;
}
