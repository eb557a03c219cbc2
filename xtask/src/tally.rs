//! Counting what passed and what failed, from what the test runners print.

use std::time::{Duration, Instant};

use crate::progress::elapsed;

/// How one kind of test went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) kind: String,
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) time: Duration,
}

impl Tally {
    pub(crate) fn new(kind: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            passed: 0,
            failed: 0,
            time: Duration::ZERO,
        }
    }

    /// Takes in one line of a test program; its closing line counts.
    pub(crate) fn libtest_line(&mut self, line: &str) {
        if let Some((passed, failed)) = libtest_result(line) {
            self.passed += passed;
            self.failed += failed;
        }
    }
}

/// Follows the output of one `cargo test` over several crates and counts for each of them.
#[derive(Debug)]
pub(crate) struct CargoTests {
    finished: Vec<Tally>,
    current: Tally,
    since: Instant,
}

impl CargoTests {
    pub(crate) fn new() -> Self {
        Self {
            finished: Vec::new(),
            current: Tally::new("compiling"),
            since: Instant::now(),
        }
    }

    /// Takes in one line of output.
    pub(crate) fn line(&mut self, line: &str) {
        if let Some(name) = crate_begun(line) {
            if name != self.current.kind {
                self.begin(name);
            }
        } else {
            self.current.libtest_line(line);
        }
    }

    /// The counts, once the run is over.
    pub(crate) fn finish(mut self, succeeded: bool) -> Vec<Tally> {
        self.begin("");
        let counted: u32 = self.finished.iter().map(|tally| tally.failed).sum();
        // Something that failed without a count did not compile or crashed.
        if !succeeded
            && counted == 0
            && let Some(last) = self.finished.last_mut()
        {
            last.failed = 1;
        }
        self.finished
    }

    fn begin(&mut self, name: &str) {
        self.current.time += self.since.elapsed();
        self.since = Instant::now();
        // Documentation tests come after all else, so a crate can come up a second time.
        let known = self.finished.iter().position(|tally| tally.kind == name);
        let next = known.map_or_else(|| Tally::new(name), |index| self.finished.remove(index));
        self.finished
            .push(std::mem::replace(&mut self.current, next));
    }
}

/// The crate whose tests begin with this line, when it is such a line. The tests of a crate's
/// `tests` folder follow those of its own code, so they need no line of their own.
fn crate_begun(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if let Some(name) = line.strip_prefix("Doc-tests ") {
        return Some(name.trim());
    }
    let (_, path) = line
        .strip_prefix("Running unittests ")?
        .split_once("deps/")?;
    let (name, _) = path.rsplit_once('-')?;
    // The program of the crate `server` has a name of its own.
    Some(if name == "rotunda" { "server" } else { name })
}

/// The counts in libtest's closing line.
fn libtest_result(line: &str) -> Option<(u32, u32)> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |what: &str| {
        counts
            .split("; ")
            .find_map(|part| part.strip_suffix(what)?.trim().parse().ok())
    };
    Some((count("passed")?, count("failed")?))
}

/// A table of all kinds, and the sum as its last line.
pub(crate) fn summary(tallies: &[Tally]) -> String {
    let rows = tallies.iter().map(|tally| {
        let Tally {
            kind,
            passed,
            failed,
            time,
        } = tally;
        format!("{kind:<14}{passed:>8}{failed:>8}{:>15}\n", elapsed(*time))
    });
    let head = format!("{:<14}{:>8}{:>8}{:>15}\n", "", "passed", "failed", "time");
    let passed: u32 = tallies.iter().map(|tally| tally.passed).sum();
    let failed: u32 = tallies.iter().map(|tally| tally.failed).sum();
    let table: String = std::iter::once(head).chain(rows).collect();
    format!("{table}{passed} passed, {failed} failed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(lines: &[&str], succeeded: bool) -> Vec<(String, u32, u32)> {
        let mut tests = CargoTests::new();
        for line in lines {
            tests.line(line);
        }
        let tallies = tests.finish(succeeded).into_iter();
        tallies
            .map(|tally| (tally.kind, tally.passed, tally.failed))
            .collect()
    }

    #[test]
    fn results_count_for_the_crate_whose_tests_ran_last() {
        let lines = [
            "   Compiling meeting v0.1.0",
            "     Running unittests src/lib.rs (target/debug/deps/meeting-0a1b)",
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "     Running tests/wire_format.rs (target/debug/deps/wire_format-22)",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "     Running unittests src/lib.rs (target/debug/deps/server-33)",
            "     Running unittests src/main.rs (target/debug/deps/rotunda-44)",
            "test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
            "   Doc-tests meeting",
            "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s",
        ];
        let expected = [("compiling", 0, 0), ("server", 4, 2), ("meeting", 16, 0)]
            .map(|(k, p, f)| (k.to_owned(), p, f));
        assert_eq!(counted(&lines, false), expected);
    }

    #[test]
    fn a_run_that_fails_without_a_count_counts_as_one_failure() {
        assert_eq!(
            counted(&["error[E0308]: mismatched types"], false),
            [("compiling".to_owned(), 0, 1)]
        );
    }

    #[test]
    fn the_last_line_of_the_summary_is_the_sum_alone() {
        let mut one = Tally::new("meeting");
        one.passed = 400;
        let mut two = Tally::new("end-to-end");
        two.passed = 12;
        assert_eq!(
            summary(&[one, two]).lines().last(),
            Some("412 passed, 0 failed")
        );
    }
}
