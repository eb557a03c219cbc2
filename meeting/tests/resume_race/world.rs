//! Tabs, sockets and a server with one room, as they go from one step to the next.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use meeting::id::ParticipantId;
use meeting::limits;
use meeting::room::Room;
use meeting::signaling::Participant;

use crate::page::{Manners, Standing, Verdict};
use crate::parts::{
    ADA, Down, Move, Person, Requests, ServerEnd, Sight, Socket, SocketId, Tab, TabId, TabState,
    Token, Trouble, Up,
};

/// More than the tabs of any story, so that nobody is kept out.
const CAPACITY: usize = 16;

/// Everything there is.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) room: Room,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) sockets: BTreeMap<SocketId, Socket>,
    /// The roster as somebody knows it who was told all that happened.
    pub(crate) told: BTreeMap<ParticipantId, Participant>,
    pub(crate) trouble: Trouble,
    /// The tab that was let in as Ada last.
    pub(crate) winner: Option<TabId>,
    /// Whether Ada's seat was ever lost, and with it what the room knew of Ada's tokens and tabs.
    pub(crate) place_lost: bool,
    /// The tokens that let Ada in: the one shown last, and the one given for it.
    pub(crate) good: [Option<Token>; 2],
    sockets_opened: SocketId,
    pages_loaded: u64,
    pub(crate) proofs_made: u64,
    pub(crate) people: Person,
}

impl World {
    /// One tab, in the room as Ada, and nothing under way.
    pub(crate) fn with_ada(manners: &Manners, trouble: Trouble) -> Self {
        let mut world = Self::empty(trouble);
        let tab = world.add_tab(None);
        world.run_undisturbed(manners);
        assert_eq!(world.person_of(tab), Some(ADA));
        world
    }

    /// One tab, just loaded, which has drawn a token: Ada, before ever being in the room.
    pub(crate) fn with_ada_before_joining(trouble: Trouble) -> Self {
        let mut world = Self::empty(trouble);
        world.proofs_made += 1;
        world.people = ADA;
        let token = Token {
            person: ADA,
            proof: world.proofs_made,
        };
        world.add_tab(Some(token));
        world
    }

    fn empty(trouble: Trouble) -> Self {
        Self {
            room: empty_room(),
            tabs: Vec::new(),
            sockets: BTreeMap::new(),
            told: BTreeMap::new(),
            trouble,
            winner: None,
            place_lost: false,
            good: [None; 2],
            sockets_opened: 0,
            pages_loaded: 0,
            proofs_made: 0,
            people: 0,
        }
    }

    /// One more tab, loaded just now, which found this token.
    pub(crate) fn add_tab(&mut self, token: Option<Token>) -> TabId {
        let page = self.next_page();
        self.tabs.push(Tab {
            page,
            attempt: 0,
            let_in: 0,
            token,
            was_joined: false,
            state: TabState::Away,
        });
        self.tabs.len() - 1
    }

    /// The token that a tab would show.
    pub(crate) fn token_of(&self, tab: TabId) -> Option<Token> {
        self.tabs[tab].token
    }

    /// Who a tab is in the room.
    pub(crate) fn person_of(&self, tab: TabId) -> Option<Person> {
        match self.tabs[tab].state {
            TabState::Joined(_, person) => Some(person),
            _ => None,
        }
    }

    /// A tab is closed, and its browser says so.
    pub(crate) fn close(&mut self, tab: TabId) {
        self.let_go(tab, Up::Unloaded);
        self.tabs[tab].state = TabState::Left;
    }

    /// The socket of a tab breaks, and it has come back on another one.
    pub(crate) fn reconnect(&mut self, tab: TabId, manners: &Manners) {
        self.cut(tab, Requests::StillArrive);
        self.run_undisturbed(manners);
        assert_eq!(self.person_of(tab), Some(ADA));
    }

    /// Lets happen whatever happens without trouble, in one order.
    pub(crate) fn run_undisturbed(&mut self, manners: &Manners) {
        let mut sights = BTreeSet::new();
        let trouble = std::mem::take(&mut self.trouble);
        while let Some(step) = self.moves().into_iter().next() {
            self.take(step, manners, &mut sights);
        }
        self.trouble = trouble;
    }

    /// All that can happen now.
    pub(crate) fn moves(&self) -> Vec<Move> {
        let mut moves = Vec::new();
        for (id, socket) in &self.sockets {
            if !socket.up.is_empty() {
                moves.push(Move::Read(*id));
            }
            if matches!(socket.server, ServerEnd::Replaced(_)) {
                moves.push(Move::Tell(*id));
            }
        }
        for (id, tab) in self.tabs.iter().enumerate() {
            self.moves_of(id, tab, &mut moves);
        }
        if self.somebody_is_absent() {
            moves.push(Move::GraceEnds);
        }
        if self.trouble.restarts > 0 {
            moves.push(Move::Restart);
        }
        moves
    }

    fn moves_of(&self, id: TabId, tab: &Tab, moves: &mut Vec<Move>) {
        let socket = match tab.state {
            TabState::Replaced | TabState::Left => return,
            TabState::Away => None,
            TabState::Trying(socket) | TabState::Joined(socket, _) => self.sockets.get(&socket),
        };
        if tab.state == TabState::Away {
            moves.push(Move::Open(id));
        }
        if socket.is_some_and(|socket| !socket.down.is_empty()) {
            moves.push(Move::Hear(id));
        }
        if socket.is_some() && self.trouble.cuts > 0 {
            moves.push(Move::Cut(id, Requests::StillArrive));
            moves.push(Move::Cut(id, Requests::AreLost));
        }
        if socket.is_some() && self.trouble.timeouts > 0 {
            moves.push(Move::GiveUp(id));
        }
        if self.trouble.reloads > 0 {
            moves.push(Move::Reload(id, Up::Unloaded));
            moves.push(Move::Reload(id, Up::Lost));
        }
        if self.trouble.leaves > 0 {
            moves.push(Move::Leave(id));
        }
    }

