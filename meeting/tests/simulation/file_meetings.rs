//! Several people, several files, and everything that can happen to either, at random.

use std::collections::{BTreeMap, BTreeSet};

use meeting::backoff::Jitter;
use meeting::files::{Content, FileState};
use simulation::disk::some_file;
use simulation::network::Weather;
use simulation::page::Network;
use simulation::random::{between, percent, with_many_seeds};
use simulation::transport::Channel;
use simulation::world::World;

use super::files::{bytes, has, state};

const RUNS: u64 = 60;
/// How long everybody may take to have everything once nothing disturbs them any more, in milliseconds.
const HEALING: u64 = 240_000;
/// The shortest piece of a file, in bytes.
const PIECE: u64 = 64 * 1024;

/// A meeting, and what people wanted of each other's files.
struct Meeting {
    world: World,
    random: Jitter,
    files: BTreeMap<Content, Vec<u8>>,
    /// Which page wants which file.
    wanted: BTreeSet<(usize, Content)>,
}

impl Meeting {
    fn begin(seed: u64) -> Self {
        let weather = if seed.is_multiple_of(2) {
            Weather::FAIR
        } else {
            Weather::FOUL
        };
        let mut meeting = Self {
            world: World::new(seed, weather),
            random: Jitter::new(seed ^ 0xf11e),
            files: BTreeMap::new(),
            wanted: BTreeSet::new(),
        };
        for _ in 0..between(&mut meeting.random, 2, 4) {
            meeting.joins();
        }
        meeting
            .world
            .run_until(HEALING, "all are connected", World::is_whole);
        for page in meeting.present() {
            meeting.attaches(page);
        }
        meeting.world.run_for(1000);
        for page in meeting.present() {
            meeting.accepts(page);
        }
        meeting
    }

    fn joins(&mut self) {
        let name = format!("Person {}", self.world.pages.len());
        self.world.join(&name);
    }

    fn present(&self) -> Vec<usize> {
        let pages = self.world.pages.iter().enumerate();
        let alive = pages.filter(|(_, page)| page.alive);
        alive.map(|(number, _)| number).collect()
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        let index = self.random.next_u64() % (all.len() as u64).max(1);
        all.get(usize::try_from(index).unwrap()).copied()
    }

    /// Something happens to somebody.
    fn strike(&mut self) {
        let present = self.present();
        let (Some(page), Some(other)) = (self.one_of(&present), self.one_of(&present)) else {
            return self.joins();
        };
        match between(&mut self.random, 0, 19) {
            0..=3 => self.attaches(page),
            4..=9 => self.accepts(page),
            10 => self.gives_up(page),
            11 | 12 => self.loads_again(page),
            13 if present.len() > 2 => self.goes(page),
            13 => self.joins(),
            14 => self.world.raise_wall(page, other),
            15 => self.world.tear_down_wall(page, other),
            16 => self.world.close_file_channels(page),
            17 => {
                let online = self.world.pages[page].network == Network::Up;
                self.world.set_online(page, !online);
            }
            18 => {
                let disk = &mut self.world.pages[page].disk;
                disk.is_full = !disk.is_full;
            }
            _ if percent(&mut self.random, 20) => self.world.pages[page].disk.change_own_files(),
            _ => self.world.cut_socket(page),
        }
    }

    fn attaches(&mut self, page: usize) {
        let pieces = if percent(&mut self.random, 5) { 24 } else { 5 };
        let size = between(&mut self.random, 1, pieces * PIECE);
        let file = some_file(size, &mut self.random);
        let content = self.world.attach(page, "file", file.clone());
        self.files.insert(content, file);
    }

    /// What somebody can see in the chat.
    fn in_chat(&self, page: usize) -> Vec<Content> {
        let chat = self.world.pages[page].client.chat();
        chat.filter_map(|it| Some(it.message.file.as_ref()?.content()))
            .collect()
    }

