//! What people and bad luck do to a [`World`].

use meeting::chat::{ChatEntry, Outgoing};
use meeting::client::Input;
use meeting::conversation::{MediaState, MessageId, Reaction};

use super::backend::{Backend, Hangup};
use super::one_room::{Memory, OneRoom};
use super::page::{Network, Page};
use super::world::World;

impl<B: Backend> World<B> {
    /// Changes what a page sends, so that all its connections have to negotiate.
    pub fn change_what_is_sent(&mut self, page: usize) {
        let it = &mut self.pages[page];
        it.sends = it.sends.wrapping_add(1);
        let sends = it.sends;
        let keys: Vec<_> = it.connections.all.keys().copied().collect();
        for key in keys {
            if let Some(connection) = self.pages[page].connections.all.get_mut(&key) {
                connection.rtc.set_sends(sends);
            }
            self.look_after(page, key);
        }
    }

    /// Somebody writes a message.
    pub fn send_chat(&mut self, page: usize, text: &str) {
        let it = &mut self.pages[page];
        let at = self.now.saturating_add(it.clock_ahead);
        it.client.send_chat(at, Outgoing::text(text)).unwrap();
        self.feed(page, Input::Tick);
    }

    /// Somebody changes the last message that they wrote and did not take back, if there is one.
    pub fn edit_last(&mut self, page: usize, text: &str) {
        let text = text.to_owned();
        self.revise_last(page, |of| Outgoing::Edit { of, text });
    }

    /// Somebody takes back the last message that they wrote, if there is one.
    pub fn delete_last(&mut self, page: usize) {
        self.revise_last(page, |of| Outgoing::Deletion { of });
    }

    /// Somebody shows what they feel about the newest message, if there is one.
    pub fn react_to_newest(&mut self, page: usize, reaction: Option<Reaction>) {
        self.revise(page, |_| true, |of| Outgoing::Reaction { of, reaction });
    }

    fn revise_last(&mut self, page: usize, how: impl FnOnce(MessageId) -> Outgoing) {
        let client = &self.pages[page].client;
        let Some(me) = client.local().map(|local| local.id.clone()) else {
            return;
        };
        self.revise(page, |entry| entry.author == me, how);
    }

    fn revise(
        &mut self,
        page: usize,
        which: impl Fn(&ChatEntry) -> bool,
        how: impl FnOnce(MessageId) -> Outgoing,
    ) {
        let it = &mut self.pages[page];
        let at = self.now.saturating_add(it.clock_ahead);
        let is_there = |it: &&ChatEntry| it.message.is_shown() && it.text().is_some();
        let mut entries = it.client.chat().rev().filter(is_there);
        let found = entries.find(|entry| which(entry)).map(ChatEntry::id);
        drop(entries);
        if let Some(of) = found {
            it.client.send_chat(at, how(of)).unwrap();
            self.feed(page, Input::Tick);
        }
    }

    /// Somebody leaves in an orderly way.
    pub fn leave(&mut self, page: usize) {
        self.feed(page, Input::Leave);
        self.pages[page].alive = false;
    }

    /// The page is gone without a word, and its machine with it.
    pub fn crash(&mut self, page: usize) {
        self.cut_silently(page);
        self.pages[page].alive = false;
        self.pages[page].network = Network::Down;
        self.pages[page].alarm = None;
    }

    /// The page is loaded again. Gives the new page.
    pub fn reload(&mut self, page: usize) -> usize {
        let old = &mut self.pages[page];
        old.alive = false;
        old.alarm = None;
        old.connections.all.clear();
        let (name, release) = (old.name.clone(), old.release);
        let takes_files = old.connections.takes_files;
        let (resume_state, chat) = (old.left_behind(), old.client.chat().cloned().collect());
        if let Some((_, socket)) = old.socket.take() {
            self.hang_up(socket, Hangup::PageGone);
        }
        let (disk, files) = self.pages[page].disk.reload(&mut self.random);
        let mut page = Page::new(&name, Some(resume_state), &mut self.random);
        page.release = release;
        page.connections.takes_files = takes_files;
        page.disk = disk;
        page.client.restore_chat(chat);
        let page = self.start(page);
        for file in files {
            self.feed(page, Input::File(file));
        }
        page
    }

    /// The tab is duplicated: another page with the same token, which takes itself for the same tab.
    pub fn duplicate(&mut self, page: usize) -> usize {
        let it = &self.pages[page];
        let (name, resume_state) = (it.name.clone(), it.left_behind());
        let page = Page::new(&name, Some(resume_state), &mut self.random);
        self.start(page)
    }

