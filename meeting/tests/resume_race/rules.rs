//! What holds whatever happens.

use std::collections::BTreeSet;

use meeting::signaling::Presence;

use crate::parts::{ADA, Person, ServerEnd, TabState};
use crate::server::id_of;
use crate::world::World;

impl World {
    /// What holds after every step: a seat has one socket at most, which is the newest one, and
    /// whoever heard all that was told knows who is in the room.
    pub(crate) fn check(&self) {
        let mut people: BTreeSet<Person> = BTreeSet::new();
        for (id, socket) in &self.sockets {
            match socket.server {
                ServerEnd::Seated(seat) => {
                    let holds = self.room.holds(&id_of(seat.person), seat.generation);
                    assert!(holds, "socket {id} lost its seat and will not be told");
                    assert!(people.insert(seat.person), "two sockets hold one seat");
                }
                ServerEnd::Replaced(seat) => {
                    let holds = self.room.holds(&id_of(seat.person), seat.generation);
                    assert!(!holds, "socket {id} holds a seat that it lost");
                }
                ServerEnd::Opened | ServerEnd::Over => {}
            }
        }
        let participants = self.room.participants();
        let connected = participants
            .iter()
            .filter(|participant| participant.presence == Presence::Connected);
        assert_eq!(connected.count(), people.len(), "a seat without a socket");
        assert_eq!(participants.len(), self.told.len());
        for participant in participants {
            assert_eq!(self.told.get(&participant.id), Some(&participant));
        }
    }

    /// What holds when nothing can happen any more: every tab is in the room or over; the session
    /// has exactly one tab, the one that was let in last, unless somebody left on that one;
    /// whoever else is in the room is somebody else. Where the seat was lost on the way, whoever
    /// comes back may be somebody new, but the session still has no second tab. True if somebody
    /// won.
    pub(crate) fn check_the_end(&self) -> bool {
        let mut people = BTreeSet::new();
        let mut holders = Vec::new();
        for (id, tab) in self.tabs.iter().enumerate() {
            match tab.state {
                TabState::Joined(_, person) => {
                    assert!(people.insert(person), "two tabs are person {person}");
                    if person == ADA {
                        holders.push(id);
                    }
                }
                TabState::Replaced | TabState::Left => {}
                TabState::Away | TabState::Trying(_) => panic!("tab {id} is stranded"),
            }
        }
        let winner = self
            .winner
            .filter(|tab| self.tabs[*tab].state != TabState::Left);
        if !self.place_lost || !holders.is_empty() {
            assert_eq!(holders, Vec::from_iter(winner), "the winners");
        }
        let present: BTreeSet<_> = self.told.keys().cloned().collect();
        let expected: BTreeSet<_> = people.into_iter().map(id_of).collect();
        assert_eq!(present, expected, "the room at the end");
        !holders.is_empty()
    }
}
