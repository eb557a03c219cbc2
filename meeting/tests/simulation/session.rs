//! One client, fed by hand.

use std::collections::BTreeMap;

use meeting::chat::Outgoing;
use meeting::client::{
    Action, Browser, Client, ConnectionEvent, ConnectionKey, Identity, Input, Obstacle,
    ResumeState, SocketEnd, SocketKey, Status,
};
use meeting::conversation::{Attributed, ConversationMessage, Hello};
use meeting::delivery::{Description, Parcel, SdpType, Signal};
use meeting::id::{ConnectionId, ResumeToken, TabId};
use meeting::negotiation::{self, Output, SignalingState};
use meeting::recovery::TransportState;
use meeting::signaling::{IceServers, Joined, Participant, Resumption, Sequenced, ServerMessage};
use meeting::time::Timestamp;

use crate::participant::participant;

/// What a page hears of a socket that broke.
pub(crate) const BROKEN: SocketEnd = SocketEnd::Failed(Obstacle::Unreachable);

/// Knows the connections that were made, all of them stable.
#[derive(Default)]
pub(crate) struct Connections {
    made: BTreeMap<ConnectionKey, SignalingState>,
    takes_files: bool,
}

impl Browser for Connections {
    fn signaling_state(&self, key: ConnectionKey) -> SignalingState {
        self.made
            .get(&key)
            .copied()
            .unwrap_or(SignalingState::Closed)
    }

    fn new_token(&self) -> Option<ResumeToken> {
        Some("drawn".parse().unwrap())
    }

    fn time_of_day(&self) -> u64 {
        0
    }

    fn takes_files(&self) -> bool {
        self.takes_files
    }
}

/// A page whose server is the test.
pub(crate) struct Page {
    pub(crate) client: Client,
    connections: Connections,
    pub(crate) socket: Option<SocketKey>,
    pub(crate) now: u64,
}

impl Page {
    /// Ada's page, with a socket that is open.
    pub(crate) fn open() -> Self {
        Self::open_with_seed(1)
    }

    /// Ada's page, in a browser that can store files.
    pub(crate) fn that_takes_files() -> Self {
        let mut page = Self::open();
        page.connections.takes_files = true;
        page
    }

    pub(crate) fn open_with_seed(seed: u64) -> Self {
        let identity = Identity {
            room: "abc-defg-hij".parse().unwrap(),
            name: "Ada".to_owned().try_into().unwrap(),
            instance: ada().instance,
        };
        let resume_state = ResumeState::first(TabId::from_random(1));
        let mut page = Self {
            client: Client::new(identity, seed, resume_state),
            connections: Connections::default(),
            socket: None,
            now: 0,
        };
        page.feed(Input::Start);
        page.feed(Input::SocketOpened(page.socket.unwrap()));
        page
    }

    pub(crate) fn feed(&mut self, input: Input) -> Vec<Action> {
        self.now += 1;
        let now = Timestamp::from_millis(self.now);
        self.client.handle(now, input, &self.connections);
        let actions: Vec<Action> = std::iter::from_fn(|| self.client.poll_action()).collect();
        for action in &actions {
            match action {
                Action::OpenSocket(key) => self.socket = Some(*key),
                Action::OpenConnection { key, .. } => {
                    self.connections.made.insert(*key, SignalingState::Stable);
                }
                Action::CloseConnection(key) => {
                    self.connections.made.remove(key);
                }
                _ => {}
            }
        }
        actions
    }

    /// Lets the browser do what it is asked to, until nothing is left; gives the rest.
    fn settle(&mut self, mut actions: Vec<Action>) -> Vec<Action> {
        let mut rest = Vec::new();
        while let Some(action) = actions.pop() {
            let input = match &action {
                Action::Negotiate(key, Output::SetRemote(it, ..) | Output::SetLocal(it, ..)) => {
                    Some((*key, negotiation::Input::Applied(*it)))
                }
                Action::Negotiate(key, Output::CreateAnswer(it)) => {
                    Some((*key, negotiation::Input::Created(*it, "answer".to_owned())))
                }
                _ => None,
            };
            match input {
                Some((key, input)) => {
                    let event = ConnectionEvent::Negotiation(input);
                    actions.extend(self.feed(Input::Connection(key, event)));
                }
                None => rest.push(action),
            }
        }
        rest
    }

    pub(crate) fn hear(&mut self, seq: u64, message: ServerMessage) -> Vec<Action> {
        let text = Sequenced { seq, message }.to_json().unwrap();
        self.feed(Input::SocketMessage(self.socket.unwrap(), text))
    }

