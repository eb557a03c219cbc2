//! One load of the page: a client, and the browser around it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use meeting::backoff::Jitter;
use meeting::chat::{ChatChange, ChatEntry};
use meeting::client::{
    Browser, Client, ConnectionKey, Identity, LinkState, Notice, Remote, ResumeState, SocketKey,
    Status,
};
use meeting::conversation::{Attributed, ConversationMessage, MediaState};
use meeting::id::{InstanceId, ParticipantId, ResumeToken, TabId};
use meeting::negotiation::SignalingState;
use meeting::recording::Subject;
use meeting::signaling::Presence;

use super::backend::SocketId;
use super::browser::RtcPeer;
use super::disk::Disk;
use super::next::{Release, Speech};
use super::transport::Transport;

/// A peer connection and what is due for it.
#[derive(Debug)]
pub struct Connection {
    /// Whose page is at the far end.
    pub far_end: ParticipantId,
    /// What negotiates.
    pub rtc: RtcPeer,
    /// What carries media and texts.
    pub transport: Transport,
    /// Whether carrying out a call is scheduled.
    pub calls: bool,
    /// Whether seeing something is scheduled.
    pub tasks: bool,
    /// Whether finding a candidate is scheduled.
    pub gathers: bool,
}

/// The connections of a page.
#[derive(Debug)]
pub struct Connections {
    /// By what the client calls them.
    pub all: BTreeMap<ConnectionKey, Connection>,
    /// The time of day.
    pub time_of_day: u64,
    /// Of what tokens are drawn.
    pub random: RefCell<Jitter>,
    /// Whether the browser can store files.
    pub takes_files: bool,
}

impl Browser for Connections {
    fn signaling_state(&self, key: ConnectionKey) -> SignalingState {
        let connection = self.all.get(&key);
        connection.map_or(SignalingState::Closed, |it| it.rtc.signaling_state())
    }

    fn new_token(&self) -> Option<ResumeToken> {
        Some(own_token(&mut self.random.borrow_mut()))
    }

    fn time_of_day(&self) -> u64 {
        self.time_of_day
    }

    fn takes_files(&self) -> bool {
        self.takes_files
    }

    fn buffered_amount(&self, key: ConnectionKey) -> usize {
        let connection = self.all.get(&key);
        connection.map_or(0, |it| it.transport.files.buffered())
    }
}

/// The network that a page has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// Everything can be reached.
    Up,
    /// Not there, and the machine knows.
    Down,
    /// Swallowing everything.
    Dark,
}

/// One load of the page.
#[derive(Debug)]
pub struct Page {
    /// The name of the person.
    pub name: String,
    /// By how many milliseconds the clock of its machine is ahead. Few clocks are right.
    pub clock_ahead: u64,
    /// The release that it is of.
    pub release: Release,
    /// How it speaks with a server, if it is of the next release.
    pub speech: Speech,
    /// What is tested.
    pub client: Client,
    /// Its peer connections.
    pub connections: Connections,
    /// The bytes of its files.
    pub disk: Disk,
    /// Its socket, as the client and as the network call it.
    pub socket: Option<(SocketKey, SocketId)>,
    /// Whether it is still there.
    pub alive: bool,
    /// How much of a network its machine has.
    pub network: Network,
    /// Whether it is kept from the server.
    pub blocked: bool,
    /// What its connections are to send; another value has to be negotiated.
    pub sends: u8,
    /// When its client wants to be told the time.
    pub alarm: Option<u64>,
    /// What the person was told.
    pub told: Vec<Notice>,
    /// The chat as the person sees it.
    shown: Vec<Arc<ChatEntry>>,
    /// Who is there, by that.
    company: Vec<String>,
    /// Who records, and what, as the person was told.
    recorders: BTreeMap<String, Subject>,
    /// Who it was when it looked around last.
    known_as: Option<ParticipantId>,
    /// What it said about its microphone, camera and screen, each time.
    pub media_said: Vec<MediaState>,
    /// What it sends just now.
    pub media: MediaState,
    /// What it records just now.
    pub recording: Option<Subject>,
    /// Connections made so far.
    pub made: u32,
    /// Connections closed so far.
    pub closed: u32,
    /// ICE restarts asked for.
    pub restarts: u32,
    /// Sockets opened so far.
    pub sockets: u32,
}

impl Page {
    /// A page that was just loaded, where an earlier one left something, or none did.
    pub fn new(name: &str, resume_state: Option<ResumeState>, random: &mut Jitter) -> Self {
        let mut resume_state = resume_state
            .unwrap_or_else(|| ResumeState::first(TabId::from_random(random.next_u64())));
        resume_state.token.get_or_insert_with(|| own_token(random));
        let identity = Identity {
            room: "abc-defg-hij".parse().unwrap(),
            name: name.to_owned().try_into().unwrap(),
            instance: InstanceId::from_random(random.next_u64()),
        };
        Self {
            name: name.to_owned(),
            clock_ahead: name.bytes().map(u64::from).sum::<u64>() * 40_000,
            release: Release::default(),
            speech: Speech::default(),
            client: Client::new(identity, random.next_u64(), resume_state),
            connections: Connections {
                all: BTreeMap::new(),
                time_of_day: 0,
                random: RefCell::new(Jitter::new(random.next_u64())),
                takes_files: true,
            },
            disk: Disk::default(),
            socket: None,
            alive: true,
            network: Network::Up,
            blocked: false,
            sends: 0,
            alarm: None,
            told: Vec::new(),
            shown: Vec::new(),
            company: Vec::new(),
            recorders: BTreeMap::new(),
            known_as: None,
            media_said: Vec::new(),
            media: MediaState::default(),
            recording: None,
            made: 0,
            closed: 0,
            restarts: 0,
            sockets: 0,
        }
    }

