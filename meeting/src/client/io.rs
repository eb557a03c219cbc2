//! What goes into a session and what comes out of it.

use serde::{Deserialize, Serialize};

use super::{ConnectionEvent, ConnectionKey, SocketKey};
use crate::chat::ChatChange;
use crate::conversation::{MediaState, Reaction};
use crate::files::{self, FileAction};
use crate::id::{Attempt, DisplayName, InstanceId, ParticipantId, ResumeToken, RoomId, TabId};
use crate::negotiation::{Output, SignalingState};
use crate::recording::Subject;
use crate::signaling::{Ending, IceServers, LeaveReason, Refusal};

/// Who joins which room.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Where they join.
    pub room: RoomId,
    /// What the others shall see.
    pub name: DisplayName,
    /// This load of the page.
    pub instance: InstanceId,
}

/// What a load of the page leaves to the next one in the same tab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResumeState {
    /// The last socket that was opened in the tab; number 0 before the first one.
    pub attempt: Attempt,
    /// With which to come back, or to come the first time; without one, each `join` is somebody new.
    pub token: Option<ResumeToken>,
}

impl ResumeState {
    /// What the first page in a tab begins with.
    pub const fn first(tab: TabId) -> Self {
        Self {
            attempt: Attempt { tab, number: 0 },
            token: None,
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// Enter the room.
    Start,
    /// Leave it for good: the others hear of it at once.
    Leave,
    /// The socket is being opened, and something at the server's address has answered that there may
    /// be none: this is the reason if it does not come about.
    SocketHindered(SocketKey, Obstacle),
    /// The socket can carry texts now.
    SocketOpened(SocketKey),
    /// A text frame came.
    SocketMessage(SocketKey, String),
    /// The socket is over, or did not come about.
    SocketClosed(SocketKey, SocketEnd),
    /// The person wants to be let in again by a server that refused it.
    TryAgain,
    /// The network came back, the tab was shown, the machine woke up.
    Woken,
    /// This machine is in another network now, or in one again.
    NetworkChanged,
    /// The browser said something about a connection.
    Connection(ConnectionKey, ConnectionEvent),
    /// The person turned something on or off.
    Media(MediaState),
    /// The person began to record this, or something else, or ceased to record.
    Recording(Option<Subject>),
    /// The person wants something of a file, or the browser has done what was to be done with one.
    File(files::Input),
    /// The person is writing in the chat, to this one alone or to everyone.
    Typing(Option<ParticipantId>),
    /// The person raised their hand, or lowered it.
    Hand(bool),
    /// The person shows something for a moment.
    React(Reaction),
    /// Time went by.
    Tick,
}

/// What became of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// There may be actions, and the state may be another one.
    Taken,
    /// Nothing follows from it.
    Ignored,
    /// Nothing follows from it, for whoever sent it sends far too much. What comes next on the same
    /// channel can wait, and most of it need not be read at all.
    LeftOut,
}

/// What the driver is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Connect to the server; what happens on the socket is reported under this key.
    OpenSocket(SocketKey),
    /// Send a text frame.
    SendSocket(SocketKey, String),
    /// Close it, and report nothing more of it.
    CloseSocket(SocketKey),
    /// Make a peer connection.
    OpenConnection {
        /// Its name from now on.
        key: ConnectionKey,
        /// Whose page is at the far end.
        far_end: ParticipantId,
        /// Whether this end makes the first offer, and so the transceivers.
        offers: bool,
        /// Use relay candidates only.
        relay_only: bool,
    },
    /// End it as soon as what was said on it is on its way.
    CloseConnection(ConnectionKey),
    /// A step of the negotiation.
    Negotiate(ConnectionKey, Output),
    /// Call `restartIce`.
    RestartIce(ConnectionKey),
    /// Send pictures that do not build on earlier ones: the far end has missed some.
    RefreshPicture(ConnectionKey),
    /// Send a text on the data channel.
    SendChannel(ConnectionKey, String),
    /// Make the file channel of a connection: negotiated, with the stream id 1, ordered, reliable, of
    /// priority `low`, its `bufferedAmountLowThreshold` being
    /// [`limits::FILE_BUFFER_LOW`](crate::limits::FILE_BUFFER_LOW).
    OpenFileChannel(ConnectionKey),
    /// Close it. Nothing that comes on it is of use any more.
    CloseFileChannel(ConnectionKey),
    /// Send bytes on the file channel.
    SendFile(ConnectionKey, Vec<u8>),
    /// Do something with the bytes of a file.
    File(FileAction),
    /// New ICE servers, for the connections there are and those to come.
    UseIceServers(IceServers),
    /// The chat is different now.
    ShowChat(ChatChange),
    /// Worth a word to the person, once.
    Tell(Notice),
    /// For the log of the browser: something odd that was dealt with.
    Report(String),
}

