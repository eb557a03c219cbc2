//! The page of a bot: one socket after the other, with the patience of the real one.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::SocketAddr;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use meeting::backoff::{self, Jitter};
use meeting::id::{Attempt, DisplayName, InstanceId, ResumeToken, RoomId, TabId};
use meeting::limits;
use meeting::signaling::{
    ClientMessage, CloseCode, Join, Resume, Resumption, SUBPROTOCOL, Sequenced, ServerMessage,
};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::parcels::Parcels;
use super::{Order, View};

type Socket = WebSocketStream<TcpStream>;

/// How long a socket may take to open and to be let in.
const SET_UP: Duration = Duration::from_secs(10);

pub(super) struct Page {
    servers: Vec<SocketAddr>,
    room: RoomId,
    name: DisplayName,
    instance: InstanceId,
    attempt: Attempt,
    token: Option<ResumeToken>,
    seen: u64,
    jitter: Jitter,
    parcels: Parcels,
    view: watch::Sender<View>,
}

/// Why a socket is over.
enum Over {
    /// Connect again.
    Lost,
    /// Another socket of this page replaced it, or nobody needs it any more.
    Done,
    /// Go to this server now.
    Elsewhere(SocketAddr, Box<Socket>),
}

impl Page {
    pub(super) fn new(
        servers: &[SocketAddr],
        room: &str,
        name: &str,
        view: watch::Sender<View>,
    ) -> Self {
        let random = RandomState::new().hash_one(name);
        Self {
            servers: servers.to_vec(),
            room: room.parse().unwrap(),
            name: name.to_owned().try_into().unwrap(),
            instance: InstanceId::from_random(random),
            attempt: Attempt {
                tab: TabId::from_random(random),
                number: 0,
            },
            token: None,
            seen: 0,
            jitter: Jitter::new(random),
            parcels: Parcels::new(),
            view,
        }
    }

    pub(super) async fn live(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
        let mut tries = 0;
        let mut lost = None;
        let mut connect_at = Instant::now();
        loop {
            sleep_until(connect_at).await;
            self.view.send_modify(|view| view.attempts.push(connect_at));
            let server = self.servers[0];
            let begun = Instant::now();
            if let Ok(Some(socket)) = timeout(SET_UP, self.enter(server)).await {
                tries = 0;
                let now = Instant::now();
                let absence = lost.take().map(|lost| lost..now);
                self.view.send_modify(|view| {
                    view.entries.push(now - begun);
                    view.absences.extend(absence);
                });
                match self.meet(socket, &mut orders).await {
                    Over::Done => return,
                    Over::Elsewhere(server, old) => {
                        self.servers.insert(0, server);
                        tokio::spawn(watch_end(*old, self.view.clone()));
                        connect_at = Instant::now();
                        continue;
                    }
                    Over::Lost => lost = Some(Instant::now()),
                }
                self.view.send_modify(|view| view.is_connected = false);
            }
            // Like a balancer in front of all of them.
            self.servers.rotate_left(1);
            let delay = backoff::reconnect_delay(tries, self.jitter.next_u64());
            connect_at = Instant::now() + delay;
            tries += 1;
        }
    }

    /// Opens a socket and joins.
    async fn enter(&mut self, server: SocketAddr) -> Option<Socket> {
        let mut socket = open(server).await?;
        let resume = self.token.clone().map(|token| Resume {
            token,
            seen: self.seen,
        });
        self.attempt.number += 1;
        let join = ClientMessage::Join(Join {
            versions: vec![1],
            room: self.room.clone(),
            name: self.name.clone(),
            instance: self.instance.clone(),
            attempt: self.attempt.clone(),
            resume,
        });
        socket.send(text(&join)).await.ok()?;
        let first = socket.next().await?.ok()?;
        let ServerMessage::Joined(joined) = parse(&first)?.message else {
            return None;
        };
        self.token = Some(joined.token.clone());
        if joined.resumption != Resumption::Replayed {
            self.seen = 0;
        }
        self.parcels.path_restored();
        self.view.send_modify(|view| view.on_joined(&joined));
        Some(socket)
    }

