//! Chance, from a seed.

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
    let number = |name| {
        std::env::var(name)
            .ok()
            .map(|text| text.parse::<u64>().unwrap())
    };
    if let Some(seed) = number(SEED) {
        return story(seed);
    }
    for seed in 0..number(RUNS).unwrap_or(runs) {
        story(seed);
    }
}

/// Names the seed when the run it guards fails.
#[derive(Debug)]
pub struct NameSeedOnPanic(pub u64);

impl Drop for NameSeedOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this was the run with {SEED}={}", self.0);
        }
    }
}
