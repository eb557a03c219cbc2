//! A participant without a browser.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::{SinkExt, StreamExt};
use meeting::id::{Attempt, InstanceId, ParticipantId, TabId};
use meeting::signaling::{
    ClientMessage, CloseCode, ErrorCode, Join, Joined, LeaveReason, Participant, Presence, Resume,
    Resumption, SUBPROTOCOL, Sequenced, ServerMessage, Undeliverable,
};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::{PATIENCE, Server};

static INSTANCES: AtomicU64 = AtomicU64::new(1);

/// A socket, and after `joined` a participant.
pub(crate) struct Client {
    socket: WebSocketStream<TcpStream>,
    next_seq: u64,
    joined: Option<Joined>,
    everybody: Vec<Participant>,
}

/// A page that lost its socket.
pub(crate) struct Page {
    pub(crate) joined: Joined,
    pub(crate) instance: InstanceId,
    /// The last sequence number that it received.
    pub(crate) seen: u64,
}

impl Client {
    /// Opens a socket and says nothing.
    pub(crate) async fn connect(server: &Server) -> Self {
        Self::connect_to(server.address).await
    }

    /// Opens a socket to whatever listens there.
    pub(crate) async fn connect_to(address: SocketAddr) -> Self {
        Self::connect_with(address, TcpSocket::new_v4().unwrap()).await
    }

