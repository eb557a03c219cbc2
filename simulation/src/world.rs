//! Pages, browsers, a network and a backend under one clock.

use std::collections::{BTreeMap, BTreeSet};

use meeting::backoff::Jitter;
use meeting::client::{ConnectionEvent, ConnectionKey, Input, Obstacle, SocketEnd, SocketKey};
use meeting::conversation::MediaState;
use meeting::files::FileAction;
use meeting::liveness::SAMPLE_EVERY;
use meeting::signaling::CloseCode;
use meeting::time::Timestamp;

use super::backend::{Backend, Hangup, SocketId};
use super::browser;
use super::network::{Sockets, Weather};
use super::one_room::OneRoom;
use super::page::{Connection, Page};
use super::random::{NameSeedOnPanic, between, is_replay};

/// How often media and data channels move on, in milliseconds.
const MEDIA_STEP: u64 = 50;
/// How often a page takes statistics.
const SAMPLE_STEP: u64 = SAMPLE_EVERY.as_millis() as u64;
/// The longest line about what happens, in characters.
const LINE: usize = 2000;

/// Something that is due.
#[derive(Debug)]
pub(super) enum Event {
    Alarm(usize),
    Call(usize, ConnectionKey),
    See(usize, ConnectionKey),
    Gather(usize, ConnectionKey),
    SocketAccepted(SocketId),
    Connect(SocketId, u64),
    SocketOpened(SocketId),
    ToBackend(SocketId, String),
    ToPage(SocketId, String),
    /// The page hears that the socket is closed.
    Closed(usize, SocketKey, Option<u16>),
    /// The backend hears that the socket is closed.
    Hangup(SocketId),
    Remaining(usize, ConnectionKey, String),
    /// The browser of a page does something with a file.
    Disk(usize, FileAction),
    /// A file channel that was made opens.
    FileChannel(usize, ConnectionKey),
    Media,
    Sample,
    /// The backend wants to be told the time.
    Backend,
}

/// Pages, the network between them, and a server, on one clock.
#[derive(Debug)]
pub struct World<B = OneRoom> {
    /// The time, in milliseconds.
    pub now: u64,
    /// Every page that was ever loaded.
    pub pages: Vec<Page>,
    /// How bad the network is.
    pub weather: Weather,
    /// Whether a browser leaves an ICE generation as soon as it can use the next.
    pub hasty: bool,
    /// Signals the server was asked to carry.
    pub signals: u64,
    pub(super) random: Jitter,
    /// Which the sockets of the pages lead to.
    pub backend: B,
    /// When the backend is told the time.
    pub(super) backend_alarm: Option<u64>,
    pub(super) sockets: Sockets,
    /// Pairs of pages that no packet passes between.
    pub(super) walls: BTreeSet<(usize, usize)>,
    /// Whose token was refused, so that they came as somebody new.
    pub(super) refused: BTreeSet<String>,
    due: BTreeMap<(u64, u64), Event>,
    order: u64,
    _seed: NameSeedOnPanic,
}

impl World {
    /// A world with one server of one room.
    pub fn new(seed: u64, weather: Weather) -> Self {
        Self::around(OneRoom::new(seed, weather), seed, weather)
    }
}

impl<B: Backend> World<B> {
    /// A world around this backend.
    pub fn around(backend: B, seed: u64, weather: Weather) -> Self {
        let mut world = Self {
            now: 0,
            pages: Vec::new(),
            weather,
            hasty: false,
            signals: 0,
            random: Jitter::new(seed),
            backend,
            backend_alarm: None,
            sockets: Sockets::default(),
            walls: BTreeSet::new(),
            refused: BTreeSet::new(),
            due: BTreeMap::new(),
            order: 0,
            _seed: NameSeedOnPanic(seed),
        };
        world.schedule(MEDIA_STEP, Event::Media);
        world.schedule(SAMPLE_STEP, Event::Sample);
        world.heed_backend();
        world
    }

