//! Meetings over a cluster to which everything happens that may.
//!
//! A run that fails names its seed. `MEETING_SEED=… cargo test -p server --test cluster` plays
//! that one again and tells what happens; `MEETING_RUNS=…` plays so many instead of the usual
//! number.

use std::time::Duration;

use meeting::backoff::Jitter;
use meeting::client::{Input, Remote};
use meeting::conversation::MediaState;
use meeting::limits;
use simulation::network::Weather;
use simulation::page::{Network, Page};
use simulation::random::{between, percent, with_many_seeds};
use simulation::world::World;

use crate::cluster::Cluster;
use crate::faults::Fault;
use crate::inspection::{what_is_left, what_is_wrong};

const SERVERS: usize = 3;
/// How long a meeting may take to be whole again once nothing disturbs it any more, in
/// milliseconds.
const HEALING: u64 = 60_000;
/// The longest that somebody who is gone without a word is still there, in milliseconds: until the
/// silence is noticed, which is longer than the lease of their server, the grace period, and what
/// Redis and the servers need to find each other.
const GHOSTS_STAY: u64 = as_millis(limits::SILENCE) + as_millis(limits::GRACE) + 5_000;

const fn as_millis(duration: Duration) -> u64 {
    duration.as_secs() * 1000
}

fn alive(world: &World<Cluster>) -> Vec<usize> {
    (0..world.pages.len())
        .filter(|page| world.pages[*page].alive)
        .collect()
}

fn one_of(pages: &[usize], random: &mut Jitter) -> usize {
    pages[usize::try_from(random.next_u64()).unwrap() % pages.len()]
}

/// Something happens to somebody.
fn strike(world: &mut World<Cluster>, random: &mut Jitter, most: usize) {
    if percent(random, 60) {
        world.backend.suffer(Fault::any(random, SERVERS));
        return;
    }
    let present = alive(world);
    if present.len() < 2 || (present.len() < most && percent(random, 25)) {
        world.join(&format!("Person {}", world.pages.len()));
        return;
    }
    let page = one_of(&present, random);
    let other = one_of(&present, random);
    match between(random, 0, 14) {
        0 => world.leave(page),
        1 => world.crash(page),
        2 | 3 => {
            world.reload(page);
        }
        4 | 5 => world.cut_socket(page),
        6 => world.cut_silently(page),
        7 => {
            let online = world.pages[page].network == Network::Up;
            world.set_online(page, !online);
        }
        8 => world.raise_wall(page, other),
        9 => world.tear_down_wall(page, other),
        10 => world.feed(page, Input::Woken),
        11 => {
            let media = MediaState {
                microphone: percent(random, 50),
                camera: percent(random, 50),
                screen: percent(random, 20),
            };
            world.feed(page, Input::Media(media));
        }
        12 => world.change_what_is_sent(page),
        _ => world.send_chat(page, &format!("written at {}", world.now)),
    }
}

/// Everybody knows what everybody sends, and has read each message once and in order.
fn assert_everybody_is_informed(world: &World<Cluster>) {
    let pages: Vec<&Page> = alive(world)
        .into_iter()
        .map(|page| &world.pages[page])
        .collect();
    for author in &pages {
        let written = author.chat_of(author);
        for reader in pages.iter().filter(|reader| reader.name != author.name) {
            let (name, other) = (&reader.name, &author.name);
            assert_eq!(reader.chat_of(author), written, "{name} reads {other}");
            let media = reader.remote(&author.id()).map(Remote::media);
            assert_eq!(media, Some(author.media), "{name} sees {other}");
        }
    }
}

/// A meeting in which two people have just joined.
fn meeting(seed: u64) -> World<Cluster> {
    let mut world = World::around(Cluster::new(seed, SERVERS), seed, Weather::FAIR);
    world.run_for(100);
    world.join("Person 0");
    world.join("Person 1");
    world
}

/// So many things happen to a meeting of up to so many people. In the end it is whole again, and
/// everybody and every server agrees about it.
fn attack(world: &mut World<Cluster>, random: &mut Jitter, people: usize, strikes: u32) {
    for _ in 0..strikes {
        strike(world, random, people);
        let pause = between(random, 0, 4000);
        world.run_for(pause);
    }
    world.heal();
    let healed = world.now;
    world.run_until(HEALING, "everybody is connected", World::is_whole);
    world.run_for((healed + GHOSTS_STAY).saturating_sub(world.now));
    assert!(world.is_whole(), "{}", world.picture());
    assert_eq!(what_is_wrong(world), None);
    assert_everybody_is_informed(world);
}

/// Everybody leaves, and nothing is left of the meeting.
fn end(world: &mut World<Cluster>) {
    for page in alive(world) {
        world.leave(page);
    }
    world.run_for(10_000);
    assert_eq!(what_is_left(world), None);
}

#[test]
fn whatever_happens_to_the_cluster_everybody_is_connected_to_everybody_in_the_end() {
    with_many_seeds(2000, |seed| {
        let mut world = meeting(seed);
        let mut random = Jitter::new(seed ^ 0x5eed);
        let people = 3 + usize::try_from(seed % 3).unwrap();
        attack(&mut world, &mut random, people, 12);
        end(&mut world);
    });
}

#[test]
fn a_thousand_faults_in_one_meeting_leave_no_pair_unconnected() {
    with_many_seeds(2, |seed| {
        let mut world = meeting(seed);
        let mut random = Jitter::new(seed ^ 0xfa07);
        for _ in 0..20 {
            attack(&mut world, &mut random, 5, 50);
        }
        end(&mut world);
    });
}
