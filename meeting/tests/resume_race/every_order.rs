//! Small stories, in every order in which they can happen.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::rc::Rc;

use crate::page::Manners;
use crate::parts::{Move, Sight, Trouble};
use crate::world::World;

/// Far more than any story here has; one that reaches it does not end.
const MOST_STATES: usize = 300_000;

struct Path {
    before: Option<Rc<Path>>,
    step: Move,
}

/// What was seen on the way through all states.
#[derive(Debug, Default)]
struct Explored {
    states: usize,
    /// States in which nothing can happen any more.
    ends: usize,
    /// Those with a winner.
    won: usize,
    sights: BTreeSet<Sight>,
}

/// Tries every order, the shortest first, and checks what each step leads to.
fn explore(story: &str, start: World, manners: &Manners) -> Explored {
    let mut explored = Explored::default();
    let mut seen = HashSet::from([start.fingerprint()]);
    let mut open: VecDeque<(World, Option<Rc<Path>>)> = VecDeque::from([(start, None)]);
    while let Some((world, path)) = open.pop_front() {
        let guard = PrintOnPanic(path.clone());
        let moves = world.moves();
        if moves.is_empty() {
            explored.ends += 1;
            explored.won += usize::from(world.check_the_end());
        }
        for step in moves {
            let mut next = world.clone();
            let guard = PrintOnPanic(Some(Rc::new(Path {
                before: path.clone(),
                step,
            })));
            next.take(step, manners, &mut explored.sights);
            next.check();
            if seen.insert(next.fingerprint()) {
                open.push_back((next, guard.0.clone()));
            }
        }
        drop(guard);
        assert!(seen.len() < MOST_STATES, "the race never comes to an end");
    }
    explored.states = seen.len();
    println!(
        "{story}: {} states, all of them; {} ends, {} with exactly one winner",
        explored.states, explored.ends, explored.won
    );
    explored
}

/// Says how it came to this.
struct PrintOnPanic(Option<Rc<Path>>);

impl Drop for PrintOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut steps = Vec::new();
            let mut path = self.0.as_ref();
            while let Some(part) = path {
                steps.push(part.step);
                path = part.before.as_ref();
            }
            steps.reverse();
            eprintln!("after {steps:#?}");
        }
    }
}

/// Ada in the room on one tab, and the same token on this many others.
fn tabs_with_one_token(others: usize, trouble: Trouble) -> (World, Manners) {
    let manners = Manners::ask();
    let mut world = World::with_ada(&manners, trouble);
    for _ in 0..others {
        world.add_tab(world.token_of(0));
    }
    (world, manners)
}

/// Tries a story out, and makes sure that in the course of it all of this was seen.
fn tell(story: &str, (world, manners): (World, Manners), expected: &[Sight]) {
    let explored = explore(story, world, &manners);
    assert!(explored.won > 0);
    for sight in expected {
        assert!(explored.sights.contains(sight), "{sight:?} never happened");
    }
}

/// Its token is of its own making, so whoever asks again in time is not somebody else.
#[test]
fn a_page_whose_first_answers_are_lost() {
    let trouble = Trouble {
        cuts: 2,
        timeouts: 1,
        ..Trouble::default()
    };
    tell(
        "a page whose first answers are lost",
        (World::with_ada_before_joining(trouble), Manners::ask()),
        &[Sight::SameTokenAgain, Sight::BackInTime, Sight::LateRequest],
    );
}

#[test]
fn two_tabs_with_one_token_whose_sockets_break() {
    let trouble = Trouble {
        cuts: 2,
        ..Trouble::default()
    };
    let expected = [
        Sight::Replacement,
        Sight::ReplacementHeard,
        Sight::SameTokenAgain,
        Sight::TokenRefused,
        Sight::Newcomer,
        Sight::LateLoss,
        Sight::GraceOver,
        Sight::BackInTime,
        Sight::BackFromNothing,
    ];
    tell(
        "two tabs with one token whose sockets break",
        tabs_with_one_token(1, trouble),
        &expected,
    );
}

#[test]
fn two_tabs_with_one_token_that_do_not_wait_for_ever() {
    let trouble = Trouble {
        cuts: 1,
        timeouts: 1,
        ..Trouble::default()
    };
    tell(
        "two tabs with one token that do not wait for ever",
        tabs_with_one_token(1, trouble),
        &[Sight::LateRequest, Sight::LateLoss, Sight::TokenRefused],
    );
}

#[test]
fn two_tabs_with_one_token_and_a_server_that_forgets() {
    let trouble = Trouble {
        cuts: 1,
        restarts: 1,
        ..Trouble::default()
    };
    tell(
        "two tabs with one token and a server that forgets",
        tabs_with_one_token(1, trouble),
        &[Sight::BackFromNothing, Sight::TokenRefused, Sight::Newcomer],
    );
}

#[test]
fn two_tabs_with_one_token_one_of_which_is_loaded_again() {
    let trouble = Trouble {
        cuts: 1,
        reloads: 1,
        ..Trouble::default()
    };
    tell(
        "two tabs with one token one of which is loaded again",
        tabs_with_one_token(1, trouble),
        &[Sight::BackInTime, Sight::LateLoss, Sight::SameTokenAgain],
    );
}

#[test]
fn two_tabs_with_one_token_one_of_which_is_left() {
    let trouble = Trouble {
        cuts: 1,
        leaves: 1,
        ..Trouble::default()
    };
    tell(
        "two tabs with one token one of which is left",
        tabs_with_one_token(1, trouble),
        &[Sight::LateLeave, Sight::BackFromNothing],
    );
}

#[test]
fn two_tabs_with_successive_tokens() {
    let trouble = Trouble {
        cuts: 1,
        timeouts: 1,
        ..Trouble::default()
    };
    let (mut world, manners) = tabs_with_one_token(0, trouble);
    let older = world.token_of(0);
    world.reconnect(0, &manners);
    assert_ne!(world.token_of(0), older);
    world.add_tab(older);
    tell(
        "two tabs with successive tokens",
        (world, manners),
        &[Sight::Replacement, Sight::TokenRefused, Sight::LateRequest],
    );
}

#[test]
fn two_tabs_with_one_token_whose_page_is_gone() {
    let trouble = Trouble {
        cuts: 1,
        ..Trouble::default()
    };
    let (mut world, manners) = tabs_with_one_token(2, trouble);
    world.close(0);
    tell(
        "two tabs with one token whose page is gone",
        (world, manners),
        &[Sight::BackInTime, Sight::GraceOver, Sight::SameTokenAgain],
    );
}

#[test]
fn three_tabs_with_one_token() {
    let trouble = Trouble {
        cuts: 1,
        ..Trouble::default()
    };
    tell(
        "three tabs with one token",
        tabs_with_one_token(2, trouble),
        &[Sight::ReplacementHeard, Sight::LateLoss, Sight::Newcomer],
    );
}

#[test]
fn three_tabs_with_one_token_that_do_not_wait_for_ever() {
    let trouble = Trouble {
        timeouts: 1,
        ..Trouble::default()
    };
    tell(
        "three tabs with one token that do not wait for ever",
        tabs_with_one_token(2, trouble),
        &[Sight::LateRequest, Sight::ReplacementHeard],
    );
}