    /// Somebody opens the page and joins.
    pub fn join(&mut self, name: &str) -> usize {
        let page = Page::new(name, None, &mut self.random);
        self.start(page)
    }

    pub(super) fn start(&mut self, page: Page) -> usize {
        self.pages.push(page);
        let page = self.pages.len() - 1;
        let talking = MediaState {
            microphone: true,
            camera: true,
            screen: false,
        };
        self.feed(page, Input::Media(talking));
        self.feed(page, Input::Start);
        page
    }

    /// Lets time go by.
    pub fn run_for(&mut self, millis: u64) {
        let end = self.now + millis;
        while let Some(entry) = self.due.first_entry() {
            if entry.key().0 > end {
                break;
            }
            let ((at, _), event) = entry.remove_entry();
            self.now = self.now.max(at);
            self.happen(event);
        }
        self.now = end;
    }

    /// Runs until `done`; fails when that takes longer than `limit` milliseconds.
    pub fn run_until(&mut self, limit: u64, what: &str, done: impl Fn(&Self) -> bool) {
        let end = self.now + limit;
        while !done(self) {
            assert!(
                self.now < end,
                "not within {limit} ms: {what}\n{}",
                self.picture()
            );
            self.run_for(MEDIA_STEP);
        }
    }

    /// Tells a page's client something, and does what it asks for.
    pub fn feed(&mut self, page: usize, input: Input) {
        if !self.pages[page].alive {
            return;
        }
        self.trace(|| format!("{page} <- {input:?}"));
        let now = Timestamp::from_millis(self.now);
        let it = &mut self.pages[page];
        match input {
            Input::Media(media) => it.media = media,
            Input::Recording(subject) => it.recording = subject,
            _ => {}
        }
        it.connections.time_of_day = self.now.saturating_add(it.clock_ahead);
        it.client.handle(now, input, &it.connections);
        self.drain(page);
        let again = self.pages[page].client.poll_timeout();
        if again.is_some_and(|at| at <= now) {
            let it = &mut self.pages[page];
            it.client.handle(now, Input::Tick, &it.connections);
            self.drain(page);
        }
        let alarm = self.pages[page].client.poll_timeout();
        assert!(alarm.is_none_or(|at| at > now), "the timer of {page} spins");
        let alarm = alarm.map(Timestamp::as_millis);
        self.pages[page].alarm = alarm;
        if let Some(at) = alarm {
            self.schedule_at(at, Event::Alarm(page));
        }
    }

