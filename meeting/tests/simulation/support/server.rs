//! A server of one room, on the room that the real one is made of.

use std::collections::BTreeMap;

use meeting::backoff::Jitter;
use meeting::id::{ParticipantId, ResumeToken};
use meeting::limits;
use meeting::room::{Arrival, Claim, Entered, Refusal, Room, RoomEvent, TokenHash};
use meeting::signaling::{
    ClientMessage, CloseCode, IceServers, Join, Joined, LeaveReason, PROTOCOL_VERSION, Sequenced,
    ServerMessage, SignalPayload, Undeliverable,
};
use meeting::time::Timestamp;

/// A socket, as both ends and the network call it.
pub(crate) type SocketId = usize;

/// What the server does to a socket.
#[derive(Debug)]
pub(crate) enum Reply {
    Say(SocketId, String),
    Close(SocketId, CloseCode),
    /// Carry this signal; the network may lose it, double it or be late.
    Carry(ParticipantId, ParticipantId, SignalPayload),
}

/// Somebody's place.
#[derive(Clone, Debug)]
struct Seat {
    id: ParticipantId,
    generation: u64,
}

#[derive(Debug, Default)]
struct Session {
    seat: Option<Seat>,
    seq: u64,
    heard_at: u64,
}

/// The server.
#[derive(Debug)]
pub(crate) struct Server {
    room: Room,
    sessions: BTreeMap<SocketId, Session>,
    proofs: u64,
    replies: Vec<Reply>,
}

