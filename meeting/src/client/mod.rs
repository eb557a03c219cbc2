//! One participant's session: the socket, the roster and the peer connections, without a browser.
//!
//! It keeps apart who is there ([`Remote`]), the ways on which something comes (`link.rs`), and what
//! comes on them ([`Stream`]); `arrangement.rs` says which link carries whom.
//!
//! The driver feeds [`Client::handle`] with what happened, then takes [`Client::poll_action`]
//! until there is none, then sleeps until [`Client::poll_timeout`] or the next event.

mod arrangement;
mod budget;
mod channel_messages;
mod io;
mod link;
mod links;
mod remote;
mod roster;
mod sending;
mod session;
mod signals;
mod stream;
mod unknown;

use std::collections::VecDeque;
use std::time::Duration;

use litemap::LiteMap;

use arrangement::Arrangement;
use budget::Budget;
pub use io::{
    Absence, Action, Browser, Handled, Hearing, Identity, Input, LinkState, Notice, Obstacle,
    ResumeState, SocketEnd, Status,
};
pub use link::{ConnectionEvent, ConnectionKey};
use link::{Link, LinkId};
pub use remote::Remote;
pub use session::SocketKey;
use session::{Session, SessionAction};
pub use stream::{Place, Route, Stream};
pub use unknown::UnknownCounts;

use crate::chat::{Chat, ChatEntry, ChatError};
use crate::conversation::{ConversationMessage, MediaState};
use crate::id::{DisplayName, InstanceId, ParticipantId};
use crate::recovery::Whose;
use crate::signaling::{Ending, Participant, Sequenced, ServerMessage, SignalPayload};
use crate::time::Timestamp;

/// How long somebody may not hear who speaks before that is worth a word.
const WORRY_AFTER: Duration = Duration::from_secs(3);

/// One load of one participant's page. Its instance id alone tells nothing: its owner chose it.
type Page = (ParticipantId, InstanceId);

/// One participant's session.
#[derive(Debug)]
pub struct Client {
    identity: Identity,
    session: Session,
    status: Status,
    local: Option<Participant>,
    remotes: LiteMap<ParticipantId, Remote>,
    links: LiteMap<LinkId, Link>,
    arrangement: Arrangement,
    /// Pages that said goodbye; whatever still names them is old.
    departed: VecDeque<Page>,
    /// Pages that are gone and may come back, with their last connection. Its number must not be
    /// used twice: the far end may still have the old one.
    former: VecDeque<(Page, u32)>,
    early: VecDeque<(ParticipantId, SignalPayload)>,
    budgets: LiteMap<ParticipantId, Budget>,
    media: MediaState,
    /// Since when somebody does not receive this end's microphone though it is on.
    unheard_since: Option<Timestamp>,
    chat: Chat,
    /// Whether somebody is gone from whom this page may not have everything they wrote.
    lacks_history: bool,
    /// When the others were asked for that last.
    asked_at: Option<Timestamp>,
    unknown: UnknownCounts,
    next_key: u64,
    actions: VecDeque<Action>,
}

impl Client {
    /// A session that has not begun. `seed` is for the jitter of reconnections.
    pub fn new(identity: Identity, seed: u64, resume_state: ResumeState) -> Self {
        Self {
            identity,
            session: Session::new(seed, resume_state),
            status: Status::Joining(None),
            local: None,
            remotes: LiteMap::new(),
            links: LiteMap::new(),
            arrangement: Arrangement::default(),
            departed: VecDeque::new(),
            former: VecDeque::new(),
            early: VecDeque::new(),
            budgets: LiteMap::new(),
            media: MediaState::default(),
            unheard_since: None,
            chat: Chat::default(),
            lacks_history: false,
            asked_at: None,
            unknown: UnknownCounts::default(),
            next_key: 0,
            actions: VecDeque::new(),
        }
    }

    /// What the others call the person.
    pub const fn name(&self) -> &DisplayName {
        &self.identity.name
    }

    /// How far the session has come.
    pub const fn status(&self) -> Status {
        self.status
    }

    /// This participant, once the server has said who they are.
    pub const fn local(&self) -> Option<&Participant> {
        self.local.as_ref()
    }

    /// The others, by id.
    pub const fn remotes(&self) -> &LiteMap<ParticipantId, Remote> {
        &self.remotes
    }

    /// How many of the others receive this end's microphone; nothing while it is off or nobody
    /// else is there.
    pub fn hearing(&self, now: Timestamp) -> Option<Hearing> {
        let shown = || self.remotes.iter().filter(|(_, remote)| remote.is_shown());
        let others = shown().count();
        let hears = |id| self.link_of(id).is_some_and(Link::is_heard);
        (self.media.microphone && others > 0).then(|| Hearing {
            heard_by: shown().filter(|(id, _)| hears(id)).count(),
            others,
            is_worrying: self
                .unheard_since
                .is_some_and(|since| now.since(since) >= WORRY_AFTER),
        })
    }

    /// The chat so far, in order.
    pub fn chat(&self) -> impl DoubleEndedIterator<Item = &ChatEntry> {
        self.chat.entries()
    }

    /// Takes back the chat that the load of the page before this one had.
    pub fn restore_chat(&mut self, entries: Vec<ChatEntry>) {
        self.chat.restore(entries);
        self.show_chat_changes();
    }

    /// What a reload of the page needs to come back as the same participant.
    pub fn resume_state(&self) -> ResumeState {
        self.session.resume_state()
    }