    /// Opens a socket whose operating system takes only a little that was not read.
    pub(crate) async fn connect_with_small_buffer(server: &Server) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        Self::connect_with(server.address, socket).await
    }

    async fn connect_with(address: SocketAddr, socket: TcpSocket) -> Self {
        let stream = socket.connect(address).await.unwrap();
        let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
        let protocol = HeaderValue::from_static(SUBPROTOCOL);
        request
            .headers_mut()
            .insert("sec-websocket-protocol", protocol);
        let (socket, _) = tokio_tungstenite::client_async(request, stream)
            .await
            .unwrap();
        Self {
            socket,
            next_seq: 0,
            joined: None,
            everybody: vec![],
        }
    }

    /// Opens a socket and enters a room.
    pub(crate) async fn join(server: &Server, room: &str, name: &str) -> Self {
        let mut client = Self::connect(server).await;
        client.enter(room, name, None).await;
        client
    }

    /// Opens a socket and comes back with the token of another one.
    pub(crate) async fn resume(server: &Server, room: &str, name: &str, before: &Joined) -> Self {
        let mut client = Self::connect(server).await;
        client.enter(room, name, Some(before)).await;
        client
    }

    /// Opens another socket for a page that lost its own.
    pub(crate) async fn go_on(server: &Server, room: &str, name: &str, page: &Page) -> Self {
        let mut client = Self::connect(server).await;
        let ClientMessage::Join(mut join) = join_message(room, name, Some(&page.joined)) else {
            unreachable!("it is a join message");
        };
        join.instance.clone_from(&page.instance);
        join.resume = Some(Resume {
            token: page.joined.token.clone(),
            seen: page.seen,
        });
        client.say(&ClientMessage::Join(join)).await;
        client.expect_admission().await;
        if client.joined().resumption == Resumption::Replayed {
            client.next_seq = page.seen + 1;
        }
        client
    }

    /// Enters a room on this socket.
    pub(crate) async fn enter(&mut self, room: &str, name: &str, before: Option<&Joined>) {
        self.ask_to_join(room, name, before).await;
        self.expect_admission().await;
    }

    async fn expect_admission(&mut self) {
        match self.hear().await {
            ServerMessage::Joined(joined) => {
                self.everybody.clone_from(&joined.participants);
                self.joined = Some(*joined);
            }
            other => panic!("expected `joined`, heard {other:?}"),
        }
    }

    /// Says `join` and does not wait for the answer.
    pub(crate) async fn ask_to_join(&mut self, room: &str, name: &str, before: Option<&Joined>) {
        let join = join_message(room, name, before);
        self.say(&join).await;
    }

    /// What the server said to `join`.
    pub(crate) fn joined(&self) -> &Joined {
        self.joined.as_ref().expect("has not joined")
    }

    /// Who this is.
    pub(crate) fn id(&self) -> &ParticipantId {
        &self.joined().id
    }

    /// The names in the room when this client came, in the order they came.
    pub(crate) fn roster(&self) -> Vec<&str> {
        self.joined()
            .participants
            .iter()
            .map(|participant| participant.name.as_str())
            .collect()
    }

    pub(crate) async fn say(&mut self, message: &ClientMessage) {
        self.say_text(&message.to_json().unwrap()).await;
    }

    pub(crate) async fn say_text(&mut self, text: &str) {
        self.send(Message::text(text)).await;
    }

    pub(crate) async fn say_binary(&mut self, bytes: Vec<u8>) {
        self.send(Message::binary(bytes)).await;
    }

    async fn send(&mut self, message: Message) {
        self.socket
            .send(message)
            .await
            .expect("the socket broke while writing");
    }

    /// Sends while the server may close the socket at any moment.
    pub(crate) async fn say_if_possible(&mut self, message: &ClientMessage) -> bool {
        self.socket
            .send(Message::text(message.to_json().unwrap()))
            .await
            .is_ok()
    }

    pub(crate) async fn signal(&mut self, to: &ParticipantId, payload: &str) {
        self.say(&signal_message(to, payload)).await;
    }

    /// The next message. Its number has to be the next one.
    pub(crate) async fn hear(&mut self) -> ServerMessage {
        match self.receive().await {
            Message::Text(text) => {
                let Sequenced { seq, message } = Sequenced::parse(&text).unwrap();
                assert_eq!(
                    seq, self.next_seq,
                    "a hole in the numbers before {message:?}"
                );
                self.next_seq += 1;
                message
            }
            other => panic!("expected a message, got {other:?}"),
        }
    }

    /// Whether there is anything more to hear before the socket closes.
    pub(crate) async fn hears_more(&mut self) -> bool {
        matches!(self.receive().await, Message::Text(_))
    }

    async fn receive(&mut self) -> Message {
        timeout(PATIENCE, self.socket.next())
            .await
            .expect("nothing arrived")
            .expect("the connection ended without a close frame")
            .expect("the connection broke")
    }

    pub(crate) async fn expect_joined(&mut self, name: &str) -> Participant {
        match self.hear().await {
            ServerMessage::ParticipantJoined { participant } => {
                assert_eq!(participant.name.as_str(), name);
                self.everybody.push(participant.clone());
                participant
            }
            other => panic!("expected {name} to join, heard {other:?}"),
        }
    }

    pub(crate) async fn expect_left(&mut self, name: &str, why: LeaveReason) {
        match self.hear().await {
            ServerMessage::ParticipantLeft { id, reason } => {
                assert_eq!(self.name_of(&id), name);
                assert_eq!(reason, why);
            }
            other => panic!("expected {name} to leave, heard {other:?}"),
        }
    }

    pub(crate) async fn expect_presence(&mut self, name: &str, presence: Presence) {
        match self.hear().await {
            ServerMessage::ParticipantChanged { participant } => {
                assert_eq!(self.name_of(&participant.id), name);
                assert_eq!(participant.presence, presence);
            }
            other => panic!("expected {name} to be {presence:?}, heard {other:?}"),
        }
    }

    pub(crate) async fn expect_signal(&mut self, sender: &ParticipantId, content: &str) {
        match self.hear().await {
            ServerMessage::Signal { from, payload } => {
                assert_eq!((&from, payload.as_str()), (sender, content));
            }
            other => panic!("expected a signal, heard {other:?}"),
        }
    }

    pub(crate) async fn expect_undeliverable(&mut self, whom: &ParticipantId, why: Undeliverable) {
        match self.hear().await {
            ServerMessage::Undeliverable { to, reason } => assert_eq!((&to, reason), (whom, why)),
            other => panic!("expected `undeliverable`, heard {other:?}"),
        }
    }

    /// The server is about to stop.
    pub(crate) async fn expect_request_to_go(&mut self) {
        match self.hear().await {
            ServerMessage::GoingAway { jitter_ms } => assert!(jitter_ms > 0),
            other => panic!("expected to be asked to go, heard {other:?}"),
        }
    }

    /// Nothing that happened until now concerned this client: the next thing it hears is the
    /// answer to its own question.
    pub(crate) async fn expect_nothing(&mut self) {
        self.say(&ClientMessage::Ping {
            ack: self.next_seq - 1,
        })
        .await;
        match self.hear().await {
            ServerMessage::Pong {} => {}
            other => panic!("expected nothing, heard {other:?}"),
        }
    }

    /// The server closes the socket with this code and says nothing before.
    pub(crate) async fn expect_closed(&mut self, code: CloseCode) {
        match self.receive().await {
            Message::Close(Some(frame)) => assert_eq!(u16::from(frame.code), code.as_u16()),
            other => panic!("expected the socket to close with {code:?}, got {other:?}"),
        }
    }

    /// The server says what is wrong and closes the socket with the code that belongs to it.
    pub(crate) async fn expect_refused(&mut self, expected: ErrorCode) {
        self.expect_error(expected).await;
        self.expect_closed(expected.close_code().unwrap()).await;
    }

    /// The server says what is wrong.
    pub(crate) async fn expect_error(&mut self, expected: ErrorCode) {
        match self.hear().await {
            ServerMessage::Error { code, .. } => assert_eq!(code, expected),
            other => panic!("expected {expected:?}, heard {other:?}"),
        }
    }

    /// Like a tab that is closed or a page that is left or loaded again: the browser says so.
    pub(crate) async fn close_tab(mut self) {
        self.close_with(1001).await;
    }

    /// Leaves for good.
    pub(crate) async fn leave(mut self) {
        self.say(&ClientMessage::Leave {}).await;
        while self.hears_more().await {}
    }

    pub(crate) async fn close_with(&mut self, code: u16) {
        let frame = CloseFrame {
            code: code.into(),
            reason: Utf8Bytes::from_static(""),
        };
        self.socket.close(Some(frame)).await.unwrap();
    }

    /// Like a cable that is pulled and a system that resets the connection: no close frame.
    pub(crate) fn cut(self) -> Joined {
        let stream = self.socket.into_inner();
        stream.set_zero_linger().unwrap();
        drop(stream);
        self.joined.expect("has not joined")
    }

    /// Like [`Self::cut`], but the page remembers what it had.
    pub(crate) fn cut_off(self) -> Page {
        let seen = self.next_seq - 1;
        let joined = self.cut();
        let itself = joined.participants.iter().find(|one| one.id == joined.id);
        Page {
            instance: itself.expect("is in the roster").instance.clone(),
            seen,
            joined,
        }
    }

    fn name_of(&self, id: &ParticipantId) -> &str {
        let found = self
            .everybody
            .iter()
            .find(|participant| participant.id == *id);
        found.map_or("(unknown)", |participant| participant.name.as_str())
    }
}

pub(crate) fn signal_message(to: &ParticipantId, payload: &str) -> ClientMessage {
    ClientMessage::Signal {
        to: to.clone(),
        payload: payload.to_owned().try_into().unwrap(),
    }
}

pub(crate) fn join_message(room: &str, name: &str, before: Option<&Joined>) -> ClientMessage {
    let page = INSTANCES.fetch_add(1, Ordering::Relaxed);
    ClientMessage::Join(Join {
        versions: vec![1],
        room: room.parse().unwrap(),
        name: name.to_owned().try_into().unwrap(),
        instance: InstanceId::from_random(page),
        attempt: Attempt {
            tab: TabId::from_random(page),
            number: 1,
        },
        resume: before.map(|joined| Resume {
            token: joined.token.clone(),
            seen: 0,
        }),
    })
}
