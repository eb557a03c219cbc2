//! Several servers, each of some release, that share the state of one room.

use std::collections::BTreeMap;

use meeting::backoff::Jitter;
use meeting::signaling::{CloseCode, PROTOCOL_VERSION, ServerMessage};

use super::backend::{Answer, Backend, Hangup, SocketId};
use super::network::Weather;
use super::next::{NEXT_PROTOCOL, Release, server_reads, server_writes};
use super::one_room::OneRoom;
use super::world::World;

/// The time over which a server that stops spreads the departures, in milliseconds.
const SPREAD: u64 = 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// Everybody was asked to go, and nobody is let in.
    Stopping,
    Down,
}

#[derive(Debug)]
struct Server {
    release: Release,
    state: State,
}

/// At which server a socket ends, and which version is spoken there.
#[derive(Debug)]
struct End {
    server: usize,
    version: u32,
}

/// The servers.
#[derive(Debug)]
pub struct Fleet {
    room: OneRoom,
    servers: Vec<Server>,
    ends: BTreeMap<SocketId, End>,
    random: Jitter,
    answers: Vec<Answer>,
}

impl Fleet {
    /// Running servers of these releases.
    pub fn new(seed: u64, releases: &[Release]) -> Self {
        let servers = releases.iter().map(|release| Server {
            release: *release,
            state: State::Open,
        });
        Self {
            room: OneRoom::new(seed, Weather::FAIR),
            servers: servers.collect(),
            ends: BTreeMap::new(),
            random: Jitter::new(seed ^ 0xf1ee7),
            answers: Vec::new(),
        }
    }

    fn choose(&mut self) -> Option<usize> {
        let servers = self.servers.iter().enumerate();
        let open = servers.filter(|(_, server)| server.state == State::Open);
        let open: Vec<usize> = open.map(|(number, _)| number).collect();
        let choice = self.random.next_u64() % (open.len() as u64).max(1);
        open.get(usize::try_from(choice).unwrap()).copied()
    }

    /// The version that a server picks of those that `join` offers.
    fn pick(&self, server: usize, join: &serde_json::Value) -> Option<u32> {
        let spoken: &[u32] = match self.servers[server].release {
            Release::Present => &[PROTOCOL_VERSION],
            Release::Next => &[NEXT_PROTOCOL, PROTOCOL_VERSION],
        };
        let offered = join["versions"].as_array().unwrap();
        let mut both = spoken
            .iter()
            .filter(|version| offered.contains(&(**version).into()));
        both.next().copied()
    }

    fn sockets_of(&self, server: usize) -> Vec<SocketId> {
        let ends = self.ends.iter();
        let ends = ends.filter(|(_, end)| end.server == server);
        ends.map(|(socket, _)| *socket).collect()
    }

    /// A server asks everybody to go.
    fn drain(&mut self, server: usize) {
        self.servers[server].state = State::Stopping;
        for socket in self.sockets_of(server) {
            let going_away = ServerMessage::GoingAway { jitter_ms: SPREAD };
            self.room.say(socket, going_away);
        }
    }

    fn stop(&mut self, now: u64, server: usize) {
        self.servers[server].state = State::Down;
        for socket in self.sockets_of(server) {
            self.answers
                .push(Answer::Close(socket, CloseCode::GoingAway));
            self.hang_up(now, socket, Hangup::Lost);
        }
    }

    fn say(&self, socket: SocketId, text: String) -> Option<String> {
        let end = self.ends.get(&socket)?;
        Some(match self.servers[end.server].release {
            Release::Present => text,
            Release::Next => server_writes(&text, end.version),
        })
    }
}

impl Backend for Fleet {
    fn connect(&mut self, now: u64, socket: SocketId) {
        let Some(server) = self.choose() else {
            self.answers.push(Answer::Break(socket));
            return;
        };
        let version = PROTOCOL_VERSION;
        self.ends.insert(socket, End { server, version });
        self.room.connect(now, socket);
    }

    fn hear(&mut self, now: u64, socket: SocketId, text: &str) {
        let Some(server) = self.ends.get(&socket).map(|end| end.server) else {
            return;
        };
        let message: serde_json::Value = serde_json::from_str(text).unwrap();
        if message["type"] == "join" {
            let Some(version) = self.pick(server, &message) else {
                let code = CloseCode::UnsupportedVersion;
                self.answers.push(Answer::Close(socket, code));
                return self.hang_up(now, socket, Hangup::Lost);
            };
            self.ends.insert(socket, End { server, version });
        }
        match self.servers[server].release {
            Release::Present => self.room.hear(now, socket, text),
            Release::Next => self.room.hear(now, socket, &server_reads(text)),
        }
    }

    fn hang_up(&mut self, now: u64, socket: SocketId, how: Hangup) {
        self.ends.remove(&socket);
        self.room.hang_up(now, socket, how);
    }

    fn advance(&mut self, now: u64) {
        self.room.advance(now);
    }

    fn alarm(&self) -> u64 {
        self.room.alarm()
    }

    fn answers(&mut self) -> Vec<Answer> {
        let mut answers = std::mem::take(&mut self.answers);
        for answer in self.room.answers() {
            let answer = match answer {
                Answer::Say(socket, text) => {
                    self.say(socket, text).map(|text| Answer::Say(socket, text))
                }
                other => Some(other),
            };
            answers.extend(answer);
        }
        answers
    }

    fn heal(&mut self, _now: u64) {
        for server in &mut self.servers {
            server.state = State::Open;
        }
    }
}

impl World<Fleet> {
    /// A server is stopped in an orderly way and started again as one of this release.
    /// `meanwhile` gets a moment at each step of it.
    pub fn renew(&mut self, server: usize, release: Release, meanwhile: impl Fn(&mut Self)) {
        self.backend.drain(server);
        self.heed_backend();
        meanwhile(self);
        self.run_for(SPREAD / 2);
        meanwhile(self);
        self.run_for(SPREAD);
        let now = self.now;
        self.backend.stop(now, server);
        self.heed_backend();
        meanwhile(self);
        self.backend.servers[server] = Server {
            release,
            state: State::Open,
        };
        self.run_for(SPREAD);
        meanwhile(self);
    }
}