    /// Makes it happen.
    pub(crate) fn take(&mut self, step: Move, manners: &Manners, sights: &mut BTreeSet<Sight>) {
        match step {
            Move::Open(tab) => self.open(tab),
            Move::Read(socket) => self.read(socket, sights),
            Move::Tell(socket) => self.tell(socket),
            Move::Hear(tab) => self.hear(tab, manners, sights),
            Move::Cut(tab, requests) => {
                self.trouble.cuts -= 1;
                self.cut(tab, requests);
            }
            Move::GiveUp(tab) => {
                self.trouble.timeouts -= 1;
                self.let_go(tab, Up::Lost);
                self.tabs[tab].state = TabState::Away;
            }
            Move::Reload(tab, word) => {
                self.trouble.reloads -= 1;
                self.let_go(tab, word);
                let page = self.next_page();
                let tab = &mut self.tabs[tab];
                tab.page = page;
                tab.was_joined = false;
                tab.state = TabState::Away;
            }
            Move::Leave(tab) => {
                self.trouble.leaves -= 1;
                let joined = matches!(self.tabs[tab].state, TabState::Joined(..));
                self.let_go(tab, if joined { Up::Leave } else { Up::Lost });
                self.tabs[tab].state = TabState::Left;
            }
            Move::GraceEnds => self.end_grace(sights),
            Move::Restart => {
                self.trouble.restarts -= 1;
                self.restart();
            }
        }
        self.sockets.retain(|id, socket| {
            self.tabs[socket.tab].listens_to(*id) || socket.server != ServerEnd::Over
        });
    }

    fn open(&mut self, tab: TabId) {
        self.sockets_opened += 1;
        self.tabs[tab].attempt += 1;
        let Tab {
            page,
            attempt,
            token,
            ..
        } = self.tabs[tab];
        let socket = Socket {
            tab,
            page,
            attempt,
            up: VecDeque::from([Up::Join(token)]),
            down: VecDeque::new(),
            server: ServerEnd::Opened,
        };
        self.sockets.insert(self.sockets_opened, socket);
        self.tabs[tab].state = TabState::Trying(self.sockets_opened);
    }

    fn hear(&mut self, tab: TabId, manners: &Manners, sights: &mut BTreeSet<Sight>) {
        let (TabState::Trying(id) | TabState::Joined(id, _)) = self.tabs[tab].state else {
            return;
        };
        let heard = self.sockets.get_mut(&id);
        let heard = heard.and_then(|socket| socket.down.pop_front());
        let tab = &mut self.tabs[tab];
        match heard {
            None => {}
            Some(Down::Joined(token)) => {
                tab.token = Some(token);
                tab.was_joined = true;
                tab.state = TabState::Joined(id, token.person);
            }
            Some(Down::Closed(code)) => {
                let standing = Standing {
                    was_joined: tab.was_joined,
                    has_token: tab.token.is_some(),
                    is_joined: matches!(tab.state, TabState::Joined(..)),
                };
                tab.state = match manners.on_closed(standing, code) {
                    Verdict::StaysAway => {
                        sights.insert(Sight::ReplacementHeard);
                        TabState::Replaced
                    }
                    Verdict::ComesBack => TabState::Away,
                    Verdict::ComesAnew => {
                        sights.insert(Sight::Newcomer);
                        self.people += 1;
                        self.proofs_made += 1;
                        tab.token = Some(Token {
                            person: self.people,
                            proof: self.proofs_made,
                        });
                        TabState::Away
                    }
                    Verdict::ComesUnknown => {
                        assert!(tab.token.is_none(), "a page forgot who it is");
                        TabState::Away
                    }
                };
            }
        }
    }

    fn cut(&mut self, tab: TabId, requests: Requests) {
        let (TabState::Trying(id) | TabState::Joined(id, _)) = self.tabs[tab].state else {
            return;
        };
        if let Some(socket) = self.sockets.get_mut(&id) {
            if requests == Requests::AreLost {
                socket.up.clear();
            }
            socket.up.push_back(Up::Lost);
            socket.down = VecDeque::from([Down::Closed(None)]);
        }
    }

    /// A page gives its socket up, if it has one, with this as the last thing it says.
    fn let_go(&mut self, tab: TabId, word: Up) {
        if let TabState::Trying(id) | TabState::Joined(id, _) = self.tabs[tab].state
            && let Some(socket) = self.sockets.get_mut(&id)
        {
            socket.up.push_back(word);
            socket.down.clear();
        }
    }

    fn next_page(&mut self) -> u64 {
        self.pages_loaded += 1;
        self.pages_loaded
    }

    /// The same for two worlds that have the same future.
    pub(crate) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        // The names that were never used, and what was told of the room, follow from the rest.
        (&self.room, &self.tabs, &self.sockets).hash(&mut hasher);
        (self.trouble, self.winner, self.place_lost).hash(&mut hasher);
        hasher.finish()
    }
}

/// A room that nobody was ever in.
pub(crate) const fn empty_room() -> Room {
    Room::new(CAPACITY, limits::GRACE, 0)
}
