//! What people and bad luck do to a [`World`].

use meeting::client::Input;

use super::page::Page;
use super::server::Server;
use super::world::{CAPACITY, Memory, World};

impl World {
    /// Changes what a page sends, so that all its connections have to negotiate.
    pub(crate) fn change_what_is_sent(&mut self, page: usize) {
        let it = &mut self.pages[page];
        it.sends = it.sends.wrapping_add(1);
        let sends = it.sends;
        let keys: Vec<_> = it.connections.0.keys().copied().collect();
        for key in keys {
            if let Some(connection) = self.pages[page].connections.0.get_mut(&key) {
                connection.rtc.set_sends(sends);
            }
            self.look_after(page, key);
        }
    }

    pub(crate) fn write(&mut self, page: usize, text: &str) {
        self.pages[page].client.write(self.now, text).unwrap();
        self.feed(page, Input::Tick);
    }

    pub(crate) fn leave(&mut self, page: usize) {
        self.feed(page, Input::Leave);
        self.pages[page].alive = false;
    }

    /// The page is gone without a word, and its machine with it.
    pub(crate) fn crash(&mut self, page: usize) {
        self.cut_silently(page);
        self.pages[page].alive = false;
        self.pages[page].online = false;
        self.pages[page].alarm = None;
    }

    /// The page is loaded again. Gives the new page.
    pub(crate) fn reload(&mut self, page: usize) -> usize {
        let old = &mut self.pages[page];
        old.alive = false;
        old.alarm = None;
        old.connections.0.clear();
        let (name, token) = (old.name.clone(), old.client.resume_token().cloned());
        if let Some((_, socket)) = old.socket.take() {
            self.sockets.break_off(socket);
            self.server.on_gone(socket);
            self.reply();
        }
        let page = Page::new(&name, token, &mut self.random);
        self.start(page)
    }

    /// The tab is duplicated: another page with the same token.
    pub(crate) fn duplicate(&mut self, page: usize) -> usize {
        let it = &self.pages[page];
        let (name, token) = (it.name.clone(), it.client.resume_token().cloned());
        let page = Page::new(&name, token, &mut self.random);
        self.start(page)
    }

    /// ICE is restarted for a reason of the browser's own.
    pub(crate) fn restart_ice(&mut self, page: usize) {
        let keys: Vec<_> = self.pages[page].connections.0.keys().copied().collect();
        for key in keys {
            if let Some(connection) = self.pages[page].connections.0.get_mut(&key) {
                connection.rtc.restart_ice();
            }
            self.look_after(page, key);
        }
    }

    /// The socket breaks, and both ends hear of it.
    pub(crate) fn cut_socket(&mut self, page: usize) {
        if let Some((_, socket)) = self.pages[page].socket {
            self.break_socket(socket, None);
            self.server.on_lost(self.now, socket);
            self.reply();
        }
    }

    /// The socket carries nothing any more, and neither end hears of it.
    pub(crate) fn cut_silently(&mut self, page: usize) {
        if let Some((_, socket)) = self.pages[page].socket {
            self.sockets.break_off(socket);
        }
    }

    /// The page loses its network, or has it again.
    pub(crate) fn set_online(&mut self, page: usize, online: bool) {
        self.pages[page].online = online;
        if online {
            self.feed(page, Input::Woken);
        } else {
            self.cut_silently(page);
        }
    }

    /// The page cannot reach the server, though it reaches other pages; or it can again.
    pub(crate) fn block_server(&mut self, page: usize, blocked: bool) {
        self.pages[page].blocked = blocked;
        if blocked {
            self.cut_socket(page);
        }
    }

    /// No packet passes between two pages any more.
    pub(crate) fn raise_wall(&mut self, one: usize, other: usize) {
        self.walls.insert((one.min(other), one.max(other)));
    }

    pub(crate) fn tear_down_wall(&mut self, one: usize, other: usize) {
        self.walls.remove(&(one.min(other), one.max(other)));
    }

    pub(crate) fn stop_server(&mut self, memory: Memory) {
        self.server_is_up = false;
        let broken = match memory {
            Memory::Lost => {
                let broken = self.server.sockets();
                self.server = Server::new(CAPACITY);
                broken
            }
            Memory::Kept => self.server.drop_sockets(self.now),
        };
        drop(self.server.replies());
        for socket in broken {
            self.break_socket(socket, None);
        }
    }

    pub(crate) fn start_server(&mut self) {
        self.server_is_up = true;
    }

    /// Removes every fault.
    pub(crate) fn heal(&mut self) {
        self.walls.clear();
        self.start_server();
        for page in 0..self.pages.len() {
            if !self.pages[page].online && self.pages[page].alive {
                self.set_online(page, true);
            }
        }
    }
}
