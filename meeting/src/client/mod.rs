//! One participant's session: the socket, the roster and the peer connections, without a browser.
//!
//! The driver feeds [`Client::handle`] with what happened, then takes [`Client::poll_action`]
//! until there is none, then sleeps until [`Client::poll_timeout`] or the next event.

mod chat;
mod peer;
mod remote;
mod session;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub use chat::ChatEntry;
use chat::ChatRoom;
pub use peer::{ConnectionEvent, ConnectionKey};
use peer::{Ends, Path, Peer};
pub use remote::Remote;
pub use session::SocketKey;
use session::{Session, Wish};

use crate::conversation::{ChatError, ConversationMessage, MediaState};
use crate::delivery::Parcel;
use crate::id::{DisplayName, InstanceId, ParticipantId, ResumeToken, RoomId};
use crate::negotiation::{Output, SignalingState};
use crate::signaling::{
    ClientMessage, IceServers, Joined, LeaveReason, Participant, Presence, Sequenced,
    ServerMessage, SignalPayload,
};
use crate::time::Timestamp;

/// Signals kept for participants the roster does not show yet.
const EARLY_SIGNALS: usize = 64;
/// Pages that are gone and remembered, so that old news of them is known for old.
const FORMER_PAGES: usize = 64;

/// Who joins, and where.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The room.
    pub room: RoomId,
    /// What the others shall see.
    pub name: DisplayName,
    /// This load of the page.
    pub instance: InstanceId,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// Enter the room.
    Start,
    /// Leave it.
    Leave,
    /// The socket is open.
    SocketOpened(SocketKey),
    /// A text frame came.
    SocketMessage(SocketKey, String),
    /// The socket is closed, with the close code if there was a closing handshake.
    SocketClosed(SocketKey, Option<u16>),
    /// The network came back, the tab was shown, the machine woke up.
    Woken,
    /// The browser said something about a connection.
    Connection(ConnectionKey, ConnectionEvent),
    /// The person turned something on or off.
    Media(MediaState),
    /// Time went by.
    Tick,
}

/// What the driver is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Open a socket.
    OpenSocket(SocketKey),
    /// Send a text frame.
    SendSocket(SocketKey, String),
    /// Close a socket.
    CloseSocket(SocketKey),
    /// Make a peer connection.
    OpenConnection {
        /// Its name from now on.
        key: ConnectionKey,
        /// Who is at the far end.
        remote: ParticipantId,
        /// Whether this end makes the first offer, and so the transceivers.
        offers: bool,
        /// Use relay candidates only.
        relay_only: bool,
    },
    /// Close a peer connection.
    CloseConnection(ConnectionKey),
    /// A step of the negotiation.
    Negotiate(ConnectionKey, Output),
    /// Call `restartIce`.
    RestartIce(ConnectionKey),
    /// Send a text on the data channel.
    SendChannel(ConnectionKey, String),
    /// New ICE servers, for the connections there are and those to come.
    UseIceServers(IceServers),
    /// Tell the person.
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
    /// Somebody else wrote something.
    Message(DisplayName, String),
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The person left.
    Left,
    /// The room has no place.
    Full,
    /// The same participant is connected in another page.
    Replaced,
    /// Page and server speak different versions; loading the page again helps.
    Outdated,
    /// The server refused what the page said: a bug.
    Refused,
}

/// How far a session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not in the room yet.
    Joining,
    /// In the room.
    Joined,
    /// In the room, but the server cannot be reached.
    Away,
    /// Over.
    Ended(Ending),
}

/// The state of one peer connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Nothing was tried yet.
    New,
    /// Being set up for the first time.
    Connecting,
    /// Up.
    Connected,
    /// It was up and is being repaired.
    Reconnecting,
    /// Several attempts failed; trying goes on.
    Failed,
}

impl Link {
    /// The state as one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Reconnecting => "reconnecting",
            Self::Failed => "failed",
        }
    }
}

/// What the browser knows and the session asks.
pub trait Browser {
    /// The signaling state of a connection at this moment; [`SignalingState::Closed`] when there
    /// is none of that name.
    fn signaling_state(&self, key: ConnectionKey) -> SignalingState;
}

