//! Stories of hands that go up and of what is shown for a moment.

use meeting::client::{Input, Notice, Remote};
use meeting::conversation::Reaction;

use simulation::network::Weather;
use simulation::random::with_seeds;
use simulation::world::World;

const SEEDS: u64 = 50;

fn story(tell: impl Fn(World, [usize; 3])) {
    with_seeds(SEEDS, |seed| {
        let mut world = World::new(seed, Weather::FAIR);
        let pages = ["Ada", "Ben", "Eve"].map(|name| world.join(name));
        world.run_until(3000, "everybody is connected", World::is_whole);
        world.run_for(1000);
        tell(world, pages);
    });
}

/// The names of those whose hands are up, as a page sees them.
fn hands(world: &World, page: usize) -> Vec<String> {
    let page = &world.pages[page];
    let hands = page.client.hands().into_iter();
    let name = |id| {
        let own = page.client.local().filter(|it| it.id == id);
        let remote = || page.remote(&id).map(Remote::participant);
        own.or_else(remote).map(|it| it.name.to_string())
    };
    hands.filter_map(name).collect()
}

fn told(world: &World, page: usize, wanted: impl Fn(&Notice) -> bool) -> usize {
    let told = world.pages[page].told.iter();
    told.filter(|it| wanted(it)).count()
}

#[test]
fn hands_are_seen_in_the_order_in_which_they_went_up_and_whoever_raises_theirs_again_is_last() {
    story(|mut world, pages| {
        let [ada, ben, eve] = pages;
        for page in [eve, ada, ben] {
            world.feed(page, Input::Hand(true));
            world.run_for(500);
        }
        for page in pages {
            assert_eq!(hands(&world, page), ["Eve", "Ada", "Ben"]);
        }
        world.feed(eve, Input::Hand(false));
        world.run_for(500);
        world.feed(eve, Input::Hand(true));
        world.run_for(500);
        for page in pages {
            assert_eq!(hands(&world, page), ["Ada", "Ben", "Eve"]);
        }
        let raised = |it: &Notice| matches!(it, Notice::HandRaised(_));
        assert_eq!(
            told(&world, ada, raised),
            3,
            "one for each hand but their own"
        );
    });
}

#[test]
fn hands_that_go_up_at_once_are_in_the_same_order_for_everybody() {
    story(|mut world, pages| {
        for page in pages {
            world.feed(page, Input::Hand(true));
        }
        world.run_for(500);
        let first = hands(&world, pages[0]);
        assert_eq!(first.len(), 3);
        for page in pages {
            assert_eq!(hands(&world, page), first);
        }
    });
}

#[test]
fn whoever_comes_late_or_again_sees_the_hands_and_whoever_leaves_takes_theirs_along() {
    story(|mut world, [ada, ben, eve]| {
        world.feed(ben, Input::Hand(true));
        world.run_for(500);
        world.feed(ada, Input::Hand(true));
        world.run_for(500);
        let late = world.join("Dan");
        world.run_until(3000, "Dan is connected", World::is_whole);
        world.run_for(1000);
        assert_eq!(hands(&world, late), ["Ben", "Ada"]);
        let again = world.reload(eve);
        world.run_until(10_000, "Eve is back", World::is_whole);
        world.run_for(1000);
        assert_eq!(hands(&world, again), ["Ben", "Ada"]);
        world.leave(ben);
        world.run_for(500);
        assert_eq!(hands(&world, late), ["Ada"]);
        let raised = |it: &Notice| matches!(it, Notice::HandRaised(_));
        assert_eq!(told(&world, ada, raised), 1);
    });
}

#[test]
fn a_reaction_is_seen_by_everybody_for_a_moment_and_the_next_takes_its_place() {
    story(|mut world, pages| {
        let [ada, ..] = pages;
        let id = world.pages[ada].id();
        let seen = |world: &World, page: usize| {
            let shown = world.pages[page].client.reaction(&id);
            shown.map(|it| it.reaction)
        };
        world.feed(ada, Input::React(Reaction::Clapping));
        world.run_for(500);
        for page in pages {
            assert_eq!(seen(&world, page), Some(Reaction::Clapping));
        }
        world.feed(ada, Input::React(Reaction::Heart));
        world.run_for(4800);
        for page in pages {
            assert_eq!(seen(&world, page), Some(Reaction::Heart));
        }
        world.run_for(1500);
        for page in pages {
            assert_eq!(seen(&world, page), None);
        }
        let reacted = |it: &Notice| matches!(it, Notice::Reacted(..));
        assert_eq!(pages.map(|page| told(&world, page, reacted)), [0, 2, 2]);
    });
}
