//! The page that is attacked: Vic's, in a call with Ann, Ben and Mallory.

use std::collections::BTreeMap;
use std::fmt::Write;

use meeting::chat::{ChatEntry, Outgoing, Revision};
use meeting::client::{
    Action, Browser, Client, ConnectionEvent, ConnectionKey, Handled, Identity, Input, Notice,
    ResumeState, SocketKey, Status,
};
use meeting::conversation::{
    Attributed, ChatMessage, ConversationMessage, Hello, HistoryMessage, MediaState,
};
use meeting::id::{ParticipantId, ResumeToken, TabId};
use meeting::negotiation::SignalingState;
use meeting::recording::Subject;
use meeting::recovery::TransportState;
use meeting::signaling::{
    IceServers, Joined, LeaveReason, Participant, Presence, Resumption, Sequenced, ServerMessage,
};
use meeting::time::Timestamp;
use simulation::disk::Disk;

use super::people::{Guise, ann, ben, mallory, vic, victims_instance};
use crate::participant::participant;

/// Today, in milliseconds since 1970.
const TODAY: u64 = 1_795_000_000_000;

/// Knows the connections that were made, all of them stable.
#[derive(Debug, Default)]
struct Connections(BTreeMap<ConnectionKey, ParticipantId>);

impl Browser for Connections {
    fn signaling_state(&self, key: ConnectionKey) -> SignalingState {
        let is_there = self.0.contains_key(&key);
        if is_there {
            SignalingState::Stable
        } else {
            SignalingState::Closed
        }
    }

    fn new_token(&self) -> Option<ResumeToken> {
        None
    }

    fn time_of_day(&self) -> u64 {
        TODAY
    }

    fn takes_files(&self) -> bool {
        true
    }
}

/// Vic's page.
#[derive(Debug)]
pub(crate) struct Victim {
    pub(crate) client: Client,
    connections: Connections,
    socket: Option<SocketKey>,
    seq: u64,
    pub(crate) now: u64,
    /// The bytes of Vic's files.
    pub(crate) disk: Disk,
    mallory: Participant,
    /// What Vic was told.
    pub(crate) told: Vec<Notice>,
    /// How often the page had to look at what follows.
    pub(crate) looked: usize,
    /// How often a connection to Mallory was made.
    pub(crate) made: usize,
}

impl Victim {
    /// Everybody is connected, and Ann and Ben have said what they send and written something.
    pub(crate) fn in_a_call(guise: Guise) -> Self {
        let identity = Identity {
            room: "abc-defg-hij".parse().unwrap(),
            name: vic().name,
            instance: victims_instance(),
        };
        let mut victim = Self {
            client: Client::new(identity, 1, ResumeState::first(TabId::from_random(1))),
            connections: Connections::default(),
            socket: None,
            seq: 0,
            now: 1000,
            disk: Disk::default(),
            mallory: mallory(guise),
            told: Vec::new(),
            looked: 0,
            made: 0,
        };
        victim.feed(Input::Start);
        victim.feed(Input::SocketOpened(victim.socket.unwrap()));
        let joined = Joined {
            version: 1,
            id: vic().id,
            token: "token".to_owned().try_into().unwrap(),
            resumption: Resumption::Fresh,
            participants: vec![ann(), vic(), ben(), victim.mallory.clone()],
            capacity: 8,
            ice: IceServers::default(),
        };
        victim.hears_from_the_server(ServerMessage::Joined(Box::new(joined)));
        for person in [ann(), ben(), victim.mallory.clone()] {
            victim.connects(&person.id);
        }
        for (person, number) in [(ann(), 0), (ben(), 0), (ann(), 1)] {
            victim.hears(&person.id, chat(number, false));
        }
        victim.tells_what_it_has_received();
        victim.told.clear();
        victim.made = 0;
        victim
    }

