//! Longer stories than all orders of which could be tried, by chance.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use meeting::backoff::Jitter;
use simulation::random::{NameSeedOnPanic, between, is_replay, with_seeds};

use crate::page::Manners;
use crate::parts::{Sight, Trouble};
use crate::world::World;

const RUNS: u64 = 10_000;

/// Two to five tabs, some with the newest token and some with the one before.
fn beginning(random: &mut Jitter, manners: &Manners) -> World {
    let trouble = Trouble {
        cuts: some(random, 6),
        timeouts: some(random, 3),
        restarts: some(random, 1),
        reloads: some(random, 3),
        leaves: some(random, 1),
    };
    let mut world = World::with_ada(manners, trouble);
    let older = world.token_of(0);
    if between(random, 0, 1) == 0 {
        world.reconnect(0, manners);
    }
    for _ in 0..between(random, 1, 4) {
        let newest = world.token_of(0);
        world.add_tab(if between(random, 0, 2) == 0 {
            older
        } else {
            newest
        });
    }
    world
}

fn some(random: &mut Jitter, most: u64) -> u8 {
    u8::try_from(between(random, 0, most)).unwrap()
}

#[test]
fn exactly_one_tab_wins_whatever_happens() {
    let manners = Manners::ask();
    let sights = RefCell::new(BTreeSet::new());
    let (runs, wins, steps) = (Cell::new(0), Cell::new(0), Cell::new(0));
    with_seeds(RUNS, |seed| {
        let _guard = NameSeedOnPanic(seed);
        let mut random = Jitter::new(seed);
        let mut world = beginning(&mut random, &manners);
        loop {
            let moves = world.moves();
            let Some(last) = moves.len().checked_sub(1) else {
                break;
            };
            let chosen = between(&mut random, 0, u64::try_from(last).unwrap());
            let step = moves[usize::try_from(chosen).unwrap()];
            if is_replay() {
                println!("{step:?}");
            }
            world.take(step, &manners, &mut sights.borrow_mut());
            world.check();
            steps.set(steps.get() + 1);
        }
        runs.set(runs.get() + 1);
        wins.set(wins.get() + u64::from(world.check_the_end()));
    });
    println!(
        "{} runs of {} steps in all, {} of them with exactly one winner",
        runs.get(),
        steps.get(),
        wins.get()
    );
    if !is_replay() {
        assert_eq!(
            *sights.borrow(),
            Sight::ALL.into(),
            "not all of it was seen"
        );
    }
}
