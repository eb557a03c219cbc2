//! What is at the far end of the pages' sockets.

use std::fmt::Debug;

use meeting::signaling::CloseCode;

/// A socket, as both ends and the network call it.
pub type SocketId = usize;

/// How a socket came to its end at the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hangup {
    /// It broke, or was given up.
    Lost,
    /// The page was closed or loaded again.
    PageGone,
}

/// What a backend does to a socket.
#[derive(Debug)]
pub enum Answer {
    /// Accept it.
    Open(SocketId),
    /// Send a text on it.
    Say(SocketId, String),
    /// Close it.
    Close(SocketId, CloseCode),
    /// Break it, or refuse to accept it.
    Break(SocketId),
}

/// One server or several. Times are in milliseconds.
pub trait Backend: Debug {
    /// Somebody opens a socket.
    fn connect(&mut self, now: u64, socket: SocketId);

    /// Somebody says something on a socket.
    fn hear(&mut self, now: u64, socket: SocketId, text: &str);

    /// A socket came to its end at the page.
    fn hang_up(&mut self, now: u64, socket: SocketId, how: Hangup);

    /// Lets time go by.
    fn advance(&mut self, now: u64);

    /// When it has to be told the time again.
    fn alarm(&self) -> u64;

    /// What it has done to its sockets since it was last asked.
    fn answers(&mut self) -> Vec<Answer>;

    /// Removes every fault.
    fn heal(&mut self, now: u64);
}
