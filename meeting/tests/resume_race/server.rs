//! The server of the model: its sockets, and the room that the real one is made of.

use std::collections::BTreeSet;

use meeting::id::{Attempt, InstanceId, ParticipantId, TabId as Tab};
use meeting::limits;
use meeting::room::{Arrival, Claim, Entered, RoomEvent, TokenHash};
use meeting::signaling::{CloseCode, LeaveReason, Presence};
use meeting::time::Timestamp;

use crate::parts::{ADA, Down, Person, Seat, ServerEnd, Sight, Socket, SocketId, TabId, Token, Up};
use crate::world::{World, empty_room};

/// Nobody's absence outlasts another's: they begin at one moment, and may end whenever they like.
const NOW: Timestamp = Timestamp::from_millis(0);

impl World {
    /// The server reads the next thing that a page said.
    pub(super) fn read(&mut self, id: SocketId, sights: &mut BTreeSet<Sight>) {
        let Some(socket) = self.sockets.get_mut(&id) else {
            return;
        };
        let Some(said) = socket.up.pop_front() else {
            return;
        };
        match (said, socket.server) {
            (Up::Join(token), ServerEnd::Opened) => self.admit(id, token, sights),
            (said, ServerEnd::Seated(seat)) => {
                self.end(id, None);
                let event = self.settle(seat, said);
                self.announce(event);
            }
            (said, ServerEnd::Replaced(seat)) => {
                sights.insert(match said {
                    Up::Leave => Sight::LateLeave,
                    _ => Sight::LateLoss,
                });
                self.end(id, None);
                self.settle_without_effect(seat, said);
            }
            (_, ServerEnd::Opened | ServerEnd::Over) => self.end(id, None),
        }
    }

    /// Tells the room what became of a seat.
    fn settle(&mut self, seat: Seat, said: Up) -> Option<RoomEvent> {
        let id = id_of(seat.person);
        match said {
            Up::Leave => self.room.leave(&id, seat.generation, LeaveReason::Left),
            Up::Unloaded => self.room.await_reload(&id, seat.generation, NOW),
            Up::Lost => self.room.detach(&id, seat.generation, NOW),
            Up::Join(_) => panic!("a page joins once on a socket"),
        }
    }

    fn settle_without_effect(&mut self, seat: Seat, said: Up) {
        let before = self.fingerprint();
        assert!(!self.room.holds(&id_of(seat.person), seat.generation));
        assert_eq!(self.settle(seat, said), None, "a stale socket was heard");
        assert_eq!(
            before,
            self.fingerprint(),
            "a stale socket changed the room"
        );
    }

    fn admit(&mut self, socket: SocketId, shown: Option<Token>, sights: &mut BTreeSet<Sight>) {
        let Socket {
            tab, page, attempt, ..
        } = self.sockets[&socket];
        if !self.tabs[tab].listens_to(socket) {
            sights.insert(Sight::LateRequest);
        }
        let given = self.next_token(shown);
        let before = self.room.presence(&id_of(given.person));
        let claim = shown.map_or(Claim::Fresh, |token| Claim::Resume {
            proof: hash_of(token.proof),
        });
        let arrival = Arrival {
            id: id_of(given.person),
            name: "Ada".to_owned().try_into().unwrap(),
            instance: InstanceId::from_random(page),
            attempt: Attempt {
                tab: Tab::from_random(u64::try_from(tab).unwrap()),
                number: attempt,
            },
            claim,
            next_proof: hash_of(given.proof),
        };
        let listens = self.tabs[tab].listens_to(socket);
        match self.room.join(arrival) {
            Ok(entered) => {
                self.check_admission(socket, tab, shown, before);
                self.note_return(shown, before, sights);
                if given.person == ADA {
                    self.winner = Some(tab);
                    self.good = [shown, Some(given)];
                }
                self.tabs[tab].let_in = socket;
                self.seat(socket, given, entered, sights);
            }
            Err(refusal) => {
                assert!(shown.is_some(), "somebody new is {refusal}");
                let was_last = self.winner == Some(tab) && given.person == ADA;
                let stranded = was_last && listens && !self.place_lost;
                assert!(!stranded, "whoever was let in last cannot come back");
                sights.insert(Sight::TokenRefused);
                self.end(socket, Some(CloseCode::ResumeRefused));
            }
        }
    }

    /// Only the last token and the one before it are good for a seat that is there, and only on a
    /// socket that is newer than any on which the tab came before.
    fn check_admission(
        &self,
        socket: SocketId,
        tab: TabId,
        shown: Option<Token>,
        before: Option<Presence>,
    ) {
        let Some(shown) = shown.filter(|token| token.person == ADA) else {
            return;
        };
        if before.is_some() {
            assert!(self.good.contains(&Some(shown)), "an old token was good");
        }
        let overtaken = socket < self.tabs[tab].let_in;
        assert!(self.place_lost || !overtaken, "a late request was let in");
    }

