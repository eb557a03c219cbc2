//! The files of several pages, without the rest of a meeting: whatever can happen next happens in any
//! order, so that thousands of meetings take seconds.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use meeting::backoff::Jitter;
use meeting::files::{Content, FileAction, FileMessage, FileSize, FileState, Files, Input, Output};
use meeting::id::ParticipantId;
use meeting::time::Timestamp;
use simulation::disk::{self, Disk, some_file};
use simulation::random::{between, percent, with_many_seeds};

const RUNS: u64 = 2000;
/// How many pages there are.
const PAGES: usize = 4;
/// What happens at random before the faults end.
const EVENTS: u64 = 250;
/// The shortest piece of a file, in bytes.
const PIECE: u64 = 64 * 1024;

/// One page.
#[derive(Debug, Default)]
struct Page {
    files: Files,
    disk: Disk,
    /// What the browser has been asked for and has not done.
    asked: Vec<FileAction>,
    /// What the person wants.
    wanted: BTreeSet<Content>,
}

/// Pages, and what is on its way between those that have a channel.
#[derive(Debug)]
struct Swarm {
    now: u64,
    random: Jitter,
    pages: Vec<Page>,
    /// Whose the pages are.
    ids: Vec<ParticipantId>,
    channels: BTreeMap<(usize, usize), VecDeque<Vec<u8>>>,
    files: BTreeMap<Content, Vec<u8>>,
    /// The page that sometimes sends something else than what it has, if there is one.
    liar: Option<usize>,
}

impl Swarm {
    fn new(seed: u64) -> Self {
        let mut random = Jitter::new(seed);
        Self {
            now: 0,
            liar: percent(&mut random, 30).then_some(0),
            random,
            pages: (0..PAGES).map(|_| Page::default()).collect(),
            ids: (0..PAGES)
                .map(|page| ParticipantId::from_bytes([u8::try_from(page).unwrap(); 16]))
                .collect(),
            channels: BTreeMap::new(),
            files: BTreeMap::new(),
        }
    }

    fn number(&self, id: &ParticipantId) -> usize {
        self.ids.iter().position(|it| it == id).unwrap()
    }

    fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.now)
    }

    fn any(&mut self, count: usize) -> usize {
        let count = u64::try_from(count.max(1)).unwrap();
        usize::try_from(self.random.next_u64() % count).unwrap()
    }

    fn feed(&mut self, page: usize, input: Input) {
        let now = self.at();
        self.pages[page].files.handle(now, input);
        self.settle(page);
    }

    /// Does what a page wants done.
    fn settle(&mut self, page: usize) {
        let now = self.at();
        let (channels, ids) = (&self.channels, &self.ids);
        self.pages[page].files.pump(now, |to| {
            let to = ids.iter().position(|it| it == to).unwrap();
            let waiting = channels.get(&(page, to));
            waiting.map_or(0, |it| it.iter().map(Vec::len).sum())
        });
        while let Some(output) = self.pages[page].files.poll_output() {
            match output {
                Output::Storage(FileAction::Remove(key)) => {
                    self.pages[page].disk.perform(FileAction::Remove(key));
                }
                Output::Storage(action) => self.pages[page].asked.push(action),
                Output::Send(to, bytes) => {
                    let to = self.number(&to);
                    if let Some(channel) = self.channels.get_mut(&(page, to)) {
                        channel.push_back(bytes);
                    }
                }
                Output::Announce(_) => self.announce(page),
                Output::Attached(_) => {}
            }
        }
    }

    /// What a page has is said on another channel, and known at once.
    fn announce(&mut self, page: usize) {
        let have = self.pages[page].files.announced().to_vec();
        for other in 0..PAGES {
            if self.channels.contains_key(&(other, page)) {
                self.pages[other].files.on_announced(&self.ids[page], &have);
                self.settle(other);
            }
        }
    }

    fn connect(&mut self, one: usize, other: usize) {
        if one == other || self.channels.contains_key(&(one, other)) {
            return;
        }
        let now = self.at();
        for (page, far) in [(one, other), (other, one)] {
            self.channels.insert((page, far), VecDeque::new());
            self.pages[page].files.connect(now, &self.ids[far]);
        }
        for page in [one, other] {
            self.announce(page);
        }
    }

    /// The channel between two pages is gone, with all that was on its way.
    fn disconnect(&mut self, one: usize, other: usize) {
        for (page, far) in [(one, other), (other, one)] {
            if self.channels.remove(&(page, far)).is_some() {
                self.pages[page].files.disconnect(&self.ids[far]);
                self.settle(page);
            }
        }
    }

    fn reload(&mut self, page: usize) {
        for other in 0..PAGES {
            self.disconnect(page, other);
        }
        let (disk, found) = self.pages[page].disk.reload(&mut self.random);
        let wanted = std::mem::take(&mut self.pages[page].wanted);
        self.pages[page] = Page {
            disk,
            wanted,
            ..Page::default()
        };
        for input in found {
            self.feed(page, input);
        }
    }

    fn attach(&mut self, page: usize) {
        let size = between(&mut self.random, 1, 5 * PIECE);
        let bytes = some_file(size, &mut self.random);
        self.files.insert(disk::content(&bytes), bytes.clone());
        let key = self.pages[page].disk.choose(bytes);
        let (name, media_type) = ("file".to_owned().into(), None);
        let size = FileSize::try_from(size).unwrap();
        self.feed(
            page,
            Input::Attach {
                key,
                name,
                media_type,
                size,
            },
        );
    }

    fn accept(&mut self, page: usize, content: Content) {
        let key = self.pages[page].disk.make_room(content);
        self.pages[page].wanted.insert(content);
        self.feed(page, Input::Accept(key, content));
    }

    fn some_content(&mut self) -> Option<Content> {
        let index = self.any(self.files.len());
        self.files.keys().nth(index).copied()
    }

    fn cancel(&mut self, page: usize, content: Content) {
        if let Some(key) = self.pages[page].files.key(&content) {
            self.pages[page].wanted.remove(&content);
            self.feed(page, Input::Cancel(key));
        }
    }

    /// Something arrives, or a browser does something. False when there is nothing to come.
    fn go_on(&mut self) -> bool {
        let channels = self.channels.iter().filter(|(_, it)| !it.is_empty());
        let full: Vec<_> = channels.map(|(ends, _)| *ends).collect();
        let pages = self.pages.iter().enumerate();
        let busy = pages.filter(|(_, page)| !page.asked.is_empty());
        let busy: Vec<_> = busy.map(|(number, _)| number).collect();
        let choice = self.any(full.len() + busy.len());
        if let Some((from, to)) = full.get(choice) {
            self.arrive(*from, *to);
        } else if let Some(page) = busy.get(choice - full.len()) {
            let index = self.any(self.pages[*page].asked.len());
            let action = self.pages[*page].asked.remove(index);
            if let Some(answer) = self.pages[*page].disk.perform(action) {
                self.feed(*page, answer);
            }
        } else {
            return false;
        }
        true
    }

    fn arrive(&mut self, from: usize, to: usize) {
        let now = self.at();
        let channel = self.channels.get_mut(&(from, to)).unwrap();
        let mut bytes = channel.pop_front().unwrap();
        let is_data = matches!(FileMessage::parse(&bytes), Ok(FileMessage::Data(_)));
        if is_data && self.liar == Some(from) && percent(&mut self.random, 30) {
            *bytes.last_mut().unwrap() ^= 1;
        }
        let message = FileMessage::parse(&bytes).unwrap();
        self.pages[to].files.receive(now, &self.ids[from], &message);
        self.settle(to);
        // There may be room for more now.
        self.settle(from);
    }

    fn wait(&mut self, millis: u64) {
        self.now += millis;
        for page in 0..PAGES {
            self.settle(page);
        }
    }

    fn happen(&mut self) {
        let (page, other) = (self.any(PAGES), self.any(PAGES));
        match between(&mut self.random, 0, 99) {
            0..=3 => self.attach(page),
            4..=9 => {
                if let Some(content) = self.some_content() {
                    self.accept(page, content);
                }
            }
            10 => {
                if let Some(content) = self.some_content() {
                    self.cancel(page, content);
                }
            }
            11 => self.reload(page),
            12 | 13 => self.disconnect(page, other),
            14..=17 => self.connect(page, other),
            18 => {
                let wait = between(&mut self.random, 1, 30_000);
                self.wait(wait);
            }
            19 if percent(&mut self.random, 10) => self.pages[page].disk.change_own_files(),
            20 => self.pages[page].disk.is_full ^= true,
            _ => drop(self.go_on()),
        }
    }

    fn state(&self, page: usize, content: Content) -> FileState {
        self.pages[page].files.state(self.at(), &content)
    }

    fn has(&self, page: usize, content: Content) -> bool {
        matches!(self.state(page, content), FileState::Complete { .. })
    }

    /// No more faults: everybody is connected, and everything comes to its end. What failed is accepted
    /// again.
    fn end(&mut self) {
        for page in 0..PAGES {
            self.pages[page].disk.is_full = false;
            for other in 0..page {
                self.connect(page, other);
            }
        }
        for _ in 0..100 {
            while self.go_on() {}
            for page in 0..PAGES {
                for content in self.pages[page].wanted.clone() {
                    let state = self.state(page, content);
                    if matches!(state, FileState::Failed(_) | FileState::Offered { .. }) {
                        self.accept(page, content);
                    }
                }
            }
            self.wait(2_000);
        }
    }

    /// Whoever wants what anybody honest has has it, as it was, and nobody asks for anything any more.
    fn assert_all_is_right(&self) {
        for (content, bytes) in &self.files {
            let mut honest = (0..PAGES).filter(|page| self.liar != Some(*page));
            let is_there = honest.any(|page| self.has(page, *content));
            for (number, page) in self.pages.iter().enumerate() {
                if self.has(number, *content) {
                    let key = page.files.key(content).unwrap();
                    assert_eq!(page.disk.bytes(key), bytes, "{number}");
                } else {
                    let lacks = is_there && page.wanted.contains(content);
                    assert!(
                        !lacks,
                        "{number} lacks {content:?}: {:?}",
                        self.state(number, *content)
                    );
                }
            }
        }
        for page in &self.pages {
            assert_eq!(
                page.files.poll_timeout(),
                None,
                "something is still awaited"
            );
        }
    }
}

#[test]
fn in_any_order_of_events_everybody_gets_what_they_want_once_and_in_order_if_anybody_has_it() {
    with_many_seeds(RUNS, |seed| {
        let mut swarm = Swarm::new(seed);
        for _ in 0..EVENTS {
            swarm.happen();
        }
        swarm.end();
        swarm.assert_all_is_right();
    });
}