    /// The channel to somebody opens, and they say who they are.
    fn connects(&mut self, id: &ParticipantId) {
        let key = self.key(id);
        let transport = ConnectionEvent::Transport(TransportState::Connected);
        self.feed(Input::Connection(key, transport));
        self.feed(Input::Connection(key, ConnectionEvent::ChannelOpened));
        let media = MediaState {
            microphone: true,
            camera: true,
            screen: false,
        };
        let hello = Hello {
            known: Some(Vec::new()),
            now: Some(TODAY),
            clock: Some(0),
            have: 0,
            capabilities: Some(vec!["files".to_owned()].into()),
            ..Hello::default()
        };
        self.hears(id, ConversationMessage::Hello(hello));
        self.hears(id, ConversationMessage::Media(media));
        self.feed(Input::Connection(key, ConnectionEvent::FileChannelOpened));
        self.hears(id, ConversationMessage::Files { have: Vec::new() });
    }

    pub(crate) fn feed(&mut self, input: Input) -> Vec<Action> {
        let now = Timestamp::from_millis(self.now);
        let handled = self.client.handle(now, input, &self.connections);
        self.looked += usize::from(handled == Handled::Taken);
        let mut actions = Vec::new();
        while let Some(action) = self.client.poll_action() {
            let answer = match &action {
                Action::File(action) => self.disk.perform(action.clone()),
                _ => None,
            };
            actions.push(action);
            if let Some(answer) = answer {
                self.client
                    .handle(now, Input::File(answer), &self.connections);
            }
        }
        for action in &actions {
            match action {
                Action::OpenSocket(key) => self.socket = Some(*key),
                Action::OpenConnection { key, far_end, .. } => {
                    self.made += usize::from(*far_end == self.mallory.id);
                    self.connections.0.insert(*key, far_end.clone());
                }
                Action::Tell(notice) => self.told.push(notice.clone()),
                _ => {}
            }
        }
        actions
    }

    fn hears_from_the_server(&mut self, message: ServerMessage) -> Vec<Action> {
        let text = Sequenced {
            seq: self.seq,
            message,
        };
        self.seq += 1;
        let text = text.to_json().unwrap();
        self.feed(Input::SocketMessage(self.socket.unwrap(), text))
    }

    pub(crate) fn hears(
        &mut self,
        from: &ParticipantId,
        message: ConversationMessage,
    ) -> Vec<Action> {
        let key = self.key(from);
        let from = Some(from.clone());
        let text = Attributed { message, from }.to_json().unwrap();
        self.feed(Input::Connection(
            key,
            ConnectionEvent::ChannelMessage(text),
        ))
    }

    /// A text comes from Mallory, if there still is a way.
    pub(crate) fn hears_from_mallory(&mut self, text: &str) -> Vec<Action> {
        let mallory = self.mallory.id.clone();
        let newest = self.connections.0.iter().rev();
        let key = newest
            .filter(|(_, remote)| **remote == mallory)
            .map(|(key, _)| *key);
        let key = key.max().unwrap();
        let event = ConnectionEvent::ChannelMessage(text.to_owned());
        self.feed(Input::Connection(key, event))
    }

    /// Time goes by.
    /// Nothing that was said before has still to be answered.
    fn tells_what_it_has_received(&mut self) {
        self.waits(1000);
        self.feed(Input::Tick);
    }

    pub(crate) fn waits(&mut self, millis: u64) {
        self.now += millis;
    }

    pub(crate) fn key(&self, id: &ParticipantId) -> ConnectionKey {
        let mut all = self.connections.0.iter().rev();
        *all.find(|(_, remote)| *remote == id).unwrap().0
    }

    /// Whom an action is about, where it is about somebody.
    fn subject(&self, action: &Action) -> Option<ParticipantId> {
        match action {
            Action::CloseConnection(key)
            | Action::Negotiate(key, _)
            | Action::RestartIce(key)
            | Action::RefreshPicture(key)
            | Action::SendChannel(key, _)
            | Action::OpenFileChannel(key)
            | Action::CloseFileChannel(key)
            | Action::SendFile(key, _) => self.connections.0.get(key).cloned(),
            Action::OpenConnection { far_end, .. } => Some(far_end.clone()),
            Action::OpenSocket(_)
            | Action::SendSocket(..)
            | Action::CloseSocket(_)
            | Action::UseIceServers(_)
            | Action::ShowChat(_)
            | Action::File(_)
            | Action::Tell(_)
            | Action::Report(_) => None,
        }
    }