    /// A new proof for whoever showed this one; for somebody new if none was shown.
    fn next_token(&mut self, shown: Option<Token>) -> Token {
        self.proofs_made += 1;
        if shown.is_none() {
            self.people += 1;
        }
        Token {
            person: shown.map_or(self.people, |token| token.person),
            proof: self.proofs_made,
        }
    }

    fn note_return(
        &self,
        shown: Option<Token>,
        before: Option<Presence>,
        sights: &mut BTreeSet<Sight>,
    ) {
        let Some(shown) = shown else { return };
        match before {
            None => sights.insert(Sight::BackFromNothing),
            Some(Presence::Connected) => false,
            Some(_) => sights.insert(Sight::BackInTime),
        };
        if before.is_some() && self.good[0] == Some(shown) {
            sights.insert(Sight::SameTokenAgain);
        }
    }

    fn seat(
        &mut self,
        socket: SocketId,
        token: Token,
        entered: Entered,
        sights: &mut BTreeSet<Sight>,
    ) {
        let new = Seat {
            person: token.person,
            generation: entered.generation,
        };
        let page = self.sockets[&socket].page;
        for (id, old) in &mut self.sockets {
            if let ServerEnd::Seated(seat) = old.server
                && seat.person == new.person
            {
                let heard = self.tabs[old.tab].listens_to(*id);
                assert!(!heard || old.page != page, "a page evicted itself");
                assert!(seat.generation < new.generation, "the older seat is newer");
                old.server = ServerEnd::Replaced(seat);
                sights.insert(Sight::Replacement);
            }
        }
        if let Some(socket) = self.sockets.get_mut(&socket) {
            socket.server = ServerEnd::Seated(new);
        }
        self.say(socket, Down::Joined(token));
        self.announce(Some(entered.event));
    }

    pub(super) fn tell(&mut self, socket: SocketId) {
        self.end(socket, Some(CloseCode::Replaced));
    }

    /// The server is done with a socket, and closes it if there is still somebody to hear why.
    fn end(&mut self, id: SocketId, code: Option<CloseCode>) {
        if let Some(socket) = self.sockets.get_mut(&id) {
            socket.server = ServerEnd::Over;
            socket.up.clear();
        }
        if code.is_some() {
            self.say(id, Down::Closed(code));
        }
    }

    fn say(&mut self, id: SocketId, message: Down) {
        if let Some(socket) = self.sockets.get_mut(&id)
            && socket.down.back() != Some(&Down::Closed(None))
        {
            socket.down.push_back(message);
        }
    }

    /// Somebody hears all that happens in the room, and then knows who is in it.
    fn announce(&mut self, event: Option<RoomEvent>) {
        match event {
            None => {}
            Some(RoomEvent::Joined(participant)) => {
                let known = self.told.insert(participant.id.clone(), participant);
                assert!(known.is_none(), "{known:?} came twice");
            }
            Some(RoomEvent::Changed(participant)) => {
                let known = self.told.insert(participant.id.clone(), participant);
                assert!(known.is_some(), "somebody changed who was not there");
            }
            Some(RoomEvent::Left { id, .. }) => {
                self.place_lost |= id == id_of(ADA);
                let known = self.told.remove(&id);
                assert!(known.is_some(), "{id} left twice");
            }
        }
    }

    pub(super) fn somebody_is_absent(&self) -> bool {
        let mut told = self.told.values();
        told.any(|participant| participant.presence != Presence::Connected)
    }

    pub(super) fn end_grace(&mut self, sights: &mut BTreeSet<Sight>) {
        sights.insert(Sight::GraceOver);
        for event in self.room.expire(NOW + limits::GRACE) {
            self.announce(Some(event));
        }
    }

    /// All sockets are gone with the process, and so is what had not been read.
    pub(super) fn restart(&mut self) {
        self.room = empty_room();
        self.told.clear();
        self.winner = None;
        self.place_lost = true;
        for socket in self.sockets.values_mut() {
            socket.server = ServerEnd::Over;
            socket.up.clear();
            socket.down = [Down::Closed(None)].into();
        }
    }
}

pub(super) fn id_of(person: Person) -> ParticipantId {
    ParticipantId::from_bytes([person; 16])
}

fn hash_of(proof: u64) -> TokenHash {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&proof.to_be_bytes());
    TokenHash::from_bytes(bytes)
}
