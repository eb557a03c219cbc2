//! Many times, as a few numbers.

use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

/// How measurements lie.
pub(crate) struct Figures(Vec<Duration>);

/// Of all measurements, this share is no longer than that.
pub(crate) struct Promise {
    pub(crate) percent: usize,
    pub(crate) within: Duration,
}

impl Figures {
    pub(crate) fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut times: Vec<_> = times.into_iter().collect();
        times.sort();
        assert!(!times.is_empty(), "nothing was measured");
        Self(times)
    }

    /// The shortest time that so many of a hundred do not exceed.
    fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100);
        self.0[rank.saturating_sub(1)]
    }

    /// Prints them, and says whether the promises hold.
    pub(crate) fn report(&self, what: &str, promises: &[Promise]) -> anyhow::Result<()> {
        say(&format!("{what}: {self}"))?;
        for Promise { percent, within } in promises {
            let found = self.percentile(*percent);
            anyhow::ensure!(
                found <= *within,
                "{what}: p{percent} is {found:.1?}, more than the {within:?} that are promised"
            );
        }
        Ok(())
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [least, lower, median, upper, high, most] =
            [0, 25, 50, 75, 99, 100].map(|percent| self.percentile(percent));
        write!(
            f,
            "{} times, median {median:.1?}, p99 {high:.1?}, least {least:.1?}, most {most:.1?}, \
             half of them within {lower:.1?} to {upper:.1?}",
            self.0.len()
        )
    }
}

/// Prints a line.
pub(crate) fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}
