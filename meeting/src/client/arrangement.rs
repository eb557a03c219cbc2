//! What participants, links and streams have to do with each other: which link carries whom, and
//! where on it.
//!
//! There is one arrangement, the mesh: everybody is carried by a link of their own, which leads to
//! their page and has a place for each of their sources. What comes by a link is from whoever it
//! names, as long as the link carries them. A link that carries several takes another arrangement,
//! which says where on it each stream is; whom the server's signals repair it for, and by which link
//! somebody hears this page, is asked of the far end today.

use litemap::LiteMap;

use super::link::{Ends, Link, LinkId};
use super::{Action, Client, LinkState, Place, Route, Stream, fresh};
use crate::adaptation::TrackSource;
use crate::id::ParticipantId;
use crate::signaling::Participant;
use crate::time::Timestamp;

/// Which link carries whom.
#[derive(Debug, Default)]
pub(super) struct Arrangement(LiteMap<ParticipantId, LinkId>);

impl Arrangement {
    /// From now on, what they send and say comes by this link.
    fn carry(&mut self, id: ParticipantId, link: LinkId) {
        self.0.insert(id, link);
    }

    /// They are carried no more. Gives the link if it carries nobody else.
    fn release(&mut self, id: &ParticipantId) -> Option<LinkId> {
        let link = self.0.remove(id)?;
        self.carried_by(link).next().is_none().then_some(link)
    }

    pub(super) fn link_of(&self, id: &ParticipantId) -> Option<LinkId> {
        self.0.get(id).copied()
    }

    /// Whom a link carries.
    pub(super) fn carried_by(&self, link: LinkId) -> impl Iterator<Item = &ParticipantId> {
        let carried = self.0.iter().filter(move |(_, by)| **by == link);
        carried.map(|(id, _)| id)
    }

    /// Who says what came by a link, `from` being whom it names. A page of version 0.1 names nobody:
    /// then it is the one whom the link carries, if that is only one. Nothing where the link may not
    /// speak for them.
    pub(super) fn speaker(
        &self,
        link: LinkId,
        from: Option<ParticipantId>,
    ) -> Option<ParticipantId> {
        if let Some(named) = from {
            return (self.link_of(&named) == Some(link)).then_some(named);
        }
        let mut carried = self.carried_by(link);
        let only = carried.next()?;
        carried.next().is_none().then(|| only.clone())
    }
}

impl Client {
    /// How the link is that carries somebody; connecting, until there is one.
    pub fn link(&self, id: &ParticipantId) -> LinkState {
        self.link_of(id).map_or(LinkState::Connecting, Link::state)
    }

    /// Where something of somebody crosses now.
    pub fn route(&self, owner: &ParticipantId, source: TrackSource) -> Option<Route> {
        Some(Route {
            connection: self.link_of(owner)?.key(),
            place: Place::of(source),
        })
    }

    /// What there is to see and hear of the others, turned on or not, and where each of it crosses.
    pub fn streams(&self) -> impl Iterator<Item = (Stream, Route)> {
        self.remotes.keys().flat_map(|owner| {
            TrackSource::ALL.into_iter().filter_map(|source| {
                let route = self.route(owner, source)?;
                let owner = owner.clone();
                Some((Stream { owner, source }, route))
            })
        })
    }

    /// The link that carries somebody.
    pub(super) fn link_of(&self, id: &ParticipantId) -> Option<&Link> {
        self.links.get(&self.arrangement.link_of(id)?)
    }

    /// Has somebody carried who came: in the mesh, by a link of their own.
    pub(super) fn connect(&mut self, now: Timestamp, participant: &Participant) {
        let Participant { id, instance, .. } = participant;
        let ends = Ends {
            polite: self.local.as_ref().is_some_and(|local| local.id < *id),
            far_end: id.clone(),
            local_instance: self.identity.instance.clone(),
            remote_instance: instance.clone(),
        };
        let mut former = self.former.iter();
        let last = former.find(|((owner, page), _)| owner == id && page == instance);
        let attempt = last.map_or(1, |(_, attempt)| attempt.saturating_add(1));
        let key = fresh(&mut self.next_key);
        let link = Link::open(now, ends, attempt, key, &mut self.actions);
        self.links.insert(LinkId(key), link);
        self.arrangement.carry(id.clone(), LinkId(key));
    }

    /// Closes the link of somebody who is gone, if it carries nobody else, and gives it.
    pub(super) fn disconnect(&mut self, id: &ParticipantId) -> Option<Link> {
        let link = self.links.remove(&self.arrangement.release(id)?)?;
        self.actions.push_back(Action::CloseConnection(link.key()));
        Some(link)
    }
}

#[cfg(test)]
mod tests {
    use super::super::ConnectionKey;
    use super::*;

    const SHARED: LinkId = LinkId(ConnectionKey(1));
    const OWN: LinkId = LinkId(ConnectionKey(2));

    fn id(number: u8) -> ParticipantId {
        ParticipantId::from_bytes([number; 16])
    }

    /// Ada and Ben by one link, as a server would carry them, and Cleo by another.
    fn two_by_one_link() -> Arrangement {
        let mut arrangement = Arrangement::default();
        for (number, link) in [(1, SHARED), (2, SHARED), (3, OWN)] {
            arrangement.carry(id(number), link);
        }
        arrangement
    }

    #[test]
    fn a_link_speaks_for_everybody_whom_it_carries_and_for_nobody_else() {
        let arrangement = two_by_one_link();
        for (number, link, may) in [
            (1, SHARED, true),
            (2, SHARED, true),
            (3, SHARED, false),
            (4, SHARED, false),
            (3, OWN, true),
            (1, OWN, false),
        ] {
            let speaker = arrangement.speaker(link, Some(id(number)));
            assert_eq!(speaker, may.then(|| id(number)), "{number} by {link:?}");
        }
    }

    #[test]
    fn whoever_is_not_named_speaks_only_where_a_link_carries_nobody_else() {
        let mut arrangement = two_by_one_link();
        assert_eq!(arrangement.speaker(OWN, None), Some(id(3)));
        assert_eq!(arrangement.speaker(SHARED, None), None);
        arrangement.release(&id(1));
        assert_eq!(arrangement.speaker(SHARED, None), Some(id(2)));
    }

    #[test]
    fn a_link_stays_until_the_last_one_whom_it_carries_is_gone() {
        let mut arrangement = two_by_one_link();
        assert_eq!(arrangement.release(&id(2)), None);
        assert_eq!(arrangement.release(&id(1)), Some(SHARED));
        assert_eq!(arrangement.release(&id(1)), None);
        assert_eq!(arrangement.release(&id(3)), Some(OWN));
    }
}
