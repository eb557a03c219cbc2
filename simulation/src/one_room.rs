//! A server of one room, on the room that the real one is made of.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use meeting::backoff::Jitter;
use meeting::id::{ParticipantId, ResumeToken};
use meeting::limits;
use meeting::room::{Arrival, Claim, Entered, Refusal, Room, RoomEvent, TokenHash};
use meeting::signaling::{
    ClientMessage, CloseCode, ErrorCode, IceServers, Join, Joined, LeaveReason, PROTOCOL_VERSION,
    Sequenced, ServerMessage, SignalPayload, Undeliverable,
};
use meeting::time::Timestamp;

use crate::backend::{Answer, Backend, Hangup, SocketId};
use crate::network::Weather;

/// People in the room.
const CAPACITY: usize = 16;
/// How often the server looks at its clock, in milliseconds.
const STEP: u64 = 500;

/// What the server does about a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// It remembers the room.
    Kept,
    /// It forgets everything.
    Lost,
}

/// A signal on its way through the server: who sent it, who is to get it, what it says.
type Carried = (ParticipantId, ParticipantId, SignalPayload);

/// A participant's seat, and which of their sockets has it.
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

/// A server with one room, which keeps to what the real one does.
#[derive(Debug)]
pub struct OneRoom {
    room: Room,
    is_up: bool,
    weather: Weather,
    random: Jitter,
    sessions: BTreeMap<SocketId, Session>,
    carried: BTreeMap<(u64, u64), Carried>,
    /// How many signals were carried so far.
    order: u64,
    step_at: u64,
    proofs: u64,
    answers: Vec<Answer>,
}

impl OneRoom {
    pub(crate) fn new(seed: u64, weather: Weather) -> Self {
        Self {
            room: empty_room(),
            is_up: true,
            weather,
            random: Jitter::new(seed ^ 0x05e2_7e25),
            sessions: BTreeMap::new(),
            carried: BTreeMap::new(),
            order: 0,
            step_at: STEP,
            proofs: 0,
            answers: Vec::new(),
        }
    }

    pub(crate) fn stop(&mut self, now: u64, memory: Memory) {
        self.is_up = false;
        let sockets: Vec<SocketId> = self.sessions.keys().copied().collect();
        match memory {
            Memory::Lost => {
                self.sessions.clear();
                self.room = empty_room();
            }
            Memory::Kept => {
                for socket in &sockets {
                    self.on_lost(now, *socket);
                }
            }
        }
        self.answers = sockets.into_iter().map(Answer::Break).collect();
    }

    pub(crate) fn start(&mut self) {
        self.is_up = true;
    }

    /// Lets a signal take the way through the network that its weather has for it.
    fn carry(&mut self, now: u64, carried: &Carried) {
        for late in self.weather.copies(&mut self.random) {
            self.order += 1;
            let due = (now + late, self.order);
            self.carried.insert(due, carried.clone());
        }
    }

    /// Hands a signal to whom it is for.
    fn deliver(&mut self, (from, to, payload): Carried) {
        if let Some(socket) = self.socket_of(&to) {
            self.say(socket, ServerMessage::Signal { from, payload });
        } else if let Some(sender) = self.socket_of(&from) {
            let reason = match self.room.presence(&to) {
                Some(_) => Undeliverable::Reconnecting,
                None => Undeliverable::NotInRoom,
            };
            self.say(sender, ServerMessage::Undeliverable { to, reason });
        }
    }

    /// The page closed the socket because it was left or loaded again.
    fn on_gone(&mut self, now: u64, socket: SocketId) {
        let session = self.sessions.remove(&socket);
        if let Some(Seat { id, generation }) = session.and_then(|session| session.seat) {
            let now = Timestamp::from_millis(now);
            let event = self.room.await_reload(&id, generation, now);
            self.announce(event);
        }
    }

    /// The socket broke.
    fn on_lost(&mut self, now: u64, socket: SocketId) {
        let session = self.sessions.remove(&socket);
        if let Some(Seat { id, generation }) = session.and_then(|session| session.seat) {
            let now = Timestamp::from_millis(now);
            let event = self.room.detach(&id, generation, now);
            self.announce(event);
        }
    }

    /// Looks at the clock.
    fn step(&mut self, now: u64) {
        let silence = u64::try_from(limits::SILENCE.as_millis()).unwrap();
        let sessions = self.sessions.iter();
        let silent: Vec<SocketId> = sessions
            .filter(|(_, session)| session.heard_at + silence <= now)
            .map(|(socket, _)| *socket)
            .collect();
        for socket in silent {
            self.answers.push(Answer::Close(socket, CloseCode::Silent));
            self.on_lost(now, socket);
        }
        for event in self.room.expire(Timestamp::from_millis(now)) {
            self.announce(Some(event));
        }
    }

