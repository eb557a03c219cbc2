//! Stories of files that people give each other.

use meeting::files::{Content, FileFailure, FileState, StorageError, Waiting};
use meeting::time::Timestamp;
use simulation::disk::some_file;
use simulation::network::Weather;
use simulation::random::with_seeds;
use simulation::world::World;

use meeting::backoff::Jitter;

const SEEDS: u64 = 10;
/// The size of a file of more pieces than are asked for at once, the last of them short, in bytes.
const SIZE: u64 = 27 * 64 * 1024 + 1000;
/// How long a file may take, in milliseconds.
const PATIENCE: u64 = 60_000;

/// How it is with a file at a page.
pub(crate) fn state(world: &World, page: usize, content: Content) -> FileState {
    let now = Timestamp::from_millis(world.now);
    world.pages[page].client.file(now, &content)
}

/// Whether a page has all of a file.
pub(crate) fn has(world: &World, page: usize, content: Content) -> bool {
    matches!(state(world, page, content), FileState::Complete { .. })
}

/// What a page has of a file.
pub(crate) fn bytes(world: &World, page: usize, content: Content) -> &[u8] {
    let page = &world.pages[page];
    let key = page.client.file_key(&content);
    key.map_or(&[], |key| page.disk.bytes(key))
}

/// Ada, Ben and Cleo, and a file that Ada has attached.
struct Story {
    world: World,
    ada: usize,
    ben: usize,
    cleo: usize,
    file: Vec<u8>,
    content: Content,
}

impl Story {
    fn tell(tell: impl Fn(Self)) {
        with_seeds(SEEDS, |seed| {
            let mut world = World::new(seed, Weather::FAIR);
            let [ada, ben, cleo] = ["Ada", "Ben", "Cleo"].map(|name| world.join(name));
            world.run_until(5000, "all are connected", World::is_whole);
            world.run_for(1000);
            let file = some_file(SIZE, &mut Jitter::new(seed));
            let content = world.attach(ada, "plan.pdf", file.clone());
            world.run_until(5000, "Ada has attached it", |world| {
                has(world, ada, content)
            });
            world.run_for(1000);
            tell(Self {
                world,
                ada,
                ben,
                cleo,
                file,
                content,
            });
        });
    }

    /// Lets time go by until somebody has the file, and looks whether it is the one that Ada attached.
    fn arrives(&mut self, page: usize) {
        let content = self.content;
        self.world
            .run_until(PATIENCE, "the file is there", |world| {
                has(world, page, content)
            });
        assert_eq!(bytes(&self.world, page, content), self.file);
    }

    /// Somebody accepts it and gets some of it.
    fn comes_in_part(&mut self, page: usize) {
        let content = self.content;
        self.world.accept_file(page, content);
        self.world
            .run_until(PATIENCE, "some of it is there", |world| {
                bytes(world, page, content).len() >= 2 * 64 * 1024
            });
        assert!(!has(&self.world, page, content));
    }

    fn state(&self, page: usize) -> FileState {
        state(&self.world, page, self.content)
    }
}

#[test]
fn a_file_that_somebody_attached_is_in_the_chat_and_comes_to_whoever_accepts_it() {
    Story::tell(|mut story| {
        for page in [story.ben, story.cleo] {
            assert_eq!(story.world.pages[page].chat(), ["plan.pdf"]);
            let entry = story.world.pages[page].client.chat().next().unwrap();
            let file = entry.message.file.as_ref().unwrap();
            assert_eq!(
                (file.content(), file.name.as_str()),
                (story.content, "plan.pdf")
            );
            assert_eq!(story.state(page), FileState::Offered { holders: 1 });
        }
        story.world.accept_file(story.ben, story.content);
        story.arrives(story.ben);
        story.world.run_for(1000);
        assert_eq!(story.world.pages[story.cleo].disk.written, 0);
        assert_eq!(story.state(story.cleo), FileState::Offered { holders: 2 });
        assert_eq!(story.state(story.ada), FileState::Complete { uploads: 0 });
    });
}

#[test]
fn whoever_comes_when_its_author_is_gone_gets_a_file_from_somebody_else() {
    Story::tell(|mut story| {
        story.world.accept_file(story.ben, story.content);
        story.arrives(story.ben);
        story.world.leave(story.ada);
        story.world.run_for(1000);
        let eve = story.world.join("Eve");
        story
            .world
            .run_until(10_000, "Eve is connected", World::is_whole);
        story.world.run_for(1000);
        assert_eq!(story.state(eve), FileState::Offered { holders: 1 });
        story.world.accept_file(eve, story.content);
        story.arrives(eve);
    });
}

#[test]
fn a_file_goes_on_from_somebody_else_when_whoever_gave_it_is_gone() {
    Story::tell(|mut story| {
        story.world.accept_file(story.cleo, story.content);
        story.arrives(story.cleo);
        story.comes_in_part(story.ben);
        story.world.crash(story.ada);
        story.arrives(story.ben);
        assert_eq!(story.world.pages[story.ben].disk.written, SIZE);
    });
}

#[test]
fn a_file_goes_on_over_the_next_connection_and_nothing_of_it_comes_twice() {
    Story::tell(|mut story| {
        story.comes_in_part(story.ben);
        let made = story.world.pages[story.ben].made;
        story.world.raise_wall(story.ada, story.ben);
        story
            .world
            .run_until(90_000, "the link is built anew", |world| {
                world.pages[story.ben].made > made
            });
        story.world.tear_down_wall(story.ada, story.ben);
        story.arrives(story.ben);
        assert_eq!(story.world.pages[story.ben].disk.written, SIZE);
    });
}

