//! Pages and servers are renewed one after the other, and nobody in the meeting notices.

use std::collections::BTreeSet;

use meeting::client::{LinkState, Remote, UnknownCounts};
use simulation::fleet::Fleet;
use simulation::network::Weather;
use simulation::next::{CAPABILITY, Release};
use simulation::random::with_seeds;
use simulation::world::World;

const SERVERS: usize = 3;
/// How long a meeting may take to be whole after somebody came, in milliseconds.
const COMING: u64 = 10_000;

/// Who came first, by the bits of a number, and from which release the servers go to which.
#[derive(Clone, Copy, Debug)]
struct Mix {
    pages: [Release; 3],
    from: Release,
    to: Release,
}

/// Every mix there is.
fn mixes() -> impl Iterator<Item = Mix> {
    use Release::{Next, Present};
    let page = |mask: usize, bit: usize| if mask & bit == 0 { Present } else { Next };
    let ways = [(Present, Next), (Next, Present)];
    ways.into_iter().flat_map(move |(from, to)| {
        (0..8).map(move |mask| Mix {
            pages: [page(mask, 1), page(mask, 2), page(mask, 4)],
            from,
            to,
        })
    })
}

fn present(world: &World<Fleet>) -> Vec<usize> {
    let pages = world.pages.iter().enumerate();
    let alive = pages.filter(|(_, page)| page.alive);
    alive.map(|(number, _)| number).collect()
}

/// Everybody writes something.
fn everybody_writes(world: &mut World<Fleet>) {
    for page in present(world) {
        let text = format!("{page} at {}", world.now);
        world.send_chat(page, &text);
    }
}

/// Everybody sees everybody else once, and is connected to them.
fn assert_nobody_notices(world: &World<Fleet>) {
    for page in present(world) {
        let it = &world.pages[page];
        let remotes = it.client.remotes().values().map(Remote::participant);
        let names: Vec<_> = remotes.map(|one| one.name.as_str()).collect();
        let once: BTreeSet<_> = names.iter().collect();
        let others = present(world).len() - 1;
        assert_eq!((names.len(), once.len()), (others, others), "{names:?}");
        for (id, remote) in it.client.remotes() {
            let (link, name) = (it.client.link(id), &remote.participant().name);
            assert!(remote.is_shown(), "{} does not see {name}", it.name);
            assert_eq!(link, LinkState::Connected, "{} and {name}", it.name);
        }
    }
}

/// Connections made and closed, and restarts, of all pages together.
fn repairs(world: &World<Fleet>) -> Vec<(u32, u32, u32)> {
    let pages = world.pages.iter();
    pages.map(|it| (it.made, it.closed, it.restarts)).collect()
}

/// One server is renewed while everybody writes.
fn renew(world: &mut World<Fleet>, server: usize, release: Release) {
    let before = repairs(world);
    world.renew(server, release, |world| {
        everybody_writes(world);
        for _ in 0..20 {
            world.run_for(50);
            assert_nobody_notices(world);
        }
    });
    world.run_until(COMING, "everybody has a socket again", World::is_whole);
    assert_eq!(repairs(world), before, "a call was interrupted");
}

/// Everything that was ever written is on every page, once.
fn assert_nothing_is_lost(world: &World<Fleet>, written: usize) {
    let pages = present(world);
    let texts = |page: usize| {
        // What is written at the same moment has no order.
        let mut texts = world.pages[page].chat();
        texts.sort_unstable();
        texts
    };
    let first = texts(pages[0]);
    assert_eq!(first.len(), written);
    for page in pages {
        assert_eq!(texts(page), first, "{}", world.pages[page].name);
    }
}

fn whole(world: &mut World<Fleet>) {
    world.run_until(COMING, "everybody is connected", World::is_whole);
}

fn upgrade(seed: u64, mix: Mix) -> World<Fleet> {
    let fleet = Fleet::new(seed, &[mix.from; SERVERS]);
    let mut world = World::around(fleet, seed, Weather::FAIR);
    for (number, release) in mix.pages.into_iter().enumerate() {
        world.join_as(&format!("Person {number}"), release);
    }
    whole(&mut world);
    renew(&mut world, 0, mix.to);
    // Servers of both releases are there when somebody comes, and when a page is loaded again.
    world.join_as("Late", mix.to);
    whole(&mut world);
    renew(&mut world, 1, mix.to);
    world.reload_as(0, mix.to);
    whole(&mut world);
    renew(&mut world, 2, mix.to);
    world.run_for(1_000);
    assert!(world.pages[1].sockets > 1, "nobody has moved");
    // In each renewal everybody writes four times: three people in the first, and then four.
    assert_nothing_is_lost(&world, 4 * (3 + 4 + 4));
    world
}

#[test]
fn in_every_mix_of_pages_and_servers_a_rolling_restart_disturbs_nobody() {
    for mix in mixes() {
        with_seeds(2, |seed| drop(upgrade(seed, mix)));
    }
}

#[test]
fn what_the_next_version_adds_crosses_every_wire() {
    let mix = Mix {
        pages: [Release::Present, Release::Next, Release::Present],
        from: Release::Present,
        to: Release::Next,
    };
    let world = upgrade(7, mix);
    let (next, still) = (&world.pages[1], &world.pages[2]);
    assert!(
        next.speech.unknown_types > 0,
        "no old server heard anything new"
    );
    let counts = still.client.unknown_counts();
    let UnknownCounts { messages, fields } = counts;
    assert!(messages > 0 && fields > 0, "{counts:?}");
    let remote = still.remote(&next.id()).unwrap();
    assert!(remote.capabilities().has(CAPABILITY));
    assert_eq!(remote.version(), 1);
    let old = next.remote(&still.id()).unwrap();
    assert!(!old.capabilities().has(CAPABILITY));
}
