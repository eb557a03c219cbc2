//! What the page does when it loses its socket, asked of the client that ships.

use std::collections::HashMap;
use std::rc::Rc;

use meeting::client::{
    Action, Browser, Client, ConnectionKey, Identity, Input, Obstacle, ResumeState, SocketEnd,
    SocketKey, Status,
};
use meeting::id::{InstanceId, ParticipantId, ResumeToken, TabId};
use meeting::negotiation::SignalingState;
use meeting::signaling::{
    ClientMessage, CloseCode, IceServers, Join, Joined, Participant, Presence, Resumption,
    Sequenced, ServerMessage,
};
use meeting::time::Timestamp;

/// Longer than any page waits before it tries again.
const LONG: u64 = 10 * 60 * 1000;

/// Where a page stands when its socket is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Standing {
    /// It was in the room before.
    pub(crate) was_joined: bool,
    pub(crate) has_token: bool,
    /// It is in the room now; otherwise it waits for the answer to `join`.
    pub(crate) is_joined: bool,
}

/// What it does then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It stays away for good.
    StaysAway,
    /// It opens another socket and shows the token that it has.
    ComesBack,
    /// It opens another socket and shows a token that it has drawn for it.
    ComesAnew,
    /// It opens another socket and shows no token: each request makes somebody new.
    ComesUnknown,
}

/// What pages do, in every standing and for every close code of the model.
#[derive(Clone, Debug)]
pub(crate) struct Manners(Rc<HashMap<(Standing, Option<u16>), Verdict>>);

impl Manners {
    /// Asks the client.
    pub(crate) fn ask() -> Self {
        let codes = [
            None,
            Some(CloseCode::Normal),
            Some(CloseCode::Replaced),
            Some(CloseCode::ResumeRefused),
            Some(CloseCode::Unavailable),
            Some(CloseCode::Removed),
        ];
        let mut manners = HashMap::new();
        for standing in standings() {
            for code in codes {
                let code = code.map(CloseCode::as_u16);
                manners.insert((standing, code), verdict(standing, code));
            }
        }
        Self(Rc::new(manners))
    }

    pub(crate) fn on_closed(&self, standing: Standing, code: Option<CloseCode>) -> Verdict {
        self.0[&(standing, code.map(CloseCode::as_u16))]
    }
}

fn standings() -> Vec<Standing> {
    let mut standings = Vec::new();
    for (was_joined, has_token, is_joined) in [
        (false, false, false),
        (false, true, false),
        (true, true, false),
        (true, true, true),
    ] {
        standings.push(Standing {
            was_joined,
            has_token,
            is_joined,
        });
    }
    standings
}

fn verdict(standing: Standing, code: Option<u16>) -> Verdict {
    let mut page = Page::in_standing(standing);
    page.close(code);
    if matches!(page.client.status(), Status::Ended(_)) {
        page.assert_it_stays_away();
        return Verdict::StaysAway;
    }
    let shown = page.client.resume_state().token;
    let join = page.wait_for_join();
    assert_eq!(join.resume.map(|resume| resume.token), shown);
    match shown {
        Some(drawn) if drawn == token("drawn") => Verdict::ComesAnew,
        Some(_) => Verdict::ComesBack,
        None => Verdict::ComesUnknown,
    }
}

/// The client, without a browser.
struct Page {
    client: Client,
    now: u64,
    socket: Option<SocketKey>,
    said: Option<Join>,
}

/// Has no connections.
struct Nothing;

impl Browser for Nothing {
    fn signaling_state(&self, _: ConnectionKey) -> SignalingState {
        SignalingState::Closed
    }

    fn new_token(&self) -> Option<ResumeToken> {
        Some(token("drawn"))
    }

    fn time_of_day(&self) -> u64 {
        0
    }
}

impl Page {
    fn in_standing(standing: Standing) -> Self {
        let left_behind = (standing.has_token && !standing.was_joined).then(|| token("before"));
        let mut page = Self::loaded(left_behind);
        page.open();
        if standing.was_joined {
            page.hear_joined();
        }
        if standing.was_joined && !standing.is_joined {
            page.close(None);
            page.wait_for_join();
        }
        assert_eq!(
            page.client.resume_state().token.is_some(),
            standing.has_token
        );
        page
    }