/// One participant's session.
#[derive(Debug)]
pub struct Client {
    identity: Identity,
    session: Session,
    status: Status,
    local: Option<Participant>,
    remotes: BTreeMap<ParticipantId, Remote>,
    /// Pages that said goodbye; whatever still names them is old.
    departed: VecDeque<InstanceId>,
    /// Pages that are gone and may come back, with their last connection. Its number must not be
    /// used twice: the far end may still have the old one.
    former: VecDeque<(InstanceId, u32)>,
    early: VecDeque<(ParticipantId, SignalPayload)>,
    media: MediaState,
    chat: ChatRoom,
    next_key: u64,
    actions: VecDeque<Action>,
}

impl Client {
    /// A session that has not begun. `seed` is for the jitter of reconnections; `token` is the
    /// one an earlier load of the page left behind.
    pub fn new(identity: Identity, seed: u64, token: Option<ResumeToken>) -> Self {
        Self {
            identity,
            session: Session::new(seed, token),
            status: Status::Joining,
            local: None,
            remotes: BTreeMap::new(),
            departed: VecDeque::new(),
            former: VecDeque::new(),
            early: VecDeque::new(),
            media: MediaState::default(),
            chat: ChatRoom::default(),
            next_key: 0,
            actions: VecDeque::new(),
        }
    }

    /// How far the session has come.
    pub const fn status(&self) -> Status {
        self.status
    }

    /// This participant, once the server has said who he is.
    pub const fn local(&self) -> Option<&Participant> {
        self.local.as_ref()
    }

    /// The others, by id.
    pub const fn remotes(&self) -> &BTreeMap<ParticipantId, Remote> {
        &self.remotes
    }

    /// The conversation so far, in the order it arrived here.
    pub fn chat(&self) -> &[ChatEntry] {
        self.chat.entries()
    }

    /// What a reload of the page needs to come back as the same participant.
    pub const fn resume_token(&self) -> Option<&ResumeToken> {
        self.session.token()
    }

    /// Takes what happened at `now`.
    pub fn handle(&mut self, now: Timestamp, input: Input, browser: &impl Browser) {
        if matches!(self.status, Status::Ended(_)) {
            return;
        }
        match input {
            Input::Start => {
                let wish = self.session.start(now);
                self.grant(wish);
            }
            Input::Leave => self.leave(),
            Input::SocketOpened(socket) if self.session.is_current(socket) => {
                let join = self.session.on_opened(&self.identity);
                self.grant([join]);
            }
            Input::SocketMessage(socket, text) if self.session.is_current(socket) => {
                self.on_socket_message(now, &text, browser);
            }
            Input::SocketClosed(socket, code) if self.session.is_current(socket) => {
                let wish = self.session.on_closed(now, code);
                self.grant(wish);
            }
            Input::Woken => self.session.wake(now),
            Input::Connection(key, event) => self.on_connection(now, key, event, browser),
            Input::Media(media) => self.set_media(media),
            // The events of a socket that was given up say nothing any more.
            Input::SocketOpened(_)
            | Input::SocketMessage(..)
            | Input::SocketClosed(..)
            | Input::Tick => {}
        }
        self.go_on(now);
    }