    fn on_join(&mut self, socket: SocketId, join: Join) {
        let (identity, claim) = match &join.resume {
            None => (self.random.next_u64().to_string(), Claim::Fresh),
            Some(resume) => {
                let (identity, proof) = resume.token.as_str().split_once('.').unwrap();
                let proof = hash(proof);
                (identity.to_owned(), Claim::Resume { proof })
            }
        };
        let id = who(&identity);
        self.proofs += 1;
        let proof = self.proofs.to_string();
        let token = ResumeToken::try_from([identity, proof.clone()].join(".")).unwrap();
        let arrival = Arrival {
            id: id.clone(),
            name: join.name,
            instance: join.instance,
            attempt: join.attempt,
            claim,
            next_proof: hash(&proof),
        };
        match self.room.join(arrival) {
            Ok(entered) => self.enter(socket, id, token, entered),
            Err(refusal) => {
                self.sessions.remove(&socket);
                let code = match refusal {
                    Refusal::Full => CloseCode::RoomFull,
                    Refusal::ResumeRefused => CloseCode::ResumeRefused,
                };
                self.answers.push(Answer::Close(socket, code));
            }
        }
    }

    fn enter(&mut self, socket: SocketId, id: ParticipantId, token: ResumeToken, entered: Entered) {
        if let Some(old) = self.socket_of(&id) {
            self.sessions.remove(&old);
            self.answers.push(Answer::Close(old, CloseCode::Replaced));
        }
        let seat = Seat {
            id: id.clone(),
            generation: entered.generation,
        };
        if let Some(session) = self.sessions.get_mut(&socket) {
            session.seat = Some(seat);
        }
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

    pub(crate) fn say(&mut self, socket: SocketId, message: ServerMessage) {
        let Some(session) = self.sessions.get_mut(&socket) else {
            return;
        };
        let seq = session.seq;
        session.seq += 1;
        let text = Sequenced { seq, message }.to_json().unwrap();
        self.answers.push(Answer::Say(socket, text));
    }
}

impl Backend for OneRoom {
    fn connect(&mut self, now: u64, socket: SocketId) {
        if !self.is_up {
            self.answers.push(Answer::Break(socket));
            return;
        }
        let session = Session {
            heard_at: now,
            ..Session::default()
        };
        self.sessions.insert(socket, session);
        self.answers.push(Answer::Open(socket));
    }

    fn hear(&mut self, now: u64, socket: SocketId, text: &str) {
        let Some(session) = self.sessions.get_mut(&socket) else {
            return;
        };
        session.heard_at = now;
        let seat = session.seat.clone();
        match (ClientMessage::parse(text).unwrap(), seat) {
            (ClientMessage::Join(join), None) => self.on_join(socket, join),
            (ClientMessage::Signal { to, payload }, Some(seat)) => {
                self.carry(now, &(seat.id, to, payload));
                self.advance(now);
            }
            (ClientMessage::Ping { .. }, Some(_)) => self.say(socket, ServerMessage::Pong {}),
            (ClientMessage::Leave {}, Some(seat)) => {
                self.sessions.remove(&socket);
                self.answers.push(Answer::Close(socket, CloseCode::Normal));
                let event = self
                    .room
                    .leave(&seat.id, seat.generation, LeaveReason::Left);
                self.announce(event);
            }
            (ClientMessage::Unknown, Some(_)) => self.say(socket, unknown_type()),
            (message, seat) => panic!("{message:?} is out of place for {seat:?}"),
        }
    }

    fn hang_up(&mut self, now: u64, socket: SocketId, how: Hangup) {
        match how {
            Hangup::Lost => self.on_lost(now, socket),
            Hangup::PageGone => self.on_gone(now, socket),
        }
    }

    fn advance(&mut self, now: u64) {
        while let Some(entry) = self.carried.first_entry() {
            if entry.key().0 > now {
                break;
            }
            let carried = entry.remove();
            self.deliver(carried);
        }
        if self.step_at <= now {
            self.step_at = now + STEP;
            self.step(now);
        }
    }

    fn alarm(&self) -> u64 {
        let carried = self.carried.first_key_value();
        carried.map_or(self.step_at, |((at, _), _)| self.step_at.min(*at))
    }

    fn answers(&mut self) -> Vec<Answer> {
        std::mem::take(&mut self.answers)
    }

    fn heal(&mut self, _now: u64) {
        self.start();
    }
}

fn unknown_type() -> ServerMessage {
    ServerMessage::Error {
        code: ErrorCode::UnknownType,
        message: "this server does not know messages of this type".to_owned(),
        retry_after_ms: None,
    }
}

fn empty_room() -> Room {
    Room::new(CAPACITY, limits::GRACE, 0)
}

/// Whose secret this is.
fn who(identity: &str) -> ParticipantId {
    let digest = hash(identity);
    let (half, _) = digest.as_bytes().split_first_chunk().unwrap();
    ParticipantId::from_bytes(*half)
}

/// Nobody guesses secrets here; it is enough that two of them differ.
fn hash(secret: &str) -> TokenHash {
    let mut bytes = [0; 32];
    for (number, part) in bytes.chunks_exact_mut(8).enumerate() {
        let mut hasher = DefaultHasher::new();
        (number, secret).hash(&mut hasher);
        part.copy_from_slice(&hasher.finish().to_be_bytes());
    }
    TokenHash::from_bytes(bytes)
}