impl Server {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            room: Room::new(capacity, limits::GRACE, 0),
            sessions: BTreeMap::new(),
            proofs: 0,
            replies: Vec::new(),
        }
    }

    pub(crate) fn sockets(&self) -> Vec<SocketId> {
        self.sessions.keys().copied().collect()
    }

    /// Starts again with a store that remembers. Gives the sockets that broke.
    pub(crate) fn drop_sockets(&mut self, now: u64) -> Vec<SocketId> {
        let sockets = self.sockets();
        for socket in &sockets {
            self.on_lost(now, *socket);
        }
        sockets
    }

    pub(crate) fn replies(&mut self) -> Vec<Reply> {
        std::mem::take(&mut self.replies)
    }

    pub(crate) fn on_opened(&mut self, now: u64, socket: SocketId) {
        let session = Session {
            heard_at: now,
            ..Session::default()
        };
        self.sessions.insert(socket, session);
    }

    pub(crate) fn on_text(&mut self, now: u64, socket: SocketId, text: &str, random: &mut Jitter) {
        let Some(session) = self.sessions.get_mut(&socket) else {
            return;
        };
        session.heard_at = now;
        let seat = session.seat.clone();
        match (ClientMessage::parse(text).unwrap(), seat) {
            (ClientMessage::Join(join), None) => self.on_join(socket, join, random),
            (ClientMessage::Signal { to, payload }, Some(seat)) => {
                self.replies.push(Reply::Carry(seat.id, to, payload));
            }
            (ClientMessage::Ping { .. }, Some(_)) => self.say(socket, ServerMessage::Pong {}),
            (ClientMessage::Leave {}, Some(seat)) => {
                self.sessions.remove(&socket);
                self.replies.push(Reply::Close(socket, CloseCode::Normal));
                let event = self
                    .room
                    .leave(&seat.id, seat.generation, LeaveReason::Left);
                self.announce(event);
            }
            (message, seat) => panic!("{message:?} is out of place for {seat:?}"),
        }
    }

    /// Hands a signal to whom it is for.
    pub(crate) fn deliver(
        &mut self,
        from: &ParticipantId,
        to: &ParticipantId,
        payload: SignalPayload,
    ) {
        let from = from.clone();
        if let Some(socket) = self.socket_of(to) {
            self.say(socket, ServerMessage::Signal { from, payload });
        } else if let Some(sender) = self.socket_of(&from) {
            let reason = match self.room.presence(to) {
                Some(_) => Undeliverable::Reconnecting,
                None => Undeliverable::NotInRoom,
            };
            let to = to.clone();
            self.say(sender, ServerMessage::Undeliverable { to, reason });
        }
    }

    /// The page closed the socket because it was left or loaded again.
    pub(crate) fn on_gone(&mut self, socket: SocketId) {
        let session = self.sessions.remove(&socket);
        if let Some(Seat { id, generation }) = session.and_then(|session| session.seat) {
            let event = self.room.leave(&id, generation, LeaveReason::Left);
            self.announce(event);
        }
    }

    /// The socket broke.
    pub(crate) fn on_lost(&mut self, now: u64, socket: SocketId) {
        let session = self.sessions.remove(&socket);
        if let Some(Seat { id, generation }) = session.and_then(|session| session.seat) {
            let now = Timestamp::from_millis(now);
            let event = self.room.detach(&id, generation, now);
            self.announce(event);
        }
    }

    /// Lets time go by.
    pub(crate) fn tick(&mut self, now: u64) {
        let silence = u64::try_from(limits::SILENCE.as_millis()).unwrap();
        let sessions = self.sessions.iter();
        let silent: Vec<SocketId> = sessions
            .filter(|(_, session)| session.heard_at + silence <= now)
            .map(|(socket, _)| *socket)
            .collect();
        for socket in silent {
            self.replies.push(Reply::Close(socket, CloseCode::Silent));
            self.on_lost(now, socket);
        }
        for event in self.room.expire(Timestamp::from_millis(now)) {
            self.announce(Some(event));
        }
    }

    fn on_join(&mut self, socket: SocketId, join: Join, random: &mut Jitter) {
        let (id, claim) = match &join.resume {
            None => (mint(random), Claim::Fresh),
            Some(resume) => {
                let (id, proof) = resume.token.as_str().split_once('.').unwrap();
                let proof = hash(proof.parse().unwrap());
                (id.parse().unwrap(), Claim::Resume { proof })
            }
        };
        self.proofs += 1;
        let arrival = Arrival {
            id: id.clone(),
            name: join.name,
            instance: join.instance,
            claim,
            next_proof: hash(self.proofs),
        };
        match self.room.join(arrival) {
            Ok(entered) => self.enter(socket, id, entered),
            Err(refusal) => {
                self.sessions.remove(&socket);
                let code = match refusal {
                    Refusal::Full => CloseCode::RoomFull,
                    Refusal::ResumeRefused => CloseCode::ResumeRefused,
                };
                self.replies.push(Reply::Close(socket, code));
            }
        }
    }

    fn enter(&mut self, socket: SocketId, id: ParticipantId, entered: Entered) {
        if let Some(old) = self.socket_of(&id) {
            self.sessions.remove(&old);
            self.replies.push(Reply::Close(old, CloseCode::Replaced));
        }
        let seat = Seat {
            id: id.clone(),
            generation: entered.generation,
        };
        if let Some(session) = self.sessions.get_mut(&socket) {
            session.seat = Some(seat);
        }
        let token = ResumeToken::try_from(format!("{id}.{}", self.proofs)).unwrap();
        let joined = Joined {
            version: PROTOCOL_VERSION,
            id,
            token,
            resumption: entered.resumption,
            participants: self.room.participants(),
            capacity: 8,
            ice: IceServers::default(),
        };
        self.say(socket, ServerMessage::Joined(Box::new(joined)));
        self.announce(Some(entered.event));
    }

    fn announce(&mut self, event: Option<RoomEvent>) {
        let Some(event) = event else { return };
        let others: Vec<SocketId> = self
            .sessions
            .iter()
            .filter(|(_, session)| {
                let seat = session.seat.as_ref();
                seat.is_some_and(|seat| seat.id != *event.subject())
            })
            .map(|(socket, _)| *socket)
            .collect();
        for socket in others {
            self.say(socket, event.clone().into());
        }
    }

    fn socket_of(&self, id: &ParticipantId) -> Option<SocketId> {
        let mut sessions = self.sessions.iter();
        let found = sessions.find(|(_, session)| {
            let seat = session.seat.as_ref();
            seat.is_some_and(|seat| seat.id == *id)
        });
        found.map(|(socket, _)| *socket)
    }

    fn say(&mut self, socket: SocketId, message: ServerMessage) {
        let Some(session) = self.sessions.get_mut(&socket) else {
            return;
        };
        let seq = session.seq;
        session.seq += 1;
        let text = Sequenced { seq, message }.to_json().unwrap();
        self.replies.push(Reply::Say(socket, text));
    }
}

fn mint(random: &mut Jitter) -> ParticipantId {
    let mut bytes = [0; 16];
    for half in bytes.chunks_exact_mut(8) {
        half.copy_from_slice(&random.next_u64().to_be_bytes());
    }
    ParticipantId::from_bytes(bytes)
}

fn hash(proof: u64) -> TokenHash {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&proof.to_be_bytes());
    TokenHash::from_bytes(bytes)
}
