//! Several people, and everything that can happen to them, at random.

use meeting::backoff::Jitter;
use meeting::client::{Input, Remote};
use meeting::conversation::{MediaState, Reaction};
use meeting::recording::Subject;

use simulation::network::Weather;
use simulation::one_room::Memory;
use simulation::page::Network;
use simulation::page::Page;
use simulation::random::{between, percent, with_seeds};
use simulation::world::World;

/// How long a meeting may take to be whole again once nothing disturbs it any more.
const HEALING: u64 = 120_000;

fn alive(world: &World) -> Vec<usize> {
    (0..world.pages.len())
        .filter(|page| world.pages[*page].alive)
        .collect()
}

fn one_of(pages: &[usize], random: &mut Jitter) -> usize {
    let index = between(random, 0, pages.len() as u64 - 1);
    pages[usize::try_from(index).unwrap()]
}

/// Something happens to somebody.
fn strike(world: &mut World, random: &mut Jitter, most: usize) {
    let present = alive(world);
    if present.len() < 2 || (present.len() < most && percent(random, 25)) {
        world.join(&format!("Person {}", world.pages.len()));
        return;
    }
    let page = one_of(&present, random);
    let other = one_of(&present, random);
    match between(random, 0, 21) {
        0 => world.leave(page),
        1 => world.crash(page),
        2 => {
            world.reload(page);
        }
        3 | 4 => world.cut_socket(page),
        5 => world.cut_silently(page),
        6 => {
            let online = world.pages[page].network == Network::Up;
            world.set_online(page, !online);
        }
        7 => world.raise_wall(page, other),
        8 => world.tear_down_wall(page, other),
        9 => world.stop_server(Memory::Lost),
        10 => world.stop_server(Memory::Kept),
        11 => world.start_server(),
        12 => world.feed(page, Input::Woken),
        13 => world.feed(page, Input::Media(some_media(random))),
        14 => world.feed(page, Input::Recording(some_recording(random))),
        20 => world.feed(page, Input::Hand(percent(random, 60))),
        15 => world.feed(page, Input::React(Reaction::Clapping)),
        16 => world.edit_last(page, &format!("edited at {}", world.now)),
        17 => world.delete_last(page),
        18 => world.react_to_newest(page, Some(Reaction::Heart)),
        19 => world.send_chat(page, &format!("written at {}", world.now)),
        _ => world.change_what_is_sent(page),
    }
}

fn some_media(random: &mut Jitter) -> MediaState {
    MediaState {
        microphone: percent(random, 50),
        camera: percent(random, 50),
        screen: percent(random, 20),
    }
}

fn some_recording(random: &mut Jitter) -> Option<Subject> {
    let subjects = [Subject::Meeting, Subject::Camera, Subject::Sound];
    let subject = between(random, 0, 3);
    subjects.get(usize::try_from(subject).unwrap()).copied()
}

/// Everybody knows what everybody sends and records, sees the same hands in the same order, and has read
/// each message once and in order.
fn assert_everybody_is_informed(world: &World) {
    let pages: Vec<&Page> = alive(world)
        .into_iter()
        .map(|page| &world.pages[page])
        .collect();
    for page in &pages {
        let hands = pages.first().map(|first| first.client.hands());
        assert_eq!(Some(page.client.hands()), hands, "{} sees hands", page.name);
    }
    for author in &pages {
        let written = author.chat_of(author);
        for reader in pages.iter().filter(|reader| reader.name != author.name) {
            assert_eq!(
                reader.chat_of(author),
                written,
                "{} reads {}",
                reader.name,
                author.name
            );
            let media = reader.remote(&author.id()).map(Remote::media);
            assert_eq!(
                media,
                Some(author.media),
                "{} sees {}",
                reader.name,
                author.name
            );
            let recording = reader.remote(&author.id()).map(Remote::recording);
            let told = Some(reader.told_recording(&author.name));
            assert_eq!(
                (recording, told),
                (Some(author.recording), Some(author.recording)),
                "{} sees, and was told, what {} records",
                reader.name,
                author.name
            );
        }
    }
}

fn meeting_under_attack(seed: u64, most: usize, strikes: u32) -> World {
    let mut world = World::new(seed, Weather::FOUL);
    let mut random = Jitter::new(seed ^ 0x5eed);
    for _ in 0..strikes {
        strike(&mut world, &mut random, most);
        let pause = between(&mut random, 0, 4000);
        world.run_for(pause);
    }
    world.heal();
    world.run_until(HEALING, "everybody is connected", World::is_whole);
    world
}

#[test]
fn whatever_happens_everybody_is_connected_to_everybody_in_the_end() {
    with_seeds(60, |seed| {
        let mut world = meeting_under_attack(seed, 2 + (seed % 7) as usize, 30);
        // One signal in seven is lost, and so is one answer; some are several times in a row.
        world.run_for(60_000);
        assert!(world.is_whole(), "{}", world.picture());
        assert_everybody_is_informed(&world);
        let signals = world.signals;
        world.run_for(30_000);
        assert_eq!(world.signals, signals, "somebody still sends signals");
    });
}