#[test]
fn a_file_goes_on_after_whoever_gets_it_has_loaded_the_page_again() {
    Story::tell(|mut story| {
        story.comes_in_part(story.ben);
        let ben = story.world.reload(story.ben);
        story.arrives(ben);
        assert_eq!(story.world.pages[ben].disk.written, SIZE);
    });
}

#[test]
fn whoever_has_a_file_has_it_after_a_reload_and_gives_it_to_others() {
    Story::tell(|mut story| {
        story.world.accept_file(story.ben, story.content);
        story.arrives(story.ben);
        story.world.leave(story.ada);
        let ben = story.world.reload(story.ben);
        story.arrives(ben);
        story.world.accept_file(story.cleo, story.content);
        story.arrives(story.cleo);
        assert_eq!(story.world.pages[ben].disk.written, SIZE);
    });
}

#[test]
fn a_file_waits_for_somebody_who_has_it() {
    Story::tell(|mut story| {
        story.world.accept_file(story.cleo, story.content);
        story.arrives(story.cleo);
        story.world.set_online(story.cleo, false);
        story.world.leave(story.ada);
        story.world.run_until(90_000, "Cleo is given up", |world| {
            world.pages[story.ben].client.remotes().is_empty()
        });
        assert_eq!(story.state(story.ben), FileState::Offered { holders: 0 });
        story.world.accept_file(story.ben, story.content);
        story.world.run_for(5000);
        assert_eq!(
            story.state(story.ben),
            FileState::Waiting(Waiting::NobodyHasIt)
        );
        story.world.set_online(story.cleo, true);
        story.arrives(story.ben);
    });
}

#[test]
fn a_file_that_is_given_up_leaves_nothing_and_can_be_accepted_again() {
    Story::tell(|mut story| {
        story.comes_in_part(story.ben);
        let key = story.world.pages[story.ben].client.file_key(&story.content);
        story.world.cancel_file(story.ben, key.unwrap());
        story.world.run_for(2000);
        assert_eq!(story.state(story.ben), FileState::Offered { holders: 1 });
        assert_eq!(story.state(story.ada), FileState::Complete { uploads: 0 });
        assert!(
            story.world.pages[story.ben]
                .disk
                .bytes(key.unwrap())
                .is_empty()
        );
        story.world.accept_file(story.ben, story.content);
        story.arrives(story.ben);
    });
}

#[test]
fn a_file_for_which_there_is_no_room_fails_and_can_be_accepted_again() {
    Story::tell(|mut story| {
        story.comes_in_part(story.ben);
        story.world.pages[story.ben].disk.is_full = true;
        let full = FileState::Failed(FileFailure::Storage(StorageError::Full));
        story.world.run_until(PATIENCE, "it has failed", |world| {
            state(world, story.ben, story.content) == full
        });
        story.world.pages[story.ben].disk.is_full = false;
        story.world.accept_file(story.ben, story.content);
        story.arrives(story.ben);
    });
}

#[test]
fn a_file_that_its_author_changes_is_offered_no_more() {
    Story::tell(|mut story| {
        story.comes_in_part(story.ben);
        story.world.pages[story.ada].disk.change_own_files();
        story.world.run_until(PATIENCE, "Ben waits", |world| {
            let waits = FileState::Waiting(Waiting::NobodyHasIt);
            state(world, story.ben, story.content) == waits
        });
        story.world.run_for(1000);
        let unreadable = FileFailure::Storage(StorageError::Unreadable);
        assert_eq!(story.state(story.ada), FileState::Failed(unreadable));
        assert_eq!(story.state(story.cleo), FileState::Offered { holders: 0 });
    });
}

#[test]
fn a_page_that_takes_no_files_shows_what_they_are_called() {
    with_seeds(SEEDS, |seed| {
        let mut world = World::new(seed, Weather::FAIR);
        let (ada, ben) = (world.join("Ada"), world.join("Ben"));
        world.pages[ben].connections.takes_files = false;
        world.run_until(5000, "all are connected", World::is_whole);
        world.run_for(1000);
        let content = world.attach(ada, "plan.pdf", some_file(SIZE, &mut Jitter::new(seed)));
        world.run_for(5000);
        assert_eq!(world.pages[ben].chat(), ["plan.pdf"]);
        assert_eq!(
            state(&world, ben, content),
            FileState::Offered { holders: 0 }
        );
        assert!(has(&world, ada, content));
    });
}

#[test]
fn a_file_that_two_people_attach_is_one_file() {
    Story::tell(|mut story| {
        story.world.accept_file(story.cleo, story.content);
        story
            .world
            .attach(story.ben, "copy.pdf", story.file.clone());
        let again = story
            .world
            .attach(story.ada, "again.pdf", story.file.clone());
        assert_eq!(again, story.content);
        story.arrives(story.cleo);
        story.world.run_for(2000);
        let mut chat = story.world.pages[story.cleo].chat();
        chat.sort_unstable();
        assert_eq!(chat, ["again.pdf", "copy.pdf", "plan.pdf"]);
        for page in [story.ada, story.ben] {
            assert_eq!(story.state(page), FileState::Complete { uploads: 0 });
        }
        story.world.leave(story.ada);
        let eve = story.world.join("Eve");
        story
            .world
            .run_until(10_000, "Eve is connected", World::is_whole);
        story.world.accept_file(eve, story.content);
        story.arrives(eve);
    });
}