    fn accepts(&mut self, page: usize) {
        let there = self.in_chat(page);
        if let Some(content) = self.one_of(&there) {
            self.world.accept_file(page, content);
            self.wanted.insert((page, content));
        }
    }

    fn gives_up(&mut self, page: usize) {
        let wanted = self.wanted.iter().filter(|(by, _)| *by == page);
        let wanted: Vec<_> = wanted.map(|(_, content)| *content).collect();
        if let Some(content) = self.one_of(&wanted) {
            if let Some(key) = self.world.pages[page].client.file_key(&content) {
                self.world.cancel_file(page, key);
            }
            self.wanted.remove(&(page, content));
        }
    }

    fn loads_again(&mut self, page: usize) {
        let next = self.world.reload(page);
        let wanted = self.wanted.iter();
        let moved = wanted.map(|(by, content)| (if *by == page { next } else { *by }, *content));
        self.wanted = moved.collect();
        // What failed was removed, and what is removed is not found by the next load of the page.
        self.accept_failed(next);
    }

    fn goes(&mut self, page: usize) {
        if percent(&mut self.random, 50) {
            self.world.leave(page);
        } else {
            self.world.crash(page);
        }
        self.wanted.retain(|(by, _)| *by != page);
    }

    /// Somebody accepts again what came to nothing.
    fn accept_failed(&mut self, page: usize) {
        let wanted = self.wanted.iter().filter(|(by, _)| *by == page);
        let wanted: Vec<_> = wanted.map(|(_, content)| *content).collect();
        for content in wanted {
            let state = state(&self.world, page, content);
            if matches!(state, FileState::Failed(_) | FileState::Offered { .. }) {
                self.world.accept_file(page, content);
            }
        }
    }

    /// Nothing disturbs anybody any more.
    fn heal(&mut self) {
        self.world.heal();
        for page in self.present() {
            self.world.pages[page].disk.is_full = false;
        }
        // A file channel that was closed stays so until there is another connection.
        for page in self.present() {
            let connections = self.world.pages[page].connections.all.values();
            let closed = connections.filter(|it| it.transport.files.state == Channel::Closed);
            if closed.count() > 0 {
                self.loads_again(page);
            }
        }
    }

    /// What somebody wants and does not have, though somebody who is there has it.
    fn missing(&self, world: &World) -> Option<(usize, Content)> {
        let present = self.present();
        let is_there = |content| present.iter().any(|page| has(world, *page, content));
        let mut wanted = self.wanted.iter().copied();
        wanted.find(|(page, content)| !has(world, *page, *content) && is_there(*content))
    }

    fn end(&mut self) {
        self.heal();
        self.world
            .run_until(HEALING, "all are connected", World::is_whole);
        let end = self.world.now + HEALING;
        while let Some((page, content)) = self.missing(&self.world) {
            let state = state(&self.world, page, content);
            assert!(self.world.now < end, "{page} lacks {content:?}: {state:?}");
            self.world.run_for(200);
            for page in self.present() {
                self.accept_failed(page);
            }
        }
    }

    /// Whoever has a file has the one that was attached, and nobody has one that they did not want.
    fn assert_all_is_right(&self) {
        for page in self.present() {
            for (content, file) in &self.files {
                let there = bytes(&self.world, page, *content);
                if has(&self.world, page, *content) {
                    assert_eq!(there, file, "{page}");
                }
                if !self.wanted.contains(&(page, *content)) && !there.is_empty() {
                    let key = self.world.pages[page].client.file_key(content);
                    assert!(self.world.pages[page].disk.is_own(key.unwrap()), "{page}");
                }
            }
        }
    }
}

#[test]
fn whatever_happens_everybody_gets_what_they_want_once_and_in_order_if_anybody_has_it() {
    with_many_seeds(RUNS, |seed| {
        let mut meeting = Meeting::begin(seed);
        for _ in 0..20 {
            meeting.strike();
            let pause = between(&mut meeting.random, 0, 1000);
            meeting.world.run_for(pause);
        }
        meeting.end();
        meeting.assert_all_is_right();
    });
}
