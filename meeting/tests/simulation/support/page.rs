//! One load of the page: a client, and the browser around it.

use std::collections::BTreeMap;

use meeting::backoff::Jitter;
use meeting::client::{
    Browser, ChatEntry, Client, ConnectionKey, Identity, Link, Notice, Remote, SocketKey, Status,
};
use meeting::conversation::{ConversationMessage, MediaState};
use meeting::id::{InstanceId, ParticipantId, ResumeToken};
use meeting::negotiation::SignalingState;
use meeting::signaling::Presence;

use super::browser::RtcPeer;
use super::server::SocketId;
use super::transport::Transport;

/// A peer connection and what is due for it.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) remote: ParticipantId,
    pub(crate) rtc: RtcPeer,
    pub(crate) transport: Transport,
    pub(crate) calls: bool,
    pub(crate) tasks: bool,
    pub(crate) gathers: bool,
}

/// The connections of a page.
#[derive(Debug, Default)]
pub(crate) struct Connections(pub(crate) BTreeMap<ConnectionKey, Connection>);

impl Browser for Connections {
    fn signaling_state(&self, key: ConnectionKey) -> SignalingState {
        let connection = self.0.get(&key);
        connection.map_or(SignalingState::Closed, |it| it.rtc.signaling_state())
    }
}

/// One load of the page.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) name: String,
    pub(crate) client: Client,
    pub(crate) connections: Connections,
    pub(crate) socket: Option<(SocketKey, SocketId)>,
    /// Whether it is still there.
    pub(crate) alive: bool,
    /// Whether it has a network at all.
    pub(crate) online: bool,
    /// Whether it is kept from the server.
    pub(crate) blocked: bool,
    /// What its connections are to send; another value has to be negotiated.
    pub(crate) sends: u8,
    pub(crate) alarm: Option<u64>,
    pub(crate) told: Vec<Notice>,
    /// What it said about its microphone, camera and screen, each time.
    pub(crate) media_said: Vec<MediaState>,
    /// What it sends just now.
    pub(crate) media: MediaState,
    /// Connections made so far.
    pub(crate) made: u32,
    /// Connections closed so far.
    pub(crate) closed: u32,
    /// ICE restarts asked for.
    pub(crate) restarts: u32,
    /// Sockets opened so far.
    pub(crate) sockets: u32,
}

impl Page {
    pub(crate) fn new(name: &str, token: Option<ResumeToken>, random: &mut Jitter) -> Self {
        let identity = Identity {
            room: "abc-defg-hij".parse().unwrap(),
            name: name.to_owned().try_into().unwrap(),
            instance: InstanceId::from_random(random.next_u64()),
        };
        Self {
            name: name.to_owned(),
            client: Client::new(identity, random.next_u64(), token),
            connections: Connections::default(),
            socket: None,
            alive: true,
            online: true,
            blocked: false,
            sends: 0,
            alarm: None,
            told: Vec::new(),
            media_said: Vec::new(),
            media: MediaState::default(),
            made: 0,
            closed: 0,
            restarts: 0,
            sockets: 0,
        }
    }

    pub(crate) fn id(&self) -> ParticipantId {
        self.client.local().unwrap().id.clone()
    }

    pub(crate) fn is_joined(&self) -> bool {
        self.client.status() == Status::Joined
    }

    pub(crate) fn remote(&self, id: &ParticipantId) -> Option<&Remote> {
        self.client.remotes().get(id)
    }

    pub(crate) fn link(&self, id: &ParticipantId) -> Option<Link> {
        self.remote(id).map(Remote::link)
    }

    pub(crate) fn presence(&self, id: &ParticipantId) -> Option<Presence> {
        self.remote(id).map(Remote::presence)
    }

    /// The only connection to somebody.
    pub(crate) fn connection_to(&self, id: &ParticipantId) -> Option<&Connection> {
        let mut found = self.connections.0.values().filter(|it| it.remote == *id);
        let first = found.next();
        assert!(
            found.next().is_none(),
            "{} has two connections to {id}",
            self.name
        );
        first
    }

    /// The conversation as this page shows it.
    pub(crate) fn chat(&self) -> Vec<&str> {
        let entries = self.client.chat().iter();
        entries
            .map(|entry: &ChatEntry| entry.message.text.as_str())
            .collect()
    }

    /// What this page shows of another one's author, or of its own.
    pub(crate) fn chat_of(&self, author: &Self) -> Vec<&str> {
        let instance = author.client.local().map(|local| &local.instance);
        let entries = self.client.chat().iter();
        let entries = entries.filter(|entry| Some(&entry.instance) == instance);
        entries.map(|entry| entry.message.text.as_str()).collect()
    }

    /// Remembers what it says about its media.
    pub(crate) fn note(&mut self, text: &str) {
        if let Ok(ConversationMessage::Media(media)) = ConversationMessage::parse(text) {
            self.media_said.push(media);
        }
    }
}