/// Something a person may want to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Somebody came.
    Joined(DisplayName),
    /// Somebody is gone, and why.
    Gone(DisplayName, LeaveReason),
    /// Somebody began to share a screen.
    SharingStarted(DisplayName),
    /// Somebody stopped sharing.
    SharingStopped(DisplayName),
    /// Somebody records this now: told once for each change, and to whoever comes late, too.
    RecordingStarted(DisplayName, Subject),
    /// Somebody records no more.
    RecordingStopped(DisplayName),
    /// Somebody else wrote something.
    ChatMessage(DisplayName, String),
    /// Somebody raised their hand.
    HandRaised(DisplayName),
    /// Somebody showed something.
    Reacted(DisplayName, Reaction),
    /// Somebody writes so much that it is left out for a while.
    Quieted(DisplayName),
}

/// How a socket came to its end, or why it never was open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketEnd {
    /// With a close code. Browsers report 1006 where there was no closing handshake.
    Closed(u16),
    /// It did not come about, or broke.
    Failed(Obstacle),
}

/// What lies between a page and the server, as far as the page can find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Nothing answers.
    Unreachable,
    /// Something before the server answers that it cannot reach it.
    Gateway,
    /// The server is stopping or has as many connections as it may have.
    Busy,
    /// The server is there, but cannot reach what it keeps its rooms in.
    Unavailable,
    /// The server did not wait: too little came from this page, or was taken by it, in time.
    Slow,
    /// The server ended the connection because of what this page sent or showed, and may be asked
    /// again.
    SentAway,
    /// The server takes no sockets from pages of this address.
    Origin,
    /// Something answers at the server's address, but there are no sockets to be had.
    NoSockets {
        /// So many times in a row.
        times: u32,
    },
}

/// How far a session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not in the room yet; with the reason why the last try came to nothing.
    Joining(Option<Obstacle>),
    /// The server knows them as being in the room.
    Joined,
    /// In a call that the server knows nothing of now.
    Away(Absence),
    /// Over, for this load of the page.
    Ended(Ending),
}

/// Why the server does not know that somebody is in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// It cannot be reached; trying goes on.
    Trying(Obstacle),
    /// It does not let this page in, and is not asked again.
    Refused(Refusal),
}

/// Whether the others receive this end's microphone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hearing {
    /// How many of them do.
    pub heard_by: usize,
    /// How many they are.
    pub others: usize,
    /// Whether that is not all of them, and for so long that who speaks should know.
    pub is_worrying: bool,
}

/// How a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Being set up for the first time.
    Connecting,
    /// Packets can cross it.
    Connected,
    /// It was up and is being repaired.
    Reconnecting,
    /// Several attempts failed; trying goes on.
    Failed,
    /// This browser would not make one; trying goes on.
    Unmade,
}

impl LinkState {
    /// The state as one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Reconnecting => "reconnecting",
            Self::Failed => "failed",
            Self::Unmade => "unmade",
        }
    }
}

/// What the browser knows and the session asks.
pub trait Browser {
    /// The signaling state of a connection at this moment; [`SignalingState::Closed`] when there
    /// is none of that name.
    fn signaling_state(&self, key: ConnectionKey) -> SignalingState;

    /// A resume token of this page's own making, for coming anew; `None` where there is no
    /// randomness for it.
    fn new_token(&self) -> Option<ResumeToken>;

    /// The time of day, in milliseconds since 1970.
    fn time_of_day(&self) -> u64;

    /// Whether files can be stored and hashed here, and a connection can have a file channel.
    fn takes_files(&self) -> bool {
        false
    }

    /// How many bytes wait in the file channel of a connection to be sent, 0 where there is none
    /// ([`bufferedAmount`](https://www.w3.org/TR/webrtc/#dom-datachannel-bufferedamount)).
    fn buffered_amount(&self, _key: ConnectionKey) -> usize {
        0
    }
}
