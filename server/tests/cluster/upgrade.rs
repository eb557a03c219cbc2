//! The servers of a cluster are renewed one after the other, while pages of both releases meet on
//! them and what both write down meets in Redis.

use meeting::backoff::Jitter;
use meeting::client::{LinkState, Remote};
use simulation::network::Weather;
use simulation::next::{FIELD, Release};
use simulation::random::{percent, with_many_seeds};
use simulation::world::World;

use crate::cluster::Cluster;
use crate::faults::Fault;
use crate::inspection::what_is_wrong;

const SERVERS: usize = 3;
/// How long a meeting may take to be whole after something happened, in milliseconds.
const COMING: u64 = 20_000;
/// How long a server takes to stop, in milliseconds.
const STOPPING: u64 = 3_000;

/// A cluster of one release around which two people of any release have met.
fn meeting(seed: u64, release: Release, random: &mut Jitter) -> World<Cluster> {
    let cluster = Cluster::of([release; SERVERS].to_vec(), seed);
    let mut world = World::around(cluster, seed, Weather::FAIR);
    world.run_for(100);
    for number in 0..2 {
        let release = any(random);
        world.join_as(&format!("Person {number}"), release);
    }
    whole(&mut world);
    world
}

fn any(random: &mut Jitter) -> Release {
    if percent(random, 50) {
        Release::Present
    } else {
        Release::Next
    }
}

fn whole(world: &mut World<Cluster>) {
    world.run_until(COMING, "everybody is connected", World::is_whole);
}

fn alive(world: &World<Cluster>) -> Vec<usize> {
    let pages = world.pages.iter().enumerate();
    let alive = pages.filter(|(_, page)| page.alive);
    alive.map(|(number, _)| number).collect()
}

fn everybody_writes(world: &mut World<Cluster>) {
    for page in alive(world) {
        let text = format!("{page} at {}", world.now);
        world.send_chat(page, &text);
    }
}

/// Lets time go by in which nobody is to notice anything: everybody sees everybody else once, and is
/// connected to them.
fn run_unnoticed(world: &mut World<Cluster>, millis: u64) {
    for _ in 0..millis / 50 {
        world.run_for(50);
        let present = alive(world);
        for page in &present {
            let it = &world.pages[*page];
            let names = it.client.remotes().values().map(Remote::participant);
            let mut names: Vec<_> = names.map(|one| one.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), present.len() - 1, "{} sees {names:?}", it.name);
            for (id, remote) in it.client.remotes() {
                let is_connected = it.client.link(id) == LinkState::Connected;
                assert!(remote.is_shown() && is_connected, "{}", world.picture());
            }
        }
    }
}

/// One server is stopped in an orderly way and started again as another release.
fn renew(world: &mut World<Cluster>, server: usize, release: Release) {
    let repairs = |world: &World<Cluster>| -> Vec<_> {
        let pages = world.pages.iter();
        pages.map(|it| (it.made, it.closed, it.restarts)).collect()
    };
    let before = repairs(world);
    world.backend.suffer(Fault::Stop(server));
    everybody_writes(world);
    run_unnoticed(world, STOPPING);
    world.backend.releases[server] = release;
    world.backend.suffer(Fault::Start(server));
    everybody_writes(world);
    run_unnoticed(world, STOPPING);
    whole(world);
    assert_eq!(repairs(world), before, "a call was interrupted");
}

/// Everything that was ever written is on every page, once.
fn assert_nothing_is_lost(world: &World<Cluster>, written: usize) {
    let texts = |page: usize| {
        // What is written at the same moment has no order.
        let mut texts = world.pages[page].chat();
        texts.sort_unstable();
        texts
    };
    let present = alive(world);
    let first = texts(present[0]);
    assert_eq!(first.len(), written);
    for page in present {
        assert_eq!(texts(page), first, "{}", world.pages[page].name);
    }
}

fn upgrade(seed: u64, from: Release, to: Release) {
    let mut random = Jitter::new(seed ^ 0x09dc);
    let mut world = meeting(seed, from, &mut random);
    renew(&mut world, 0, to);
    let release = any(&mut random);
    world.join_as("Person 2", release);
    whole(&mut world);
    renew(&mut world, 1, to);
    let release = any(&mut random);
    world.reload_as(0, release);
    whole(&mut world);
    renew(&mut world, 2, to);
    world.run_for(1_000);
    assert_nothing_is_lost(&world, 2 * (2 + 3 + 3));
    assert_eq!(what_is_wrong(&world), None);
}

#[test]
fn whatever_the_pages_are_renewing_the_servers_one_by_one_disturbs_nobody() {
    with_many_seeds(40, |seed| {
        let (from, to) = if seed % 2 == 0 {
            (Release::Present, Release::Next)
        } else {
            (Release::Next, Release::Present)
        };
        upgrade(seed, from, to);
    });
}

/// Of those in Redis, who has the field that only servers of the next release write down.
fn newer_records(world: &World<Cluster>) -> Vec<bool> {
    let entries = world.backend.redis.entries();
    let is_newer = |json: &String| {
        let entry: serde_json::Value = serde_json::from_str(json).unwrap();
        !entry[FIELD].is_null()
    };
    entries.iter().map(is_newer).collect()
}

/// Whoever was once on a server of the next release has what it wrote down of them for as long as
/// they are there, though servers of the present one write them down anew: when they lose and find
/// their sockets, when their pages are loaded again, and when Redis has forgotten everybody.
#[test]
fn what_newer_servers_write_down_survives_being_written_back_by_older_ones() {
    with_many_seeds(10, |seed| {
        let mut random = Jitter::new(seed ^ 0x4ec0);
        let mut world = meeting(seed, Release::Next, &mut random);
        assert_eq!(newer_records(&world), [true; 2]);
        for server in 0..SERVERS {
            renew(&mut world, server, Release::Present);
            assert_eq!(newer_records(&world), [true; 2], "after {server}");
        }
        world.join("Person 2");
        whole(&mut world);
        let mut known = newer_records(&world);
        known.sort_unstable();
        assert_eq!(known, [false, true, true]);
        world.cut_socket(1);
        world.run_for(1_000);
        world.reload(0);
        whole(&mut world);
        world.backend.suffer(Fault::RedisEmpty);
        world.run_for(10_000);
        let mut known = newer_records(&world);
        known.sort_unstable();
        assert_eq!(known, [false, true, true], "Redis has forgotten");
    });
}
