//! The sockets between the pages and the server, and what may happen to what they carry.

use meeting::backoff::Jitter;
use meeting::client::SocketKey;

use super::backend::SocketId;
use super::random::{between, percent};

/// How bad the network is. Times are in milliseconds, chances in percent.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    /// The shortest time between page and server, in milliseconds.
    pub quick: u64,
    /// The longest time, in milliseconds.
    pub slow: u64,
    /// Signals the server loses.
    pub lost: u64,
    /// Signals it carries twice.
    pub doubled: u64,
    /// Signals it carries late, behind others.
    pub late: u64,
}

impl Weather {
    /// A network that only takes its time.
    pub const FAIR: Self = Self {
        quick: 5,
        slow: 60,
        lost: 0,
        doubled: 0,
        late: 0,
    };
    /// A network that does what a network may.
    pub const FOUL: Self = Self {
        quick: 5,
        slow: 600,
        lost: 15,
        doubled: 15,
        late: 20,
    };

    /// How long something takes from one end to the other.
    pub const fn delay(&self, random: &mut Jitter) -> u64 {
        between(random, self.quick, self.slow)
    }

    /// When the copies of a signal arrive, counted from now.
    pub fn copies(&self, random: &mut Jitter) -> Vec<u64> {
        if percent(random, self.lost) {
            return Vec::new();
        }
        let mut copies = vec![0];
        if percent(random, self.doubled) {
            copies.push(between(random, 0, 3000));
        }
        if percent(random, self.late) {
            copies[0] = between(random, 1, 3000);
        }
        copies
    }
}

/// A TCP connection. What it carries stays in order; when it breaks, what is on its way is lost.
#[derive(Debug)]
pub struct Socket {
    /// Whose it is.
    pub page: usize,
    /// What that page's client calls it.
    pub key: SocketKey,
    /// Whether it still carries anything.
    pub carries: bool,
    last_up: u64,
    last_down: u64,
}

/// All sockets there ever were.
#[derive(Debug, Default)]
pub struct Sockets(Vec<Socket>);

impl Sockets {
    /// A new socket.
    pub fn open(&mut self, page: usize, key: SocketKey) -> SocketId {
        self.0.push(Socket {
            page,
            key,
            carries: true,
            last_up: 0,
            last_down: 0,
        });
        self.0.len() - 1
    }

    /// The socket of this number, which was opened before.
    pub fn get(&self, socket: SocketId) -> &Socket {
        &self.0[socket]
    }

    /// Lets it carry nothing any more.
    pub fn break_off(&mut self, socket: SocketId) {
        self.0[socket].carries = false;
    }

    /// When something the page sends at `at` arrives at the server.
    pub fn up(&mut self, socket: SocketId, at: u64) -> u64 {
        let socket = &mut self.0[socket];
        socket.last_up = socket.last_up.max(at);
        socket.last_up
    }

    /// When something the server sends at `at` arrives at the page.
    pub fn down(&mut self, socket: SocketId, at: u64) -> u64 {
        let socket = &mut self.0[socket];
        socket.last_down = socket.last_down.max(at);
        socket.last_down
    }
}