    /// None of these actions is about anybody but Mallory, or about the socket.
    pub(crate) fn does_nothing_to_the_others(&self, actions: &[Action], because_of: &str) {
        for action in actions {
            let subject = self.subject(action);
            assert!(
                subject.is_none_or(|id| id == self.mallory.id),
                "{action:?} because of {because_of}"
            );
            // What has to be said to Mallory may go through the server.
            let to_mallory = |text: &String| text.contains(self.mallory.id.as_str());
            match action {
                Action::OpenSocket(_) | Action::CloseSocket(_) | Action::UseIceServers(_) => {
                    panic!("{action:?} because of {because_of}")
                }
                Action::SendSocket(_, text) => assert!(to_mallory(text), "{text}"),
                _ => {}
            }
        }
    }

    /// Everything that the page knows and shows of the others and of itself.
    pub(crate) fn what_is_known_of_the_others(&self) -> String {
        // What Mallory passes on bears their name.
        self.what_is_known(
            |remote| *remote != self.mallory.id,
            |entry| {
                entry.author != self.mallory.id
                    && entry.passed_on_by.as_ref() != Some(&self.mallory.name)
            },
        )
    }

    /// The same, with what it knows of Mallory.
    pub(crate) fn what_is_known_of_everybody(&self) -> String {
        self.what_is_known(|_| true, |_| true)
    }

    fn what_is_known(
        &self,
        is_about: impl Fn(&ParticipantId) -> bool,
        is_told: impl Fn(&ChatEntry) -> bool,
    ) -> String {
        let mut known = format!("{:?} {:?}\n", self.client.status(), self.client.local());
        for (id, remote) in self.client.remotes().iter().filter(|(id, _)| is_about(id)) {
            let (participant, media, link) =
                (remote.participant(), remote.media(), self.client.link(id));
            let (presence, shown) = (remote.presence(), remote.is_shown());
            let recording = remote.recording();
            writeln!(
                known,
                "{participant:?} {media:?} {link:?} {presence:?} {shown} {recording:?}"
            )
            .unwrap();
        }
        for entry in self.client.chat().filter(|entry| is_told(entry)) {
            // Anybody may react to a message, and that is all they may do with it.
            assert_eq!(entry.text(), Some(entry.message.text.as_str()));
            let entry = ChatEntry {
                revision: Revision::default(),
                ..entry.clone()
            };
            writeln!(known, "{entry:?}").unwrap();
        }
        known
    }

    /// What Ann and Ben say and write comes through, and they hear Vic.
    pub(crate) fn still_hears_the_others(&mut self, after: &str) {
        for (person, number) in [(ann(), 2), (ben(), 1)] {
            let actions = self.hears(&person.id, chat(number, false));
            let is_news = |it: &Action| matches!(it, Action::Tell(Notice::ChatMessage(..)));
            assert!(actions.iter().any(is_news), "{} after {after}", person.name);
            let sharing = MediaState {
                screen: true,
                ..MediaState::default()
            };
            self.hears(&person.id, ConversationMessage::Media(sharing));
            let remote = &self.client.remotes()[&person.id];
            assert_eq!(remote.media(), sharing, "{} after {after}", person.name);
            self.is_told_who_records(&person, after);
        }
        let texts: Vec<_> = (self.client.chat())
            .filter(|entry| entry.author == ann().id && entry.passed_on_by.is_none())
            .map(|entry| entry.message.number)
            .collect();
        assert_eq!(texts, [0, 1, 2], "what Ann wrote, after {after}");
        self.names_whoever_said_it(after);
        self.client
            .send_chat(TODAY, Outgoing::text("Do you hear me?"))
            .unwrap();
        let actions = self.feed(Input::Tick);
        for person in [ann(), ben()] {
            let key = self.key(&person.id);
            let said = |it: &Action| matches!(it, Action::SendChannel(to, _) if *to == key);
            assert!(actions.iter().any(said), "{} after {after}", person.name);
        }
        assert_eq!(self.client.status(), Status::Joined);
    }

