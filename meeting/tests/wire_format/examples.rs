//! One of each message, with the frame that carries it.

use meeting::id::{Attempt, DisplayName};
use meeting::signaling::{
    ClientMessage, ErrorCode, IceServer, IceServers, Join, Joined, LeaveReason, Participant,
    Presence, Resume, Resumption, ServerMessage, SignalPayload, Undeliverable,
};

const ADA: &str = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";

pub(crate) fn ada() -> Participant {
    Participant {
        id: ADA.parse().unwrap(),
        name: name("Ada"),
        instance: "00000000000000aa".parse().unwrap(),
        since: 7,
        presence: Presence::Connected,
    }
}

fn name(text: &str) -> DisplayName {
    text.to_owned().try_into().unwrap()
}

pub(crate) fn payload(text: &str) -> SignalPayload {
    text.to_owned().try_into().unwrap()
}

fn join(resume: Option<Resume>) -> ClientMessage {
    ClientMessage::Join(Join {
        versions: vec![1],
        room: "abc-defg-hij".parse().unwrap(),
        name: name("Ada"),
        instance: "00000000000000aa".parse().unwrap(),
        attempt: Attempt {
            tab: "00000000000000bb".parse().unwrap(),
            number: 3,
        },
        resume,
    })
}

/// One of each, with the frame that carries it.
pub(crate) fn client_messages() -> Vec<(ClientMessage, &'static str)> {
    let resume = Resume {
        token: "abc.DEF_-".parse().unwrap(),
        seen: 41,
    };
    vec![
        (
            join(None),
            r#"{"type":"join","versions":[1],"room":"abc-defg-hij","name":"Ada","instance":"00000000000000aa","attempt":{"tab":"00000000000000bb","number":3}}"#,
        ),
        (
            join(Some(resume)),
            r#"{"type":"join","versions":[1],"room":"abc-defg-hij","name":"Ada","instance":"00000000000000aa","attempt":{"tab":"00000000000000bb","number":3},"resume":{"token":"abc.DEF_-","seen":41}}"#,
        ),
        (
            ClientMessage::Signal {
                to: ada().id,
                payload: payload("v=0\r\n\"x\""),
            },
            r#"{"type":"signal","to":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","payload":"v=0\r\n\"x\""}"#,
        ),
        (
            ClientMessage::Ping { ack: 17 },
            r#"{"type":"ping","ack":17}"#,
        ),
        (ClientMessage::Leave {}, r#"{"type":"leave"}"#),
    ]
}

/// One of each, with the frame that carries it as number 3.
pub(crate) fn server_messages() -> Vec<(ServerMessage, &'static str)> {
    let turn = IceServer {
        urls: vec!["turn:turn.example.org".to_owned()],
        username: Some("1:a".to_owned()),
        credential: Some("b".to_owned()),
    };
    let stun = IceServer {
        urls: vec!["stun:stun.example.org".to_owned()],
        username: None,
        credential: None,
    };
    let joined = Joined {
        version: 1,
        id: ada().id,
        token: "abc.DEF_-".parse().unwrap(),
        resumption: Resumption::Fresh,
        participants: vec![ada()],
        capacity: 8,
        ice: IceServers::default(),
    };
    vec![
        (
            ServerMessage::Joined(Box::new(joined)),
            r#"{"seq":3,"message":{"type":"joined","version":1,"id":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","token":"abc.DEF_-","resumption":"fresh","participants":[{"id":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","name":"Ada","instance":"00000000000000aa","since":7,"presence":"connected"}],"capacity":8,"ice":{"servers":[]}}}"#,
        ),
        (
            ServerMessage::ParticipantJoined { participant: ada() },
            r#"{"seq":3,"message":{"type":"participant_joined","participant":{"id":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","name":"Ada","instance":"00000000000000aa","since":7,"presence":"connected"}}}"#,
        ),
        (
            ServerMessage::ParticipantChanged {
                participant: Participant {
                    presence: Presence::Reconnecting,
                    ..ada()
                },
            },
            r#"{"seq":3,"message":{"type":"participant_changed","participant":{"id":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","name":"Ada","instance":"00000000000000aa","since":7,"presence":"reconnecting"}}}"#,
        ),
        (
            ServerMessage::ParticipantLeft {
                id: ada().id,
                reason: LeaveReason::Lost,
            },
            r#"{"seq":3,"message":{"type":"participant_left","id":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","reason":"lost"}}"#,
        ),
        (
            ServerMessage::Signal {
                from: ada().id,
                payload: payload("x"),
            },
            r#"{"seq":3,"message":{"type":"signal","from":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","payload":"x"}}"#,
        ),
        (
            ServerMessage::Undeliverable {
                to: ada().id,
                reason: Undeliverable::NotInRoom,
            },
            r#"{"seq":3,"message":{"type":"undeliverable","to":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","reason":"not_in_room"}}"#,
        ),
        (
            ServerMessage::IceServers(IceServers {
                servers: vec![stun, turn],
                ttl_ms: Some(600_000),
            }),
            r#"{"seq":3,"message":{"type":"ice_servers","servers":[{"urls":["stun:stun.example.org"]},{"urls":["turn:turn.example.org"],"username":"1:a","credential":"b"}],"ttl_ms":600000}}"#,
        ),
        (
            ServerMessage::GoingAway { jitter_ms: 1000 },
            r#"{"seq":3,"message":{"type":"going_away","jitter_ms":1000}}"#,
        ),
        (
            ServerMessage::Error {
                code: ErrorCode::RoomFull,
                message: "no place".to_owned(),
                retry_after_ms: None,
            },
            r#"{"seq":3,"message":{"type":"error","code":"room_full","message":"no place"}}"#,
        ),
        (
            ServerMessage::Error {
                code: ErrorCode::Unavailable,
                message: "later".to_owned(),
                retry_after_ms: Some(1000),
            },
            r#"{"seq":3,"message":{"type":"error","code":"unavailable","message":"later","retry_after_ms":1000}}"#,
        ),
        (
            ServerMessage::Pong {},
            r#"{"seq":3,"message":{"type":"pong"}}"#,
        ),
    ]
}