    pub(crate) fn hear_joined(&mut self, seq: u64, participants: Vec<Participant>) -> Vec<Action> {
        let joined = Joined {
            version: 1,
            id: ada().id,
            token: "token".to_owned().try_into().unwrap(),
            resumption: Resumption::Snapshot,
            participants,
            capacity: 8,
            ice: IceServers::default(),
        };
        self.hear(seq, ServerMessage::Joined(Box::new(joined)))
    }

    /// Lets time go by until the session opens the next socket.
    pub(crate) fn wait_for_another_socket(&mut self) {
        let old = self.socket;
        while self.socket == old {
            self.now = self.client.poll_timeout().unwrap().as_millis() - 1;
            self.feed(Input::Tick);
        }
    }

    /// Waits until the session has opened the next socket.
    pub(crate) fn reconnect(&mut self) {
        let old = self.socket.unwrap();
        self.feed(Input::SocketClosed(old, BROKEN));
        self.wait_for_another_socket();
        self.feed(Input::SocketOpened(self.socket.unwrap()));
    }
}

/// The polite one of the two.
pub(crate) fn ada() -> Participant {
    participant(1, "Ada")
}

pub(crate) fn ben() -> Participant {
    participant(2, "Ben")
}

pub(crate) fn offer_of_ben(attempt: u32) -> ServerMessage {
    let parcel = Parcel {
        connection: ConnectionId {
            polite: ada().instance,
            impolite: ben().instance,
            attempt,
        },
        ack: 0,
        first: 0,
        signals: vec![Signal::Description(Description {
            exchange: 1,
            sdp_type: SdpType::Offer,
            sdp: format!("offer {attempt}"),
        })],
    };
    ServerMessage::Signal {
        from: ben().id,
        payload: parcel.to_payload().unwrap(),
    }
}

/// The connections and the offers put into them.
fn offers_applied(actions: &[Action]) -> Vec<(ConnectionKey, &str)> {
    let applied = actions.iter().filter_map(|action| match action {
        Action::Negotiate(key, Output::SetRemote(_, SdpType::Offer, sdp)) => {
            Some((*key, sdp.as_str()))
        }
        _ => None,
    });
    applied.collect()
}

pub(crate) fn opened(actions: &[Action]) -> Vec<ConnectionKey> {
    let opened = actions.iter().filter_map(|action| match action {
        Action::OpenConnection { key, .. } => Some(*key),
        _ => None,
    });
    opened.collect()
}

#[test]
fn an_offer_that_overtakes_the_news_of_its_sender_is_answered_as_soon_as_they_are_known() {
    let mut page = Page::open();
    page.hear_joined(0, vec![ada()]);
    assert_eq!(opened(&page.hear(1, offer_of_ben(1))), []);
    let actions = page.hear(2, ServerMessage::ParticipantJoined { participant: ben() });
    let [key] = opened(&actions)[..] else {
        panic!("one connection was expected: {actions:?}")
    };
    assert_eq!(offers_applied(&actions), [(key, "offer 1")]);
}

#[test]
fn the_offer_that_announces_a_new_connection_is_applied_to_it() {
    let mut page = Page::open();
    page.hear_joined(0, vec![ada(), ben()]);
    page.hear(1, offer_of_ben(1));
    let actions = page.hear(2, offer_of_ben(2));
    let [key] = opened(&actions)[..] else {
        panic!("one connection was expected: {actions:?}")
    };
    assert_eq!(offers_applied(&actions), [(key, "offer 2")]);
}

#[test]
fn news_of_a_connection_that_was_replaced_is_dropped() {
    let mut page = Page::open();
    let [old] = opened(&page.hear_joined(0, vec![ada(), ben()]))[..] else {
        panic!("one connection was expected")
    };
    page.hear(1, offer_of_ben(2));
    assert_eq!(page.hear(2, offer_of_ben(1)), []);
    let late = ConnectionEvent::Negotiation(negotiation::Input::NegotiationNeeded);
    assert_eq!(page.feed(Input::Connection(old, late)), []);
}

/// Firefox knows at once that the only interface is gone, and the socket over it never says so.
#[test]
fn a_link_that_fails_has_the_socket_prove_itself_and_is_built_anew_with_the_next() {
    let mut page = Page::open();
    let [old] = opened(&page.hear_joined(0, vec![ada(), ben()]))[..] else {
        panic!("one connection was expected")
    };
    for state in [TransportState::Connected, TransportState::Failed] {
        page.feed(Input::Connection(old, ConnectionEvent::Transport(state)));
    }
    let before = page.now;
    page.wait_for_another_socket();
    assert!(page.now - before < 1000, "{} ms", page.now - before);
    page.feed(Input::SocketOpened(page.socket.unwrap()));
    let actions = page.hear_joined(0, vec![ada(), ben()]);
    assert!(actions.contains(&Action::CloseConnection(old)));
    assert_eq!(opened(&actions).len(), 1);
}