    fn is_told_who_records(&mut self, person: &Participant, after: &str) {
        let subject = Some(Subject::Sound);
        let actions = self.hears(&person.id, ConversationMessage::Recording { subject });
        let notice = Notice::RecordingStarted(person.name.clone(), Subject::Sound);
        let is_told = actions.contains(&Action::Tell(notice));
        assert!(is_told, "{} after {after}", person.name);
        let remote = &self.client.remotes()[&person.id];
        assert_eq!(remote.recording(), subject);
    }

    /// What Vic was told of Mallory's recordings, and what the page shows of it.
    pub(crate) fn mallorys_recordings(&self) -> (Vec<Option<Subject>>, Option<Subject>) {
        let told = self.told.iter().filter_map(|notice| match notice {
            Notice::RecordingStarted(name, subject) => Some((name, Some(*subject))),
            Notice::RecordingStopped(name) => Some((name, None)),
            _ => None,
        });
        let mallorys = told.filter(|(name, _)| **name == self.mallory.name);
        let shown = &self.client.remotes()[&self.mallory.id];
        (
            mallorys.map(|(_, subject)| subject).collect(),
            shown.recording(),
        )
    }

    /// Time goes by, and the page is told so when it wants to be.
    pub(crate) fn sits_still(&mut self, millis: u64) {
        let end = self.now + millis;
        while let Some(at) = self.client.poll_timeout().map(Timestamp::as_millis)
            && at <= end
        {
            self.now = at.max(self.now);
            self.feed(Input::Tick);
        }
        self.now = end;
    }

    /// Whatever Mallory brought bears their name, as the author's or as that of whoever passed it on.
    fn names_whoever_said_it(&self, after: &str) {
        let mallorys = self.client.chat().filter(|it| it.source == self.mallory.id);
        for entry in mallorys {
            let name = entry.passed_on_by.as_ref().unwrap_or(&entry.name);
            assert_eq!(*name, self.mallory.name, "{entry:?} after {after}");
        }
    }

    /// Somebody of this number comes into the room and is gone at once.
    pub(crate) fn sees_somebody_come_and_go(&mut self, number: u8) -> Vec<Action> {
        let participant = participant(number, "Gone");
        let id = participant.id.clone();
        let mut actions =
            self.hears_from_the_server(ServerMessage::ParticipantJoined { participant });
        let reason = LeaveReason::Left;
        actions.extend(self.hears_from_the_server(ServerMessage::ParticipantLeft { id, reason }));
        actions
    }

    /// Ann passes on what somebody wrote who is gone.
    pub(crate) fn hears_history_from_ann(&mut self, number: u64) {
        let gone = participant(9, "Gone");
        let ConversationMessage::Chat { message, .. } = chat(number, true) else {
            return;
        };
        let passed_on = HistoryMessage {
            author: gone.id,
            instance: gone.instance,
            name: gone.name,
            message,
        };
        self.hears(&ann().id, ConversationMessage::History(passed_on));
    }

    /// The server shows Ann's page as gone for a moment.
    pub(crate) fn loses_sight_of_ann_and_sees_them_again(&mut self) {
        for presence in [Presence::Reconnecting, Presence::Connected] {
            let participant = Participant { presence, ..ann() };
            self.hears_from_the_server(ServerMessage::ParticipantChanged { participant });
            assert_eq!(self.client.remotes()[&ann().id].presence(), presence);
        }
    }

    /// How many messages the page keeps.
    pub(crate) fn messages(&self) -> usize {
        self.client.chat().count()
    }
}

fn chat(number: u64, late: bool) -> ConversationMessage {
    let message = ChatMessage {
        number,
        clock: 0,
        at: TODAY,
        text: format!("message {number}"),
        ..ChatMessage::default()
    };
    ConversationMessage::Chat { message, late }
}