    /// Takes what happened at `now`.
    pub fn handle(&mut self, now: Timestamp, input: Input, browser: &impl Browser) -> Handled {
        if matches!(self.status, Status::Ended(_)) {
            return Handled::Ignored;
        }
        match input {
            Input::Start => {
                let action = self.session.start(now);
                self.apply(action);
            }
            Input::Leave => self.leave(),
            Input::SocketHindered(socket, obstacle) if self.session.is_current(socket) => {
                self.session.on_hindered(obstacle);
            }
            Input::SocketOpened(socket) if self.session.is_current(socket) => {
                let join = self.session.on_opened(now, &self.identity);
                self.apply([join]);
            }
            Input::SocketMessage(socket, text) if self.session.is_current(socket) => {
                self.on_socket_message(now, &text, browser);
            }
            Input::SocketClosed(socket, end) if self.session.is_current(socket) => {
                let action = self.session.on_closed(now, end, browser);
                self.apply(action);
            }
            Input::TryAgain => {
                let action = self.session.try_again(now);
                self.apply(action);
            }
            Input::Woken => self.session.wake(now),
            Input::NetworkChanged => self.on_network_change(now),
            Input::Connection(key, event) => {
                let handled = self.on_connection(now, key, event, browser);
                if handled != Handled::Taken {
                    return handled;
                }
            }
            Input::Media(media) => self.set_media(media),
            // The events of a socket that was given up say nothing any more.
            Input::SocketHindered(..)
            | Input::SocketOpened(_)
            | Input::SocketMessage(..)
            | Input::SocketClosed(..)
            | Input::Tick => {}
        }
        self.go_on(now, browser);
        Handled::Taken
    }

    /// The next thing to do.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// When to call [`Client::handle`] with [`Input::Tick`] though nothing happened.
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        let links = self.links.values().filter_map(Link::poll_timeout);
        let losses = self.remotes.keys().filter_map(|id| self.lost_at(id));
        let missed = self.session.missed_at();
        self.session
            .poll_timeout()
            .into_iter()
            .chain(missed.filter(|_| self.status == Status::Joined))
            .chain(links)
            .chain(losses)
            .chain(self.lacks_history_at())
            .min()
    }

    /// Sends a chat message to everyone. `at` is the time of day in milliseconds since 1970.
    ///
    /// # Errors
    ///
    /// When the text is empty or too long; nothing was sent then.
    pub fn send_chat(&mut self, at: u64, text: &str) -> Result<(), ChatError> {
        let Some(local) = &self.local else {
            return Ok(());
        };
        let believed = self.believed();
        let message = self.chat.send(local, at, text, &believed)?;
        self.show_chat_changes();
        let message = ConversationMessage::Chat {
            message,
            late: false,
        };
        self.send_to_everyone(message, Link::is_greeted);
        Ok(())
    }

    fn go_on(&mut self, now: Timestamp, browser: &impl Browser) {
        while let Some(action) = self.session.poll(now) {
            self.apply([action]);
        }
        self.drop_lost(now);
        self.ask_for_history(now, browser);
        let links: Vec<LinkId> = self.links.keys().copied().collect();
        for link in links {
            self.pump(now, link);
        }
        self.note_who_hears(now);
        self.give_in_when_alone();
        self.note_status(now);
    }

    /// Nothing that happens to the server ends a call. A page that is not let in again
    /// stays in it as long as there is somebody to talk to.
    fn give_in_when_alone(&mut self) {
        if let Some(refusal) = self.session.refusal()
            && !self.links.values().any(Link::was_connected)
        {
            let action = self.session.give_in(refusal);
            self.apply([action]);
        }
    }

    fn note_status(&mut self, now: Timestamp) {
        let obstacle = self.session.obstacle();
        self.status = match self.status {
            Status::Ended(ending) => Status::Ended(ending),
            _ if self.session.is_joined() => Status::Joined,
            Status::Joining(_) => Status::Joining(obstacle),
            Status::Joined | Status::Away(_) => match self.session.refusal() {
                Some(refusal) => Status::Away(Absence::Refused(refusal)),
                None if self.status == Status::Joined && !self.session.is_missed(now) => {
                    Status::Joined
                }
                None => Status::Away(Absence::Trying(obstacle.unwrap_or(Obstacle::Unreachable))),
            },
        };
    }

    fn note_who_hears(&mut self, now: Timestamp) {
        let unheard = |hearing: &Hearing| hearing.heard_by < hearing.others;
        self.unheard_since = self
            .hearing(now)
            .filter(unheard)
            .map(|_| self.unheard_since.unwrap_or(now));
    }

    fn apply(&mut self, actions: impl IntoIterator<Item = SessionAction>) {
        for action in actions {
            match action {
                SessionAction::Open(socket) => self.actions.push_back(Action::OpenSocket(socket)),
                SessionAction::Close(socket) => self.actions.push_back(Action::CloseSocket(socket)),
                SessionAction::End(ending) => self.end(ending),
                SessionAction::Send(socket, message) => {
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
                self.on_participant(now, participant, Whose::Theirs, browser);
            }
            ServerMessage::ParticipantLeft { id, reason } => self.on_left(now, &id, reason),
            ServerMessage::Signal { from, payload } => self.on_signal(now, from, payload, browser),
            // The signal is kept and sent again; there is nothing else to do about it.
            ServerMessage::Undeliverable { .. } => {}
            ServerMessage::Unknown => self.count_unknown(1, 0),
            ServerMessage::Pong {} => self.session.on_pong(now),
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

    fn leave(&mut self) {
        self.send_to_everyone(ConversationMessage::Bye {}, |_| true);
        let actions = self.session.leave();
        self.apply(actions);
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
