//! From pressing *Join now* to the first frame of somebody else.

use anyhow::{Context, Result};

use crate::shell;

/// Measures and prints median, least, most and spread, in milliseconds.
///
/// # Errors
///
/// The page does not build, or nothing was measured.
pub(crate) fn join() -> Result<()> {
    let times: Vec<u32> = super::measure("join")?
        .iter()
        .map(|line| {
            line.parse()
                .with_context(|| format!("not a number of milliseconds: {line}"))
        })
        .collect::<Result<_>>()?;
    let spread = Spread::of(times).context("nothing was measured")?;
    shell::report(&spread.to_string());
    Ok(())
}

/// How a handful of measurements lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spread {
    runs: usize,
    least: u32,
    lower_quartile: u32,
    median: u32,
    upper_quartile: u32,
    most: u32,
}

impl Spread {
    /// `None` when there are no measurements.
    fn of(mut times: Vec<u32>) -> Option<Self> {
        times.sort_unstable();
        let runs = times.len();
        let at = |quarter: usize| times.get(runs.saturating_sub(1) * quarter / 4).copied();
        Some(Self {
            runs,
            least: at(0)?,
            lower_quartile: at(1)?,
            median: at(2)?,
            upper_quartile: at(3)?,
            most: at(4)?,
        })
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            runs,
            least,
            lower_quartile,
            median,
            upper_quartile,
            most,
        } = self;
        write!(
            f,
            "from Join now to the first remote frame, {runs} runs: median {median} ms, \
             least {least} ms, most {most} ms, half of them within {lower_quartile} to {upper_quartile} ms"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_in_the_middle_whatever_the_order() {
        let spread = Spread::of(vec![50, 10, 40, 20, 30]).expect("there are five");
        assert_eq!((spread.least, spread.median, spread.most), (10, 30, 50));
        assert_eq!((spread.lower_quartile, spread.upper_quartile), (20, 40));
    }

    #[test]
    fn no_measurements_have_no_spread() {
        assert_eq!(Spread::of(Vec::new()), None);
    }
}