    /// ICE is restarted for a reason of the browser's own.
    pub fn restart_ice(&mut self, page: usize) {
        let keys: Vec<_> = self.pages[page].connections.all.keys().copied().collect();
        for key in keys {
            if let Some(connection) = self.pages[page].connections.all.get_mut(&key) {
                connection.rtc.restart_ice();
            }
            self.look_after(page, key);
        }
    }

    /// The socket breaks, and both ends hear of it.
    pub fn cut_socket(&mut self, page: usize) {
        if let Some((_, socket)) = self.pages[page].socket {
            self.break_socket(socket, None);
            self.hang_up(socket, Hangup::Lost);
        }
    }

    /// The socket carries nothing any more, and neither end hears of it.
    pub fn cut_silently(&mut self, page: usize) {
        if let Some((_, socket)) = self.pages[page].socket {
            self.sockets.break_off(socket);
        }
    }

    /// The page loses its network, or has it again.
    pub fn set_online(&mut self, page: usize, online: bool) {
        self.pages[page].network = if online { Network::Up } else { Network::Down };
        if online {
            self.feed(page, Input::NetworkChanged);
        } else {
            self.cut_silently(page);
        }
    }

    /// The network of the page swallows everything from now on.
    pub fn lose_network(&mut self, page: usize) {
        self.pages[page].network = Network::Dark;
        self.cut_silently(page);
    }

    /// It has one again, of which the browser tells it or does not.
    pub fn find_network(&mut self, page: usize, browser_says_so: bool) {
        self.pages[page].network = Network::Up;
        if browser_says_so {
            self.feed(page, Input::NetworkChanged);
        }
    }

    /// The page closes its socket as if it were gone, and hears so itself.
    pub fn claim_to_be_gone(&mut self, page: usize) {
        if let Some((_, socket)) = self.pages[page].socket {
            self.break_socket(socket, None);
            self.hang_up(socket, Hangup::PageGone);
        }
    }

    /// The data channels of a page close, and nothing else does.
    pub fn close_channels(&mut self, page: usize) {
        let connections = &mut self.pages[page].connections.all;
        let events: Vec<_> = connections
            .iter_mut()
            .map(|(key, it)| (*key, it.transport.close_channel()))
            .collect();
        for (key, event) in events {
            self.feed(page, Input::Connection(key, event));
        }
    }

    /// The file channels of a page close, at both ends, and nothing else does.
    pub fn close_file_channels(&mut self, page: usize) {
        let connections = self.pages[page].connections.all.iter();
        let ends = connections.flat_map(|(key, it)| [Some((page, *key)), it.transport.partner]);
        for (page, key) in ends.flatten().collect::<Vec<_>>() {
            let connection = self.pages[page].connections.all.get_mut(&key);
            if let Some(event) = connection.and_then(|it| it.transport.close_files()) {
                self.feed(page, Input::Connection(key, event));
            }
        }
    }

    /// Of what is sent to this page, only this arrives on the connections it has now.
    pub fn stick(&mut self, page: usize, arriving: MediaState) {
        for connection in self.pages[page].connections.all.values_mut() {
            connection.transport.arriving = arriving;
        }
    }

    /// The page cannot reach the server, though it reaches other pages; or it can again.
    pub fn block_server(&mut self, page: usize, blocked: bool) {
        self.pages[page].blocked = blocked;
        if blocked {
            self.cut_socket(page);
        }
    }

    /// No packet passes between two pages any more.
    pub fn raise_wall(&mut self, one: usize, other: usize) {
        self.walls.insert((one.min(other), one.max(other)));
    }

    /// Packets pass between two pages again.
    pub fn tear_down_wall(&mut self, one: usize, other: usize) {
        self.walls.remove(&(one.min(other), one.max(other)));
    }

    /// Removes every fault.
    pub fn heal(&mut self) {
        self.walls.clear();
        self.backend.heal(self.now);
        self.heed_backend();
        for page in 0..self.pages.len() {
            if self.pages[page].network != Network::Up && self.pages[page].alive {
                self.set_online(page, true);
            }
        }
    }
}

impl World<OneRoom> {
    /// Stops the server; whoever connects is refused.
    pub fn stop_server(&mut self, memory: Memory) {
        self.backend.stop(self.now, memory);
        self.heed_backend();
    }

    /// Starts it again, with what it remembers.
    pub fn start_server(&mut self) {
        self.backend.start();
    }
}
