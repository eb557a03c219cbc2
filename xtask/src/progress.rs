//! Saying what is being done, how long it may take, and how long it took.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::project;
use crate::shell::say;

/// How long nothing more is said than what is being done; what takes longer is reported on at least
/// so much later each time.
const QUIET: Duration = Duration::from_secs(5);

/// Says what is being done, does it, and says how long it took. Meanwhile it says now and then how
/// much of the time is over that the same took the last time.
///
/// # Errors
///
/// Those of the work.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    timed(what, None, work)
}

/// The same with a guess for a machine that has never done it.
///
/// # Errors
///
/// Those of the work.
pub(crate) fn long_step<T>(
    what: &str,
    guess: Duration,
    work: impl FnOnce() -> Result<T>,
) -> Result<T> {
    timed(what, Some(guess), work)
}

fn timed<T>(what: &str, guess: Option<Duration>, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let memory = project::cache().ok().map(|cache| Memory::of(&cache, what));
    let expected = memory.as_ref().and_then(Memory::recall).or(guess);
    // Where the last time was soon over, it says nothing about one that is not.
    let expected = expected.filter(|time| *time >= QUIET);
    say(&beginning(what, expected));
    let start = Instant::now();
    let result = thread::scope(|scope| {
        let (_ends_with_the_work, end) = channel();
        scope.spawn(move || report_until(&end, start, expected));
        work()
    });
    let taken = start.elapsed();
    match &result {
        Ok(_) => {
            say(&format!("✓ {what} ({})", elapsed(taken)));
            memory.inspect(|memory| memory.keep(taken));
        }
        Err(_) => say(&format!("✗ {what} ({})", elapsed(taken))),
    }
    result
}

fn report_until(end: &Receiver<()>, start: Instant, expected: Option<Duration>) {
    let mut pause = QUIET;
    while end.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
        let taken = start.elapsed();
        say(&report(taken, expected));
        pause = QUIET.max(taken / 4);
    }
}

fn beginning(what: &str, expected: Option<Duration>) -> String {
    expected.map_or_else(
        || format!("▸ {what}"),
        |time| format!("▸ {what}: about {}", elapsed(time)),
    )
}

fn report(taken: Duration, expected: Option<Duration>) -> String {
    let so_far = elapsed(taken);
    match expected {
        None => format!("  … {so_far}"),
        Some(time) if taken <= time => format!("  … {so_far} of about {}", elapsed(time)),
        Some(time) => format!("  … {so_far}, longer than the {} expected", elapsed(time)),
    }
}

/// How long something took the last time on this machine; a file of its own in the user's cache.
struct Memory(PathBuf);

impl Memory {
    fn of(cache: &Path, what: &str) -> Self {
        let name = what.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        Self(cache.join("times").join(name))
    }

    fn recall(&self) -> Option<Duration> {
        let milliseconds = fs::read_to_string(&self.0).ok()?.trim().parse().ok()?;
        Some(Duration::from_millis(milliseconds))
    }

    /// Nothing depends on it, so that what cannot be written is left out.
    fn keep(&self, time: Duration) {
        if let Some(folder) = self.0.parent() {
            drop(fs::create_dir_all(folder));
        }
        drop(fs::write(&self.0, time.as_millis().to_string()));
    }
}

/// A duration as people say it.
pub(crate) fn elapsed(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds >= 60 {
        format!("{} min {} s", seconds / 60, seconds % 60)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_times_have_tenths_and_long_ones_minutes() {
        assert_eq!(elapsed(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(elapsed(Duration::from_secs(125)), "2 min 5 s");
    }

    #[test]
    fn what_takes_long_is_told_beside_what_is_expected() {
        let [ten, ninety] = [10, 90].map(Duration::from_secs);
        assert_eq!(report(ten, None), "  … 10.0 s");
        assert_eq!(report(ten, Some(ninety)), "  … 10.0 s of about 1 min 30 s");
        assert_eq!(
            report(ninety, Some(ten)),
            "  … 1 min 30 s, longer than the 10.0 s expected"
        );
    }

    #[test]
    fn an_estimate_is_given_where_there_is_one() {
        assert_eq!(beginning("Formatting", None), "▸ Formatting");
        assert_eq!(
            beginning("Building", Some(Duration::from_secs(90))),
            "▸ Building: about 1 min 30 s"
        );
    }

    #[test]
    fn a_time_is_remembered_for_each_thing_by_itself() {
        let cache = tempfile::tempdir().expect("a folder");
        let server = Memory::of(cache.path(), "Building the server");
        assert_eq!(server.recall(), None);
        server.keep(Duration::from_millis(61_500));
        let again = Memory::of(cache.path(), "Building the server");
        assert_eq!(again.recall(), Some(Duration::from_millis(61_500)));
        assert_eq!(Memory::of(cache.path(), "Building the page").recall(), None);
    }
}
