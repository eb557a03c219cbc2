//! What must be true of a [`World`].

use meeting::client::LinkState;
use meeting::id::DisplayName;
use meeting::signaling::Presence;

use super::backend::Backend;
use super::page::{Connection, Page};
use super::transport::Channel;
use super::world::World;

impl<B: Backend> World<B> {
    fn present(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().filter(|page| page.alive)
    }

    /// Whether everybody who is there is connected to everybody else, and to nobody else.
    pub fn is_whole(&self) -> bool {
        self.what_is_missing().is_none()
    }

    /// Whether no connection negotiates any more.
    pub fn is_settled(&self) -> bool {
        let mut connections = self
            .present()
            .flat_map(|page| page.connections.all.values());
        connections.all(|connection| connection.rtc.is_settled())
    }

    /// The name of the person at a page.
    pub fn name(&self, page: usize) -> DisplayName {
        self.pages[page].name.clone().try_into().unwrap()
    }

    /// What keeps the meeting from being whole.
    pub fn what_is_missing(&self) -> Option<String> {
        self.present()
            .find_map(|page| self.what_is_missing_at(page))
    }

    fn what_is_missing_at(&self, page: &Page) -> Option<String> {
        let name = &page.name;
        if !page.is_joined() {
            return Some(format!("{name} is {:?}", page.client.status()));
        }
        let others = || self.present().filter(|other| !std::ptr::eq(*other, page));
        let count = others().count();
        if page.client.remotes().len() != count || page.connections.all.len() != count {
            return Some(format!(
                "{name} knows {} and has {} connections, but {count} others are there",
                page.client.remotes().len(),
                page.connections.all.len(),
            ));
        }
        others().find_map(|other| {
            let missing = what_is_missing_between(page, other)?;
            Some(format!("{name} to {}: {missing}", other.name))
        })
    }

    /// One line about each page.
    pub fn picture(&self) -> String {
        let mut lines = vec![self.what_is_missing().unwrap_or_default()];
        for page in self.present() {
            let links = page.client.remotes().iter().map(|(id, remote)| {
                let name = remote.participant().name.clone();
                (name.to_string(), remote.presence(), page.client.link(id))
            });
            let links: Vec<_> = links.collect();
            lines.push(format!(
                "{}: {:?} {links:?}",
                page.name,
                page.client.status()
            ));
        }
        lines.join("\n")
    }
}

fn what_is_missing_between(page: &Page, other: &Page) -> Option<&'static str> {
    let Some(other_id) = other.client.local().map(|local| &local.id) else {
        return Some("they have not joined");
    };
    let Some(remote) = page.remote(other_id) else {
        return Some("unknown");
    };
    if remote.presence() != Presence::Connected {
        return Some("not present");
    }
    if page.client.link(other_id) != LinkState::Connected {
        return Some("not connected");
    }
    let near = page.connection_to(other_id);
    let far = page
        .client
        .local()
        .and_then(|local| other.connection_to(&local.id));
    match (near, far) {
        (Some(near), Some(far)) => what_is_wrong_with(near, far),
        _ => Some("no connection"),
    }
}

fn what_is_wrong_with(near: &Connection, far: &Connection) -> Option<&'static str> {
    if !near.rtc.is_settled() {
        Some("still negotiating")
    } else if !near.rtc.matches(&far.rtc) {
        Some("different descriptions")
    } else if near.transport.channel != Channel::Open {
        Some("no data channel")
    } else {
        None
    }
}
