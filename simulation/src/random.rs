//! Chance, from a seed.

use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use meeting::backoff::Jitter;

/// Where the seed of a run that is to be repeated is found.
const SEED: &str = "MEETING_SEED";
/// Where the number of runs is found.
const RUNS: &str = "MEETING_RUNS";

/// A number between the two, both included.
pub const fn between(random: &mut Jitter, low: u64, high: u64) -> u64 {
    low + random.next_u64() % (high - low + 1)
}

/// True in so many cases of a hundred.
pub const fn percent(random: &mut Jitter, chance: u64) -> bool {
    random.next_u64() % 100 < chance
}

/// Whether one run is to be repeated and told about.
pub fn is_replay() -> bool {
    std::env::var_os(SEED).is_some()
}

/// Runs `story` with as many seeds as the environment asks for, or with the one it names.
pub fn with_seeds(runs: u64, story: impl Fn(u64)) {
    if let Some(seed) = number(SEED) {
        return story(seed);
    }
    for seed in 0..number(RUNS).unwrap_or(runs) {
        story(seed);
    }
}

/// Does so on all processors at once. After one that fails no other run begins.
pub fn with_many_seeds(runs: u64, story: impl Fn(u64) + Sync) {
    if let Some(seed) = number(SEED) {
        return story(seed);
    }
    let runs = number(RUNS).unwrap_or(runs);
    let next = AtomicU64::new(0);
    let work = || {
        while let Some(seed) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|it| *it < runs) {
            let _end = NoMore(&next, runs);
            story(seed);
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
}

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap())
}

/// Lets no other run begin when the one it guards fails.
struct NoMore<'a>(&'a AtomicU64, u64);

impl Drop for NoMore<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(self.1, Ordering::Relaxed);
        }
    }
}

/// Names the seed when the run it guards fails.
#[derive(Debug)]
pub struct NameSeedOnPanic(pub u64);

impl Drop for NameSeedOnPanic {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("this was the run with {SEED}={}", self.0);
        }
    }
}