    /// What it leaves behind in its tab.
    pub fn left_behind(&self) -> ResumeState {
        self.client.resume_state()
    }

    /// The person is told something. Nobody is announced twice, but for those who were `refused`
    /// their old seat: they come anew, and the seat is theirs for a while.
    pub(super) fn hear(&mut self, notice: Notice, refused: &BTreeSet<String>) {
        let me = &self.name;
        match &notice {
            Notice::Joined(name) => {
                let name = name.to_string();
                let is_news = !self.company.contains(&name) || refused.contains(&name);
                assert!(is_news, "{me} is told twice of {name}");
                self.company.push(name);
            }
            Notice::Gone(name, _) => {
                let known = self.company.iter().position(|known| known == name.as_str());
                let known = known.unwrap_or_else(|| panic!("{me} is told twice that {name} left"));
                self.company.remove(known);
                self.recorders.remove(name.as_str());
            }
            Notice::RecordingStarted(name, subject) => {
                let before = self.recorders.insert(name.to_string(), *subject);
                assert_ne!(
                    before,
                    Some(*subject),
                    "{me} is told twice that {name} records"
                );
            }
            Notice::RecordingStopped(name) => {
                let before = self.recorders.remove(name.as_str());
                assert!(
                    before.is_some(),
                    "{me} is told of the end of what {name} never began"
                );
            }
            Notice::SharingStarted(_)
            | Notice::SharingStopped(_)
            | Notice::ChatMessage(..)
            | Notice::HandRaised(_)
            | Notice::Reacted(..) => {}
            Notice::Quieted(name) => panic!("{me} is told that {name} sends too much"),
        }
        self.told.push(notice);
    }

    /// The chat changes before the person's eyes.
    pub(super) fn show(&mut self, change: ChatChange) {
        match change {
            ChatChange::Added(index, entry) => self.shown.insert(index, entry),
            ChatChange::Changed(index, entry) => self.shown[index] = entry,
            ChatChange::Removed(index) => drop(self.shown.remove(index)),
        }
    }

    /// Whoever has just come in sees who is there, and is not told of each. From then on nobody
    /// appears or disappears without a word.
    pub(super) fn look_around(&mut self) {
        let name_of = |remote: &Remote| remote.participant().name.to_string();
        let mut present: Vec<_> = self.client.remotes().values().map(name_of).collect();
        present.sort();
        let local = self.client.local().map(|local| local.id.clone());
        if self.known_as != local {
            self.known_as = local;
            self.company = present;
            self.recorders.clear();
        } else if !matches!(self.client.status(), Status::Ended(_)) {
            self.company.sort();
            assert_eq!(self.company, present, "what {} was told", self.name);
        }
    }

    /// What the person was told that somebody of this name records.
    pub fn told_recording(&self, name: &str) -> Option<Subject> {
        self.recorders.get(name).copied()
    }

    /// Who it is, as the backend says.
    pub fn id(&self) -> ParticipantId {
        self.client.local().unwrap().id.clone()
    }

    /// Whether its socket is in the room.
    pub fn is_joined(&self) -> bool {
        self.client.status() == Status::Joined
    }

    /// What it knows of somebody.
    pub fn remote(&self, id: &ParticipantId) -> Option<&Remote> {
        self.client.remotes().get(id)
    }

    /// How it sees its connection to somebody.
    pub fn link(&self, id: &ParticipantId) -> Option<LinkState> {
        self.remote(id).map(|_| self.client.link(id))
    }

    /// What it knows of somebody's socket.
    pub fn presence(&self, id: &ParticipantId) -> Option<Presence> {
        self.remote(id).map(Remote::presence)
    }

    /// The only connection to somebody.
    pub fn connection_to(&self, id: &ParticipantId) -> Option<&Connection> {
        let mut found = self.connections.all.values().filter(|it| it.far_end == *id);
        let first = found.next();
        assert!(
            found.next().is_none(),
            "{} has two connections to {id}",
            self.name
        );
        first
    }

    /// The chat as this page shows it.
    pub fn chat(&self) -> Vec<&str> {
        assert!(
            self.client
                .chat()
                .eq(self.shown.iter().map(|entry| &**entry))
        );
        let entries = self.shown.iter().filter(|it| it.message.is_shown());
        entries.filter_map(|entry| entry.text()).collect()
    }

    /// What this page shows of another one's author, or of its own, but for what was taken
    /// back.
    pub fn chat_of(&self, author: &Self) -> Vec<&str> {
        let instance = author.client.local().map(|local| &local.instance);
        let entries = self.client.chat();
        let entries = entries.filter(|entry| Some(&entry.instance) == instance);
        let entries = entries.filter(|entry| entry.message.is_shown());
        entries.filter_map(ChatEntry::text).collect()
    }

    /// Remembers what it says about its media. Whatever it says, it says in its own name.
    pub fn note(&mut self, text: &str) {
        let said = Attributed::parse(text).unwrap();
        assert_eq!(said.from, Some(self.id()), "{} says {text}", self.name);
        if let ConversationMessage::Media(media) = said.message {
            self.media_said.push(media);
        }
    }
}

/// The token that a page makes for itself, as the server makes them.
fn own_token(random: &mut Jitter) -> ResumeToken {
    // Hexadecimal digits are digits of base64url, too; 42 of them and a zero are 256 bits.
    let mut half = || format!("{:0>42x}A", random.next_u64());
    [half(), half()].join(".").parse().unwrap()
}
