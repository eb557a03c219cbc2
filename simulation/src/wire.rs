//! How a [`World`] carries things between the pages and the backend.

use meeting::client::SocketKey;
use meeting::signaling::ClientMessage;

use super::backend::{Answer, Backend, Hangup, SocketId};
use super::page::Network;
use super::world::{Event, World};

/// After how long the opening of a connection that nobody answered is said again the first time,
/// in milliseconds ([RFC 6298 §2.1](https://www.rfc-editor.org/rfc/rfc6298#section-2)).
const SYN: u64 = 1000;

impl<B: Backend> World<B> {
    pub(super) fn open_socket(&mut self, page: usize, key: SocketKey) {
        let socket = self.sockets.open(page, key);
        self.pages[page].socket = Some((key, socket));
        self.pages[page].sockets += 1;
        match self.pages[page].network {
            Network::Dark => self.schedule(SYN, Event::Connect(socket, SYN)),
            Network::Down => self.schedule(30, Event::Closed(page, key, None)),
            Network::Up if self.pages[page].blocked => {
                self.schedule(30, Event::Closed(page, key, None));
            }
            Network::Up => self.connect(socket),
        }
    }

    /// A connection is tried again because no answer came for so long.
    pub(super) fn connect_again(&mut self, socket: SocketId, waited: u64) {
        let it = self.sockets.get(socket);
        if self.pages[it.page].socket != Some((it.key, socket)) {
            return;
        }
        if self.pages[it.page].network == Network::Dark {
            self.schedule(2 * waited, Event::Connect(socket, 2 * waited));
        } else {
            self.connect(socket);
        }
    }

    fn connect(&mut self, socket: SocketId) {
        let at = self.now + self.weather.delay(&mut self.random);
        let at = self.sockets.up(socket, at);
        self.schedule_at(at, Event::SocketAccepted(socket));
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
        for text in self.pages[page].says_to_server(text) {
            self.schedule_at(at, Event::ToBackend(socket, text));
        }
    }

    pub(super) fn close_socket(&mut self, page: usize, key: SocketKey) {
        if let Some((_, socket)) = self.pages[page]
            .socket
            .take_if(|(current, _)| *current == key)
        {
            let at = self.sockets.up(socket, self.now);
            self.schedule_at(at, Event::Hangup(socket));
        }
    }

    pub(super) fn accept(&mut self, socket: SocketId) {
        if self.sockets.get(socket).carries {
            self.backend.connect(self.now, socket);
            self.heed_backend();
        }
    }

    /// The backend hears that a socket is over.
    pub(super) fn hang_up(&mut self, socket: SocketId, how: Hangup) {
        self.sockets.break_off(socket);
        self.backend.hang_up(self.now, socket, how);
        self.heed_backend();
    }

    /// The page at the end of a socket, if it is still at that end.
    pub(super) fn open_at_page(&self, socket: SocketId) -> Option<(usize, SocketKey)> {
        let it = self.sockets.get(socket);
        let current = self.pages[it.page].socket == Some((it.key, socket));
        (it.carries && current).then_some((it.page, it.key))
    }

    /// Does what the backend asks for.
    pub(super) fn heed_backend(&mut self) {
        for answer in self.backend.answers() {
            match answer {
                Answer::Open(socket) => {
                    let at = self.when_down(socket);
                    self.schedule_at(at, Event::SocketOpened(socket));
                }
                Answer::Say(socket, text) => {
                    let at = self.when_down(socket);
                    self.schedule_at(at, Event::ToPage(socket, text));
                }
                Answer::Close(socket, code) => self.break_socket(socket, Some(code.as_u16())),
                Answer::Break(socket) => self.break_socket(socket, None),
            }
        }
        let alarm = self.backend.alarm().max(self.now);
        if self.backend_alarm != Some(alarm) {
            self.backend_alarm = Some(alarm);
            self.schedule_at(alarm, Event::Backend);
        }
    }

    /// When something that the backend sends now arrives at the page.
    fn when_down(&mut self, socket: SocketId) -> u64 {
        let at = self.now + self.weather.delay(&mut self.random);
        self.sockets.down(socket, at)
    }

    /// A socket is over, and the page hears of it after everything said before.
    pub(super) fn break_socket(&mut self, socket: SocketId, code: Option<u16>) {
        let (page, key) = (self.sockets.get(socket).page, self.sockets.get(socket).key);
        let at = self.when_down(socket);
        if code.is_none() {
            self.sockets.break_off(socket);
        }
        self.schedule_at(at, Event::Closed(page, key, code));
    }
}
