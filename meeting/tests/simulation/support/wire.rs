//! How a [`World`] carries things between the pages and the server.

use meeting::client::SocketKey;
use meeting::signaling::ClientMessage;

use super::server::{Reply, SocketId};
use super::world::{Event, World};

impl World {
    pub(super) fn open_socket(&mut self, page: usize, key: SocketKey) {
        let socket = self.sockets.open(page, key);
        self.pages[page].socket = Some((key, socket));
        self.pages[page].sockets += 1;
        if !self.pages[page].online || self.pages[page].blocked {
            return self.plan(30, Event::Closed(page, key, None));
        }
        let at = self.now + self.weather.delay(&mut self.random);
        let at = self.sockets.up(socket, at);
        self.plan_at(at, Event::SocketAccepted(socket));
    }

    pub(super) fn send(&mut self, page: usize, key: SocketKey, text: String) {
        let Some((_, socket)) = self.pages[page]
            .socket
            .filter(|(current, _)| *current == key)
        else {
            panic!("{page} says something on a socket it does not have: {text}");
        };
        if let Ok(ClientMessage::Signal { .. }) = ClientMessage::parse(&text) {
            self.signals += 1;
        }
        let at = self.now + self.weather.delay(&mut self.random);
        let at = self.sockets.up(socket, at);
        self.plan_at(at, Event::ToServer(socket, text));
    }

    pub(super) fn close_socket(&mut self, page: usize, key: SocketKey) {
        if let Some((_, socket)) = self.pages[page]
            .socket
            .take_if(|(current, _)| *current == key)
        {
            let at = self.sockets.up(socket, self.now);
            self.plan_at(at, Event::Hangup(socket));
        }
    }

    pub(super) fn accept(&mut self, socket: SocketId) {
        let (page, key) = (self.sockets.get(socket).page, self.sockets.get(socket).key);
        if !self.sockets.get(socket).carries {
            return;
        }
        let at = self.now + self.weather.delay(&mut self.random);
        if !self.server_is_up {
            self.sockets.break_off(socket);
            return self.plan_at(at, Event::Closed(page, key, None));
        }
        self.server.on_opened(self.now, socket);
        let at = self.sockets.down(socket, at);
        self.plan_at(at, Event::SocketOpened(socket));
    }

    /// The page at the end of a socket, if it is still at that end.
    pub(super) fn open_at_page(&self, socket: SocketId) -> Option<(usize, SocketKey)> {
        let it = self.sockets.get(socket);
        let current = self.pages[it.page].socket == Some((it.key, socket));
        (it.carries && current).then_some((it.page, it.key))
    }

    /// Does what the server asks for.
    pub(super) fn reply(&mut self) {
        for reply in self.server.replies() {
            match reply {
                Reply::Say(socket, text) => {
                    let at = self.now + self.weather.delay(&mut self.random);
                    let at = self.sockets.down(socket, at);
                    self.plan_at(at, Event::ToPage(socket, text));
                }
                Reply::Close(socket, code) => self.break_socket(socket, Some(code.as_u16())),
                Reply::Carry(from, to, payload) => {
                    for late in self.weather.copies(&mut self.random) {
                        self.plan(
                            late,
                            Event::Carry(from.clone(), to.clone(), payload.clone()),
                        );
                    }
                }
            }
        }
    }

    /// A socket is over, and the page hears of it after everything said before.
    pub(super) fn break_socket(&mut self, socket: SocketId, code: Option<u16>) {
        let (page, key) = (self.sockets.get(socket).page, self.sockets.get(socket).key);
        let at = self.now + self.weather.delay(&mut self.random);
        let at = self.sockets.down(socket, at);
        if code.is_none() {
            self.sockets.break_off(socket);
        }
        self.plan_at(at, Event::Closed(page, key, code));
    }
}