#[test]
fn the_numbers_of_a_new_socket_begin_anew_wherever_the_server_begins() {
    for first in [0, 1] {
        let mut page = Page::open();
        page.hear_joined(first, vec![ada()]);
        for seq in 1..9 {
            page.hear(first + seq, ServerMessage::Pong {});
        }
        page.reconnect();
        page.hear_joined(first, vec![ada()]);
        assert_eq!(page.client.status(), Status::Joined, "numbers from {first}");
        page.hear(
            first + 1,
            ServerMessage::ParticipantJoined { participant: ben() },
        );
        assert_eq!(page.client.remotes().len(), 1, "numbers from {first}");
    }
}

#[test]
fn the_pages_of_a_stopping_server_come_back_spread_over_the_time_it_gives() {
    let mut waits = Vec::new();
    for seed in 0..40 {
        let mut page = Page::open_with_seed(seed);
        page.hear_joined(0, vec![ada()]);
        page.hear(1, ServerMessage::GoingAway { jitter_ms: 4000 });
        let start = page.now;
        page.feed(Input::SocketClosed(
            page.socket.unwrap(),
            SocketEnd::Closed(1001),
        ));
        page.wait_for_another_socket();
        waits.push(page.now - start);
    }
    waits.sort_unstable();
    assert!(waits[0] < 600 && waits[39] > 3400, "{waits:?}");
    assert!(waits[39] <= 4000, "{waits:?}");
    assert!((1200..2800).contains(&waits[20]), "{waits:?}");
}

/// `online`, `pageshow` and `visibilitychange` make a page look for the server at once.
#[test]
fn a_page_that_is_woken_while_it_waits_tries_again_at_once() {
    for news in [Input::Woken, Input::NetworkChanged] {
        let mut page = Page::open();
        page.hear_joined(0, vec![ada()]);
        for _ in 0..10 {
            page.feed(Input::SocketClosed(page.socket.unwrap(), BROKEN));
            page.wait_for_another_socket();
        }
        let old = page.socket;
        page.feed(Input::SocketClosed(old.unwrap(), BROKEN));
        assert_eq!(page.socket, old, "it waits after so many tries");
        page.feed(news);
        page.feed(Input::Tick);
        assert_ne!(page.socket, old);
    }
}

#[test]
fn a_page_that_is_woken_in_a_call_finds_out_within_seconds_whether_its_socket_is_dead() {
    for news in [Input::Woken, Input::NetworkChanged] {
        let mut page = Page::open();
        page.hear_joined(0, vec![ada()]);
        let (old, woken) = (page.socket, page.now);
        page.feed(news);
        page.wait_for_another_socket();
        assert_ne!(page.socket, old);
        // The probe, and the first pause before another try.
        assert!(page.now - woken < 3_500, "{} ms", page.now - woken);
    }
}

/// Asking again and again would fill the memory of a page whose far end takes nothing.
#[test]
fn what_is_missing_of_the_chat_is_sent_once_on_each_channel() {
    let mut page = Page::open();
    let connection = opened(&page.hear_joined(0, vec![ada(), ben()]))[0];
    page.client
        .send_chat(0, Outgoing::text("nobody reads this yet"))
        .unwrap();
    let mut say = |event| {
        let actions = page.feed(Input::Connection(connection, event));
        let chat = |action: &Action| matches!(action, Action::SendChannel(_, text) if text.contains("nobody reads this yet"));
        actions.iter().filter(|action| chat(action)).count()
    };
    let hello = Attributed {
        message: ConversationMessage::Hello(Hello::default()),
        from: Some(ben().id),
    };
    let hello = hello.to_json().unwrap();
    say(ConnectionEvent::ChannelOpened);
    assert_eq!(say(ConnectionEvent::ChannelMessage(hello.clone())), 1);
    assert_eq!(say(ConnectionEvent::ChannelMessage(hello.clone())), 0);
    say(ConnectionEvent::ChannelOpened);
    assert_eq!(say(ConnectionEvent::ChannelMessage(hello)), 1);
}

/// The new socket may stand before the loss of the old one was noticed.
#[test]
fn whoever_comes_back_hears_at_once_what_they_have_not_acknowledged() {
    let answers = |actions: &[Action]| {
        let said = |action: &&Action| matches!(action, Action::SendSocket(_, text) if text.contains("answer"));
        actions.iter().filter(said).count()
    };
    let mut page = Page::open();
    page.hear_joined(0, vec![ada(), ben()]);
    let actions = page.hear(1, offer_of_ben(1));
    assert_eq!(answers(&page.settle(actions)), 1);
    let back = ServerMessage::ParticipantChanged { participant: ben() };
    assert_eq!(answers(&page.hear(2, back)), 1);
}
