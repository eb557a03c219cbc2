//! What the world is made of: tabs, sockets, what they say, and what can happen to them.

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};

use meeting::signaling::CloseCode;

/// A position in the list of tabs.
pub(crate) type TabId = usize;
/// Sockets are numbered as they are opened.
pub(crate) type SocketId = u32;
/// The people of the room, by number.
pub(crate) type Person = u8;

/// Whose session is raced for.
pub(crate) const ADA: Person = 1;
/// How often each thing that is not of the protocol's making may still happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Trouble {
    /// A socket breaks.
    pub(crate) cuts: u8,
    /// A page has enough of waiting.
    pub(crate) timeouts: u8,
    /// The server forgets the room.
    pub(crate) restarts: u8,
    /// Somebody loads the page again.
    pub(crate) reloads: u8,
    /// Somebody leaves.
    pub(crate) leaves: u8,
}

/// Something worth seeing, so that a model in which nothing happens cannot pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Sight {
    /// A resume took the seat from another socket.
    Replacement,
    /// A page heard that it was replaced.
    ReplacementHeard,
    /// A token was good twice, since the answer to the first time was lost.
    SameTokenAgain,
    /// A token did not hold.
    TokenRefused,
    /// A page joined as somebody new after that.
    Newcomer,
    /// An old socket was lost after it had been replaced.
    LateLoss,
    /// An old socket sent `leave` after it had been replaced.
    LateLeave,
    /// A request was read after its page had given up waiting for the answer.
    LateRequest,
    /// The time to come back ran out.
    GraceOver,
    /// Somebody came back within that time.
    BackInTime,
    /// Somebody came back to a seat that they did not have any more.
    BackFromNothing,
}

impl Sight {
    pub(crate) const ALL: [Self; 11] = [
        Self::Replacement,
        Self::ReplacementHeard,
        Self::SameTokenAgain,
        Self::TokenRefused,
        Self::Newcomer,
        Self::LateLoss,
        Self::LateLeave,
        Self::LateRequest,
        Self::GraceOver,
        Self::BackInTime,
        Self::BackFromNothing,
    ];
}

/// What a page keeps of `joined`: who it is, and the proof of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Token {
    pub(crate) person: Person,
    pub(crate) proof: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TabState {
    /// Without a socket, about to open one.
    Away,
    /// `join` was sent.
    Trying(SocketId),
    Joined(SocketId, Person),
    Replaced,
    Left,
}

#[derive(Clone, Debug, Hash)]
pub(crate) struct Tab {
    pub(crate) page: u64,
    /// The number of the last socket in the tab.
    pub(crate) attempt: u32,
    /// The last of the tab's sockets that was let in.
    pub(crate) let_in: SocketId,
    pub(crate) token: Option<Token>,
    pub(crate) was_joined: bool,
    pub(crate) state: TabState,
}

/// What a page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Up {
    Join(Option<Token>),
    Leave,
    /// The browser closed the socket because the page is gone.
    Unloaded,
    /// The socket broke, or was closed without a word.
    Lost,
}

/// What the server says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Down {
    Joined(Token),
    /// Without a code where the connection broke.
    Closed(Option<CloseCode>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ServerEnd {
    Opened,
    Seated(Seat),
    /// Another socket has the seat, and this one is about to be told.
    Replaced(Seat),
    Over,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Seat {
    pub(crate) person: Person,
    pub(crate) generation: u64,
}

#[derive(Clone, Debug, Hash)]
pub(crate) struct Socket {
    pub(crate) tab: TabId,
    pub(crate) page: u64,
    pub(crate) attempt: u32,
    pub(crate) up: VecDeque<Up>,
    pub(crate) down: VecDeque<Down>,
    pub(crate) server: ServerEnd,
}

/// What can happen next.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Move {
    /// A page opens a socket and says `join`.
    Open(TabId),
    /// The server reads the next thing that came on a socket.
    Read(SocketId),
    /// The server tells a socket that it was replaced.
    Tell(SocketId),
    /// A page reads the next thing that came on its socket.
    Hear(TabId),
    /// A socket breaks; what the server said is lost, and what the page said may be.
    Cut(TabId, Requests),
    /// A page has waited too long, and closes its socket.
    GiveUp(TabId),
    /// A page is loaded again; its browser says so when it closes the old socket, or does not.
    Reload(TabId, Up),
    /// Somebody leaves.
    Leave(TabId),
    /// The time in which those who are absent may come back runs out.
    GraceEnds,
    /// The server starts again and remembers nothing.
    Restart,
}

/// What becomes of what a page said before its socket broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Requests {
    StillArrive,
    AreLost,
}

impl Hash for Down {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Joined(token) => token.hash(state),
            Self::Closed(code) => code.map(CloseCode::as_u16).hash(state),
        }
    }
}

impl Tab {
    pub(crate) const fn listens_to(&self, socket: SocketId) -> bool {
        match self.state {
            TabState::Trying(current) | TabState::Joined(current, _) => current == socket,
            TabState::Away | TabState::Replaced | TabState::Left => false,
        }
    }
}