    fn loaded(left_behind: Option<ResumeToken>) -> Self {
        let identity = Identity {
            room: "abc-defg-hij".parse().unwrap(),
            name: "Ada".to_owned().try_into().unwrap(),
            instance: InstanceId::from_random(1),
        };
        let resume_state = ResumeState {
            token: left_behind,
            ..ResumeState::first(TabId::from_random(1))
        };
        let mut page = Self {
            client: Client::new(identity, 1, resume_state),
            now: 0,
            socket: None,
            said: None,
        };
        page.feed(Input::Start);
        page
    }

    fn feed(&mut self, input: Input) {
        let now = Timestamp::from_millis(self.now);
        self.client.handle(now, input, &Nothing);
        while let Some(action) = self.client.poll_action() {
            match action {
                Action::OpenSocket(key) => self.socket = Some(key),
                Action::CloseSocket(_) => self.socket = None,
                Action::SendSocket(_, text) => {
                    if let ClientMessage::Join(join) = ClientMessage::parse(&text).unwrap() {
                        self.said = Some(join);
                    }
                }
                _ => {}
            }
        }
    }

    fn open(&mut self) -> Join {
        self.feed(Input::SocketOpened(self.socket.unwrap()));
        self.said.take().expect("a page says join first")
    }

    fn close(&mut self, code: Option<u16>) {
        let socket = self.socket.take().unwrap();
        let end = code.map_or(SocketEnd::Failed(Obstacle::Unreachable), SocketEnd::Closed);
        self.feed(Input::SocketClosed(socket, end));
    }

    fn wait_for_join(&mut self) -> Join {
        self.now += LONG;
        self.feed(Input::Tick);
        self.open()
    }

    fn hear_joined(&mut self) {
        let ada = Participant {
            id: ParticipantId::from_bytes([1; 16]),
            name: "Ada".to_owned().try_into().unwrap(),
            instance: InstanceId::from_random(1),
            since: 1,
            presence: Presence::Connected,
        };
        let joined = Joined {
            version: 1,
            id: ada.id.clone(),
            token: token("after"),
            resumption: Resumption::Snapshot,
            participants: vec![ada],
            capacity: 8,
            ice: IceServers::default(),
        };
        let message = ServerMessage::Joined(Box::new(joined));
        let text = Sequenced { seq: 0, message }.to_json().unwrap();
        self.feed(Input::SocketMessage(self.socket.unwrap(), text));
    }

    /// Neither time nor a waking machine brings it back.
    fn assert_it_stays_away(&mut self) {
        for input in [Input::Tick, Input::Woken, Input::Start, Input::Tick] {
            self.now += LONG;
            self.feed(input);
            assert_eq!(self.socket, None, "a page that is over opened a socket");
        }
        assert_eq!(self.client.poll_timeout(), None);
    }
}

fn token(text: &str) -> ResumeToken {
    text.parse().unwrap()
}

#[test]
fn a_page_that_was_replaced_does_not_come_back_by_itself() {
    for standing in standings() {
        assert_eq!(
            verdict(standing, Some(CloseCode::Replaced.as_u16())),
            Verdict::StaysAway,
            "{standing:?}"
        );
    }
}

#[test]
fn a_page_whose_socket_broke_shows_the_token_it_has() {
    for standing in standings() {
        let expected = if standing.has_token {
            Verdict::ComesBack
        } else {
            Verdict::ComesUnknown
        };
        assert_eq!(verdict(standing, None), expected, "{standing:?}");
    }
}

#[test]
fn a_page_whose_token_is_refused_comes_as_somebody_new() {
    for standing in standings() {
        assert_eq!(
            verdict(standing, Some(CloseCode::ResumeRefused.as_u16())),
            Verdict::ComesAnew,
            "{standing:?}"
        );
    }
}
