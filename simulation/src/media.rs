//! How media and data channels get from one page to another in a [`World`].

use std::collections::BTreeMap;

use meeting::client::{ConnectionEvent, ConnectionKey, Input};
use meeting::conversation::Attributed;

use super::backend::Backend;
use super::page::Network;
use super::transport::{Channel, Generations};
use super::world::World;

/// A page's end of a connection.
type End = (usize, ConnectionKey);

impl<B: Backend> World<B> {
    pub(super) fn all_connections(&self) -> Vec<End> {
        let pages = self.pages.iter().enumerate().filter(|(_, page)| page.alive);
        let ends = pages.flat_map(|(number, page)| {
            let keys = page.connections.all.keys();
            keys.map(move |key| (number, *key))
        });
        ends.collect()
    }

    /// Moves every transport on, and every text on a data channel that is due.
    pub(super) fn move_media(&mut self) {
        if self.hasty {
            self.leave_old_generations();
        }
        let reached = self.who_reaches_whom();
        for (page, key) in self.all_connections() {
            let media = self.pages[page].media;
            let Some(it) = self.pages[page].connections.all.get_mut(&key) else {
                continue;
            };
            let described = it.rtc.current_local.is_some() && it.rtc.current_remote.is_some();
            let far = reached.get(&(page, key)).copied();
            let generations = it.rtc.generations();
            let events = it.transport.step(self.now, described, generations, far);
            it.transport.send_media(media);
            if let Some((far_page, _)) = far {
                let media = self.pages[far_page].media;
                let near = self.connection(page, key);
                near.transport.receive_media(media);
            }
            // A page knows that a channel is closed before it does anything else.
            let closed = self.hear_of_the_end(page, key);
            for event in closed.into_iter().chain(events) {
                self.feed(page, Input::Connection(key, event));
            }
            if let Some(far) = far {
                self.carry_texts((page, key), far);
                if self.pages[page].connections.all.contains_key(&key) {
                    self.carry_files((page, key), far);
                }
            }
        }
    }

    /// An end moves to the next ICE generation as soon as its checks are answered, which the far
    /// end does from its offer on, whether it has the answer or not; and so it may be cut off from
    /// it. Firefox does that when the answering end is the controlling one.
    fn leave_old_generations(&mut self) {
        for (page, key) in self.all_connections() {
            let it = &self.pages[page].connections.all[&key];
            let (Some(next), Some((far, far_key))) = (it.rtc.generations(), it.transport.partner)
            else {
                continue;
            };
            if it.transport.active.is_none() {
                continue;
            }
            let passes = self.packets_pass(page, far);
            let far_end = self.pages[far].connections.all.get_mut(&far_key);
            if passes && far_end.is_some_and(|it| it.rtc.is_checked(&next)) {
                self.connection(page, key).transport.active = Some(next);
            }
        }
    }

    /// Each connection that can exchange packets with another, and which one.
    fn who_reaches_whom(&self) -> BTreeMap<End, End> {
        let mut by_generations: BTreeMap<Generations, End> = BTreeMap::new();
        let mut reached = BTreeMap::new();
        for end in self.all_connections() {
            let it = &self.pages[end.0].connections.all[&end.1];
            let active = it.transport.active.clone();
            for (local, remote) in it.rtc.generations().into_iter().chain(active) {
                let far = by_generations.get(&(remote.clone(), local.clone()));
                if let Some(far) = far.filter(|far| self.packets_pass(end.0, far.0)) {
                    reached.insert(end, *far);
                    reached.insert(*far, end);
                }
                by_generations.insert((local, remote), end);
            }
        }
        reached
    }

    pub(super) fn packets_pass(&self, one: usize, other: usize) -> bool {
        let wall = (one.min(other), one.max(other));
        let there = |page: usize| self.pages[page].alive && self.pages[page].network == Network::Up;
        there(one) && there(other) && !self.walls.contains(&wall)
    }

    /// A far end that closes the connection in an orderly way says so on the data channels.
    fn hear_of_the_end(&mut self, page: usize, key: ConnectionKey) -> Vec<ConnectionEvent> {
        let it = &self.connection(page, key).transport;
        let is_open = it.channel == Channel::Open;
        let Some((far_page, far_key)) = it.partner.filter(|_| is_open) else {
            return Vec::new();
        };
        let far = &self.pages[far_page];
        let closed = !far.connections.all.contains_key(&far_key);
        if !closed || !self.packets_pass(page, far_page) {
            return Vec::new();
        }
        let transport = &mut self.connection(page, key).transport;
        // The conversation first: nothing may be said any more.
        let closed = [transport.close_channel()];
        closed.into_iter().chain(transport.close_files()).collect()
    }

    fn carry_texts(&mut self, near: End, far: End) {
        while self.has_open_channel(near.0, near.1) && self.has_open_channel(far.0, far.1) {
            let near = self.pages[near.0].connections.all.get_mut(&near.1);
            let Some(text) = near.and_then(|it| it.transport.arrived(self.now)) else {
                return;
            };
            self.hear_text(far, text);
        }
    }

    /// A text arrives. Whoever is named in it is the far end, by the id that this end knows it by.
    pub(super) fn hear_text(&mut self, (page, key): End, text: String) {
        let from = Attributed::parse(&text).unwrap().from;
        let far_end = &self.pages[page].connections.all[&key].far_end;
        assert!(
            from.is_none_or(|it| it == *far_end),
            "{far_end} says {text}"
        );
        let event = ConnectionEvent::ChannelMessage(text);
        self.feed(page, Input::Connection(key, event));
    }

    pub(super) fn has_open_channel(&self, page: usize, key: ConnectionKey) -> bool {
        let it = self.pages[page].connections.all.get(&key);
        it.is_some_and(|it| it.transport.channel == Channel::Open)
    }
}