    /// The next thing to do.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// When to call [`Client::handle`] with [`Input::Tick`] though nothing happened.
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        let remotes = self.remotes.values();
        let peers = remotes
            .clone()
            .filter_map(|remote| remote.peer.poll_timeout());
        let losses = remotes.filter_map(Remote::lost_at);
        self.session
            .poll_timeout()
            .into_iter()
            .chain(peers)
            .chain(losses)
            .min()
    }

    /// Says something to everyone. `at` is the time of day in milliseconds since 1970.
    ///
    /// # Errors
    ///
    /// When the text is empty or too long; nothing was sent then.
    pub fn write(&mut self, at: u64, text: &str) -> Result<(), ChatError> {
        let Some(local) = &self.local else {
            return Ok(());
        };
        let message = self.chat.write(local, at, text)?;
        let message = ConversationMessage::Chat {
            message,
            late: false,
        };
        self.tell_everyone(&message, |remote| remote.greeted);
        Ok(())
    }

    fn go_on(&mut self, now: Timestamp) {
        while let Some(wish) = self.session.poll(now) {
            self.grant([wish]);
        }
        self.drop_lost(now);
        let ids: Vec<ParticipantId> = self.remotes.keys().cloned().collect();
        for id in ids {
            self.pump(now, &id);
        }
        self.status = match self.status {
            Status::Ended(ending) => Status::Ended(ending),
            _ if self.session.is_joined() => Status::Joined,
            Status::Joining => Status::Joining,
            Status::Joined | Status::Away => Status::Away,
        };
    }

    fn pump(&mut self, now: Timestamp, id: &ParticipantId) {
        let Some(remote) = self.remotes.get_mut(id) else {
            return;
        };
        let socket = self.session.is_joined() && remote.presence() == Presence::Connected;
        let keys = &mut self.next_key;
        let payloads = remote
            .peer
            .pump(now, socket, || fresh(keys), &mut self.actions);
        let key = remote.peer.key();
        for (path, payload) in payloads {
            match path {
                Path::Socket => {
                    let message = ClientMessage::Signal {
                        to: id.clone(),
                        payload,
                    };
                    let wish = self.session.send(message);
                    self.grant([wish]);
                }
                Path::Channel => {
                    self.send_channel(key, &ConversationMessage::Signal { payload });
                }
            }
        }
    }

    fn grant(&mut self, wishes: impl IntoIterator<Item = Wish>) {
        for wish in wishes {
            match wish {
                Wish::Open(socket) => self.actions.push_back(Action::OpenSocket(socket)),
                Wish::Close(socket) => self.actions.push_back(Action::CloseSocket(socket)),
                Wish::Ended(ending) => self.end(ending),
                Wish::Send(socket, message) => {
                    self.actions.push_back(match message.to_json() {
                        Ok(text) => Action::SendSocket(socket, text),
                        Err(error) => Action::Report(error.to_string()),
                    });
                }
            }
        }
    }

    fn on_socket_message(&mut self, now: Timestamp, text: &str, browser: &impl Browser) {
        let Sequenced { seq, message } = match Sequenced::parse(text) {
            Ok(message) => message,
            Err(error) => {
                self.actions.push_back(Action::Report(error.to_string()));
                return;
            }
        };
        if !self.session.on_message(now, seq) {
            return;
        }
        match message {
            ServerMessage::Joined(joined) => self.on_joined(now, *joined, browser),
            ServerMessage::ParticipantJoined { participant }
            | ServerMessage::ParticipantChanged { participant } => {
                self.on_participant(now, participant, browser);
            }
            ServerMessage::ParticipantLeft { id, reason } => self.on_left(now, &id, reason),
            ServerMessage::Signal { from, payload } => self.on_signal(now, from, payload, browser),
            // The signal is kept and sent again; there is nothing else to do about it.
            ServerMessage::Undeliverable { .. } | ServerMessage::Pong {} => {}
            ServerMessage::IceServers(ice) => self.actions.push_back(Action::UseIceServers(ice)),
            ServerMessage::GoingAway { jitter_ms } => self.session.on_going_away(now, jitter_ms),
            ServerMessage::Error {
                code,
                message,
                retry_after_ms,
            } => {
                self.session.on_error(code, retry_after_ms);
                self.actions.push_back(Action::Report(message));
            }
        }
    }

    fn on_joined(&mut self, now: Timestamp, joined: Joined, browser: &impl Browser) {
        let is_first = self.local.is_none();
        if self
            .local
            .as_ref()
            .is_some_and(|local| local.id != joined.id)
        {
            // A new name for this participant means new names for all connections.
            self.drop_all();
        }
        self.session.on_joined(now, &joined);
        self.actions.push_back(Action::UseIceServers(joined.ice));
        let (local, others): (Vec<_>, Vec<_>) = joined
            .participants
            .into_iter()
            .partition(|one| one.id == joined.id);
        if local.is_empty() {
            self.actions.push_back(Action::Report(
                "the roster lacks this participant".to_owned(),
            ));
        }
        self.local = local.into_iter().next().or(self.local.take());
        let present: BTreeSet<ParticipantId> = others.iter().map(|one| one.id.clone()).collect();
        for remote in self.remotes.values_mut() {
            if !present.contains(&remote.participant.id) {
                remote.missing_since.get_or_insert(now);
            }
        }
        for participant in others {
            if is_first {
                self.add(now, participant, browser);
            } else {
                self.on_participant(now, participant, browser);
            }
        }
    }

    fn on_participant(&mut self, now: Timestamp, participant: Participant, browser: &impl Browser) {
        if self.departed.contains(&participant.instance) {
            return;
        }
        if self
            .local
            .as_ref()
            .is_some_and(|local| local.id == participant.id)
        {
            self.local = Some(participant);
            return;
        }
        match self.remotes.get_mut(&participant.id) {
            Some(remote) if remote.participant.instance == participant.instance => {
                remote.participant = participant;
                remote.missing_since = None;
            }
            Some(remote) => {
                // The same person on a new load of the page: nothing of the old one is left.
                self.actions
                    .push_back(Action::CloseConnection(remote.peer.key()));
                self.add(now, participant, browser);
            }
            None => {
                self.actions
                    .push_back(Action::Tell(Notice::Joined(participant.name.clone())));
                self.add(now, participant, browser);
            }
        }
    }

    fn add(&mut self, now: Timestamp, participant: Participant, browser: &impl Browser) {
        let Some(local) = &self.local else { return };
        let ends = Ends {
            polite: local.id < participant.id,
            remote: participant.id.clone(),
            local_instance: self.identity.instance.clone(),
            remote_instance: participant.instance.clone(),
        };
        let mut former = self.former.iter();
        let last = former.find(|(instance, _)| *instance == participant.instance);
        let attempt = last.map_or(1, |(_, attempt)| attempt.saturating_add(1));
        let key = fresh(&mut self.next_key);
        let peer = Peer::open(now, ends, attempt, key, &mut self.actions);
        let id = participant.id.clone();
        self.remotes
            .insert(id.clone(), Remote::new(participant, peer));
        let (known, early) = self.early.drain(..).partition(|(from, _)| *from == id);
        self.early = early;
        let known: VecDeque<_> = known;
        for (from, payload) in known {
            self.on_signal(now, from, payload, browser);
        }
    }

    fn on_left(&mut self, now: Timestamp, id: &ParticipantId, reason: LeaveReason) {
        let Some(remote) = self.remotes.get_mut(id) else {
            return;
        };
        if reason == LeaveReason::Lost && remote.peer.is_connected() {
            // Only his socket is lost; the conversation with him goes on.
            remote.missing_since.get_or_insert(now);
            return;
        }
        self.remove(id, reason);
    }

    fn drop_lost(&mut self, now: Timestamp) {
        let lost: Vec<ParticipantId> = self
            .remotes
            .iter()
            .filter(|(_, remote)| remote.lost_at().is_some_and(|at| at <= now))
            .map(|(id, _)| id.clone())
            .collect();
        for id in lost {
            self.remove(&id, LeaveReason::Lost);
        }
    }

    fn remove(&mut self, id: &ParticipantId, reason: LeaveReason) {
        let Some(remote) = self.remotes.remove(id) else {
            return;
        };
        let Participant { name, instance, .. } = remote.participant;
        self.former.retain(|(known, _)| *known != instance);
        remember(&mut self.former, (instance, remote.peer.attempt()));
        let key = remote.peer.key();
        self.actions.push_back(Action::CloseConnection(key));
        self.actions
            .push_back(Action::Tell(Notice::Gone(name, reason)));
    }

    fn drop_all(&mut self) {
        for remote in std::mem::take(&mut self.remotes).into_values() {
            self.actions
                .push_back(Action::CloseConnection(remote.peer.key()));
        }
    }

    fn on_signal(
        &mut self,
        now: Timestamp,
        from: ParticipantId,
        payload: SignalPayload,
        browser: &impl Browser,
    ) {
        let parcel = match Parcel::parse(&payload) {
            Ok(parcel) => parcel,
            Err(error) => {
                self.actions.push_back(Action::Report(error.to_string()));
                return;
            }
        };
        match self.remotes.get_mut(&from) {
            Some(remote) if remote.peer.is_between_same_pages(&parcel.connection) => {
                let keys = &mut self.next_key;
                let actions = &mut self.actions;
                remote
                    .peer
                    .on_parcel(now, parcel, browser, || fresh(keys), actions);
            }
            // The roster may be a moment behind; whoever is not in it soon will be forgotten.
            _ => {
                self.early.push_back((from, payload));
                if self.early.len() > EARLY_SIGNALS {
                    self.early.pop_front();
                }
            }
        }
    }

    fn on_connection(
        &mut self,
        now: Timestamp,
        key: ConnectionKey,
        event: ConnectionEvent,
        browser: &impl Browser,
    ) {
        let found = self
            .remotes
            .iter_mut()
            .find(|(_, remote)| remote.peer.key() == key);
        let Some((id, remote)) = found else { return };
        match event {
            ConnectionEvent::Negotiation(input) => remote.peer.on_negotiation(input, browser),
            ConnectionEvent::BytesReceived(received) => remote.peer.on_bytes_received(received),
            ConnectionEvent::ChannelClosed => remote.peer.set_channel_open(false),
            ConnectionEvent::Transport(state) => {
                let keys = &mut self.next_key;
                remote
                    .peer
                    .on_transport(now, state, || fresh(keys), &mut self.actions);
            }
            ConnectionEvent::ChannelOpened => {
                remote.peer.set_channel_open(true);
                remote.greeted = false;
                let have = self.chat.have(&remote.participant.instance);
                self.send_channel(key, &ConversationMessage::Hello { have });
                self.send_channel(key, &ConversationMessage::Media(self.media));
            }
            ConnectionEvent::ChannelMessage(text) => {
                let id = id.clone();
                match ConversationMessage::parse(&text) {
                    Ok(message) => self.on_conversation(now, id, key, message, browser),
                    Err(error) => self.actions.push_back(Action::Report(error.to_string())),
                }
            }
        }
    }

    fn on_conversation(
        &mut self,
        now: Timestamp,
        from: ParticipantId,
        key: ConnectionKey,
        message: ConversationMessage,
        browser: &impl Browser,
    ) {
        match message {
            ConversationMessage::Hello { have } => {
                if let Some(remote) = self.remotes.get_mut(&from) {
                    remote.greeted = true;
                }
                let missing: Vec<_> = self.chat.missing(have).cloned().collect();
                for message in missing {
                    self.send_channel(
                        key,
                        &ConversationMessage::Chat {
                            message,
                            late: true,
                        },
                    );
                }
            }
            ConversationMessage::Media(media) => self.on_media(&from, media),
            ConversationMessage::Chat { message, late } => {
                let Some(remote) = self.remotes.get(&from) else {
                    return;
                };
                let news = self.chat.receive(&remote.participant, message);
                if let Some(message) = news.filter(|_| !late) {
                    let name = remote.participant.name.clone();
                    let notice = Notice::Message(name, message.text.clone());
                    self.actions.push_back(Action::Tell(notice));
                }
            }
            ConversationMessage::Signal { payload } => {
                self.on_signal(now, from, payload, browser);
            }
            ConversationMessage::Bye {} => {
                if let Some(remote) = self.remotes.get(&from) {
                    let instance = remote.participant.instance.clone();
                    remember(&mut self.departed, instance);
                }
                self.remove(&from, LeaveReason::Left);
            }
        }
    }

    fn on_media(&mut self, from: &ParticipantId, media: MediaState) {
        let Some(remote) = self.remotes.get_mut(from) else {
            return;
        };
        let name = || remote.participant.name.clone();
        match (remote.media.screen, media.screen) {
            (false, true) => {
                self.actions
                    .push_back(Action::Tell(Notice::SharingStarted(name())));
            }
            (true, false) => {
                self.actions
                    .push_back(Action::Tell(Notice::SharingStopped(name())));
            }
            _ => {}
        }
        remote.media = media;
    }

    fn set_media(&mut self, media: MediaState) {
        if media != self.media {
            self.media = media;
            self.tell_everyone(&ConversationMessage::Media(media), |_| true);
        }
    }

    fn tell_everyone(&mut self, message: &ConversationMessage, ready: fn(&Remote) -> bool) {
        let open: Vec<ConnectionKey> = self
            .remotes
            .values()
            .filter(|remote| remote.peer.channel_is_open() && ready(remote))
            .map(|remote| remote.peer.key())
            .collect();
        for key in open {
            self.send_channel(key, message);
        }
    }

    fn send_channel(&mut self, key: ConnectionKey, message: &ConversationMessage) {
        self.actions.push_back(match message.to_json() {
            Ok(text) => Action::SendChannel(key, text),
            Err(error) => Action::Report(error.to_string()),
        });
    }

    fn leave(&mut self) {
        self.tell_everyone(&ConversationMessage::Bye {}, |_| true);
        let wishes = self.session.leave();
        self.grant(wishes);
        self.end(Ending::Left);
    }

    fn end(&mut self, ending: Ending) {
        self.drop_all();
        self.status = Status::Ended(ending);
    }
}

fn fresh(next: &mut u64) -> ConnectionKey {
    *next += 1;
    ConnectionKey(*next)
}

/// Keeps the newest pages only.
fn remember<T>(pages: &mut VecDeque<T>, page: T) {
    pages.push_back(page);
    if pages.len() > FORMER_PAGES {
        pages.pop_front();
    }
}
