//! Who is in the room: what the server says, and what this page can see for itself.

use std::collections::VecDeque;

use super::link::Link;
use super::{Action, Browser, Client, Notice, Remote, fresh};
use crate::conversation::ConversationMessage;
use crate::id::ParticipantId;
use crate::limits;
use crate::recovery::Whose;
use crate::signaling::{Joined, LeaveReason, Participant, Presence};
use crate::time::Timestamp;

/// Pages that are gone and remembered, so that old news of them is known for old: of everybody
/// and of each.
const FORMER_PAGES: usize = 512;
const FORMER_PAGES_EACH: usize = 16;

impl Client {
    pub(super) fn on_joined(&mut self, now: Timestamp, joined: Joined, browser: &impl Browser) {
        let is_same = (self.local.as_ref()).is_some_and(|local| local.id == joined.id);
        if !is_same {
            // A new name for this participant means new names for all connections, and is no news
            // of the others. So everything that is said on one channel is from one and the same id,
            // under which the far end, too, made its end of the link.
            self.drop_all();
        }
        let was_lost = self.session.is_lost();
        self.session.on_joined(now, &joined);
        if was_lost {
            self.send_to_everyone(ConversationMessage::ServerIsBack {}, |_| true);
        }
        self.actions.push_back(Action::UseIceServers(joined.ice));
        let (local, others): (Vec<_>, Vec<_>) = joined
            .participants
            .into_iter()
            .partition(|one| one.id == joined.id);
        if local.is_empty() {
            self.actions.push_back(Action::Report(
                "the roster lacks this participant".to_owned(),
            ));
        }
        let known = self.local.take().filter(|local| local.id == joined.id);
        self.local = local.into_iter().next().or(known);
        self.chat.arrive(&joined.id);
        let present: Vec<ParticipantId> = others.iter().map(|one| one.id.clone()).collect();
        for (_, remote) in self.remotes.iter_mut() {
            if !present.contains(&remote.participant.id) {
                remote.missing.get_or_insert(now + limits::GRACE);
            }
        }
        for participant in others {
            if is_same {
                self.on_participant(now, participant, Whose::Own, browser);
            } else {
                self.add(now, participant, browser);
            }
        }
    }

    pub(super) fn on_participant(
        &mut self,
        now: Timestamp,
        participant: Participant,
        whose_news: Whose,
        browser: &impl Browser,
    ) {
        let page = (participant.id.clone(), participant.instance.clone());
        if self.departed.contains(&page) {
            return;
        }
        if self
            .local
            .as_ref()
            .is_some_and(|local| local.id == participant.id)
        {
            self.local = Some(participant);
            return;
        }
        match self.remotes.get_mut(&participant.id) {
            Some(remote) if remote.participant.instance == participant.instance => {
                let id = participant.id.clone();
                let is_back = participant.presence == Presence::Connected;
                remote.update(participant);
                if is_back {
                    self.on_return(now, &id, whose_news);
                }
            }
            Some(_) => {
                // The same person on a new load of the page: nothing of the old one is left.
                self.disconnect(&participant.id);
                self.add(now, participant, browser);
            }
            None => {
                self.actions
                    .push_back(Action::Tell(Notice::Joined(participant.name.clone())));
                self.add(now, participant, browser);
            }
        }
    }

    /// The server can reach somebody's page again.
    fn on_return(&mut self, now: Timestamp, id: &ParticipantId, whose_news: Whose) {
        let mut links = self.links.iter_mut();
        if let Some((_, link)) = links.find(|(_, link)| link.far_end() == id) {
            let keys = &mut self.next_key;
            link.on_return(now, whose_news, || fresh(keys), &mut self.actions);
        }
    }

    fn add(&mut self, now: Timestamp, participant: Participant, browser: &impl Browser) {
        if self.local.is_none() {
            return;
        }
        self.connect(now, &participant);
        let id = participant.id.clone();
        self.chat.arrive(&id);
        self.remotes.insert(id.clone(), Remote::new(participant));
        self.take_early(now, &id, browser);
    }

    pub(super) fn on_left(&mut self, now: Timestamp, id: &ParticipantId, reason: LeaveReason) {
        let was_connected = self.link_of(id).is_some_and(Link::was_connected);
        let Some(remote) = self.remotes.get_mut(id) else {
            return;
        };
        if reason == LeaveReason::Lost && was_connected {
            // Only their socket is lost. The call with them goes on as long as it can, and
            // what falls silent now has its time to be repaired.
            remote.missing = Some(now);
            return;
        }
        self.remove(id, reason);
    }

    /// They say themselves that they leave; the server may not know yet.
    pub(super) fn on_bye(&mut self, from: &ParticipantId) {
        if let Some(remote) = self.remotes.get(from) {
            let page = (from.clone(), remote.participant.instance.clone());
            remember(&mut self.departed, page, |(id, _)| id == from);
        }
        self.remove(from, LeaveReason::Left);
    }

    /// When somebody counts as gone unless something happens: they do not while what carries them is
    /// up.
    pub(super) fn lost_at(&self, id: &ParticipantId) -> Option<Timestamp> {
        let silent = self.link_of(id)?.down_since()?;
        let alone = self.session.refusal().is_some();
        self.remotes.get(id)?.lost_at(silent, alone)
    }

    pub(super) fn drop_lost(&mut self, now: Timestamp) {
        let lost: Vec<ParticipantId> = self
            .remotes
            .keys()
            .filter(|id| self.lost_at(id).is_some_and(|at| at <= now))
            .cloned()
            .collect();
        for id in lost {
            self.remove(&id, LeaveReason::Lost);
        }
    }

    fn remove(&mut self, id: &ParticipantId, reason: LeaveReason) {
        let Some(remote) = self.remotes.remove(id) else {
            return;
        };
        self.chat.depart(id);
        let is_heard_to_the_end = self.link_of(id).is_some_and(Link::channel_is_open);
        self.lacks_history |= !is_heard_to_the_end;
        let Participant { name, instance, .. } = remote.participant;
        if let Some(link) = self.disconnect(id) {
            let page = (id.clone(), instance);
            self.former.retain(|(known, _)| *known != page);
            let former = (page, link.attempt());
            remember(&mut self.former, former, |((owner, _), _)| owner == id);
        }
        self.actions
            .push_back(Action::Tell(Notice::Gone(name, reason)));
    }

    pub(super) fn drop_all(&mut self) {
        for (id, _) in std::mem::take(&mut self.remotes) {
            self.chat.depart(&id);
            self.disconnect(&id);
        }
    }
}

/// Keeps the newest pages only. Whoever loads theirs again and again has no more of them remembered
/// for that; those of others are forgotten only when there are too many of everybody.
fn remember<T>(pages: &mut VecDeque<T>, page: T, is_theirs: impl Fn(&T) -> bool) {
    let theirs = pages.iter().filter(|it| is_theirs(it)).count();
    let oldest = if theirs >= FORMER_PAGES_EACH {
        pages.iter().position(is_theirs)
    } else {
        (pages.len() >= FORMER_PAGES).then_some(0)
    };
    if let Some(oldest) = oldest {
        pages.remove(oldest);
    }
    pages.push_back(page);
}