    /// Receives and sends until the socket is over.
    async fn meet(
        &mut self,
        mut socket: Socket,
        orders: &mut mpsc::UnboundedReceiver<Order>,
    ) -> Over {
        let mut beat = interval(limits::HEARTBEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut leave_at = None;
        loop {
            while let Some((to, payload)) = self.parcels.next_parcel() {
                let sent = socket.send(text(&ClientMessage::Signal { to, payload }));
                if sent.await.is_err() {
                    return Over::Lost;
                }
            }
            tokio::select! {
                frame = timeout(limits::SILENCE, socket.next()) => {
                    let Ok(Some(Ok(frame))) = frame else { return Over::Lost };
                    match self.hear(&frame) {
                        Heard::Message => {}
                        Heard::GoAway(within) => leave_at = Some(Instant::now() + within),
                        Heard::Closed(code) => return self.over(code),
                    }
                },
                order = orders.recv() => match order {
                    None => return Over::Done,
                    Some(Order::Signal(to, sdp)) => self.parcels.write(to, sdp),
                    Some(Order::Move(server)) => {
                        return Over::Elsewhere(server, Box::new(socket));
                    }
                    Some(Order::Lose) => return Over::Lost,
                    Some(Order::Leave) => {
                        // Whether it is heard or not, the bot is gone.
                        let _ = socket.send(text(&ClientMessage::Leave {})).await;
                        return Over::Done;
                    }
                },
                _ = beat.tick() => {
                    let ping = ClientMessage::Ping { ack: self.seen };
                    if socket.send(text(&ping)).await.is_err() {
                        return Over::Lost;
                    }
                },
                () = until(self.parcels.due()) => {}
                () = until(leave_at) => {
                    // Whether it is heard or not, the bot goes.
                    let _ = socket.close(None).await;
                    return Over::Lost;
                }
            }
        }
    }

    fn hear(&mut self, frame: &Message) -> Heard {
        if let Message::Close(frame) = frame {
            return Heard::Closed(frame.as_ref().map(|frame| frame.code.into()));
        }
        let Some(Sequenced { seq, message }) = parse(frame) else {
            return Heard::Message;
        };
        if matches!(message, ServerMessage::Error { .. }) {
            return Heard::Message;
        }
        assert_eq!(
            seq,
            self.seen + 1,
            "a hole in the numbers before {message:?}"
        );
        self.seen = seq;
        if let ServerMessage::GoingAway { jitter_ms } = message {
            let spread = Duration::from_millis(jitter_ms);
            return Heard::GoAway(backoff::within(spread, self.jitter.next_u64()));
        }
        if let ServerMessage::Signal { from, payload } = message {
            let read = self.parcels.read(from, &payload);
            self.view.send_modify(|view| view.signals += read);
        } else {
            self.view.send_modify(|view| view.on_message(message));
        }
        Heard::Message
    }

    fn over(&mut self, code: Option<u16>) -> Over {
        match code.and_then(CloseCode::from_u16) {
            Some(CloseCode::Replaced) => Over::Done,
            Some(CloseCode::ResumeRefused) => {
                self.token = None;
                Over::Lost
            }
            _ => Over::Lost,
        }
    }
}

enum Heard {
    Message,
    GoAway(Duration),
    Closed(Option<u16>),
}

/// Sees how a socket ends that another one replaced.
async fn watch_end(mut socket: Socket, view: watch::Sender<View>) {
    while let Some(Ok(frame)) = socket.next().await {
        if let Message::Close(Some(frame)) = frame
            && u16::from(frame.code) == CloseCode::Replaced.as_u16()
        {
            view.send_modify(|view| view.replaced += 1);
        }
    }
}

async fn until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

async fn open(server: SocketAddr) -> Option<Socket> {
    let stream = TcpStream::connect(server).await.ok()?;
    stream.set_nodelay(true).ok()?;
    let mut request = format!("ws://{server}/ws").into_client_request().unwrap();
    let protocol = HeaderValue::from_static(SUBPROTOCOL);
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocol);
    let opened: Result<_, Error> = tokio_tungstenite::client_async(request, stream).await;
    Some(opened.ok()?.0)
}

fn text(message: &ClientMessage) -> Message {
    Message::text(message.to_json().unwrap())
}

fn parse(frame: &Message) -> Option<Sequenced> {
    match frame {
        Message::Text(text) => Some(Sequenced::parse(text).unwrap()),
        _ => None,
    }
}