    pub(super) fn drain(&mut self, page: usize) {
        while let Some(action) = self.pages[page].client.poll_action() {
            self.perform(page, action);
        }
        self.pages[page].look_around();
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Alarm(page) => {
                if self.pages[page].alarm == Some(self.now) {
                    self.feed(page, Input::Tick);
                }
            }
            Event::Call(page, key) => self.with_connection(page, key, |it| {
                it.calls = false;
                it.rtc.carry_out();
            }),
            Event::Gather(page, key) => self.with_connection(page, key, |it| {
                it.gathers = false;
                it.rtc.gather();
            }),
            Event::See(page, key) => self.see(page, key),
            Event::SocketAccepted(socket) => self.accept(socket),
            Event::Connect(socket, waited) => self.connect_again(socket, waited),
            Event::SocketOpened(socket) => {
                if let Some((page, key)) = self.open_at_page(socket) {
                    self.feed(page, Input::SocketOpened(key));
                }
            }
            Event::ToPage(socket, text) => {
                if let Some((page, key)) = self.open_at_page(socket) {
                    let text = self.pages[page].hears_from_server(text);
                    self.feed(page, Input::SocketMessage(key, text));
                }
            }
            Event::ToBackend(socket, text) => {
                if self.sockets.get(socket).carries {
                    self.backend.hear(self.now, socket, &text);
                    self.heed_backend();
                }
            }
            Event::Closed(page, key, code) => {
                self.pages[page]
                    .socket
                    .take_if(|(current, _)| *current == key);
                if code == Some(CloseCode::ResumeRefused.as_u16()) {
                    self.refused.insert(self.pages[page].name.clone());
                }
                let end = code.map_or(SocketEnd::Failed(Obstacle::Unreachable), SocketEnd::Closed);
                self.feed(page, Input::SocketClosed(key, end));
            }
            Event::Hangup(socket) => {
                if self.sockets.get(socket).carries {
                    self.hang_up(socket, Hangup::Lost);
                }
            }
            Event::Remaining(page, key, text) => {
                // What comes before the channel opens is lost with the far end that said it.
                if self.has_open_channel(page, key) {
                    self.hear_text((page, key), text);
                }
            }
            Event::Disk(page, action) => self.on_disk(page, action),
            Event::FileChannel(page, key) => self.on_file_channel(page, key),
            Event::Media => {
                self.schedule(MEDIA_STEP, Event::Media);
                self.move_media();
            }
            Event::Sample => self.sample(),
            Event::Backend => {
                if self.backend_alarm.take_if(|at| *at == self.now).is_some() {
                    self.backend.advance(self.now);
                    self.heed_backend();
                }
            }
        }
    }

    fn see(&mut self, page: usize, key: ConnectionKey) {
        let mut seen = None;
        self.with_connection(page, key, |it| {
            it.tasks = false;
            seen = it.rtc.next_event();
        });
        if let Some(browser::Event::Input(input)) = seen {
            let event = ConnectionEvent::Negotiation(input);
            self.feed(page, Input::Connection(key, event));
        }
    }

    fn with_connection(
        &mut self,
        page: usize,
        key: ConnectionKey,
        act: impl FnOnce(&mut Connection),
    ) {
        if let Some(connection) = self.pages[page].connections.all.get_mut(&key) {
            act(connection);
            assert_eq!(connection.rtc.blunders, [""; 0]);
            self.look_after(page, key);
        }
    }

    pub(super) fn connection(&mut self, page: usize, key: ConnectionKey) -> &mut Connection {
        let found = self.pages[page].connections.all.get_mut(&key);
        found.unwrap_or_else(|| panic!("{page} has no {key:?}"))
    }

    /// Schedules what a connection has to do next.
    pub(super) fn look_after(&mut self, page: usize, key: ConnectionKey) {
        let Some(it) = self.pages[page].connections.all.get_mut(&key) else {
            return;
        };
        let mut next = Vec::new();
        if it.rtc.has_calls() && !std::mem::replace(&mut it.calls, true) {
            next.push((between(&mut self.random, 1, 20), Event::Call(page, key)));
        }
        if it.rtc.has_tasks() && !std::mem::replace(&mut it.tasks, true) {
            next.push((between(&mut self.random, 0, 3), Event::See(page, key)));
        }
        if it.rtc.has_to_gather() && !std::mem::replace(&mut it.gathers, true) {
            next.push((between(&mut self.random, 1, 150), Event::Gather(page, key)));
        }
        for (wait, event) in next {
            self.schedule(wait, event);
        }
    }

    fn sample(&mut self) {
        self.schedule(SAMPLE_STEP, Event::Sample);
        for (page, key) in self.all_connections() {
            if let Some(it) = self.pages[page].connections.all.get(&key) {
                let event = ConnectionEvent::Traffic(*it.transport.traffic());
                self.feed(page, Input::Connection(key, event));
            }
        }
    }

    pub(super) fn schedule(&mut self, wait: u64, event: Event) {
        self.schedule_at(self.now + wait, event);
    }

    pub(super) fn schedule_at(&mut self, at: u64, event: Event) {
        self.order += 1;
        self.due.insert((at, self.order), event);
    }

    pub(super) fn trace(&self, line: impl FnOnce() -> String) {
        if is_replay() {
            // Of a file the beginning is enough.
            let line: String = line().chars().take(LINE).collect();
            eprintln!("{:>7} {line}", self.now);
        }
    }
}
