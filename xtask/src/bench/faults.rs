//! How a call bears faults, in each browser.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use super::spread::Spread;
use crate::shell;

/// What the bench of a lost server calls the stretches to compare with.
const CALM: &str = "while nothing happens";

/// A fault whose mark is the time until pictures and sound are back, both ways.
#[derive(Clone, Copy, Debug)]
struct Fault {
    name: &'static str,
    /// What is measured.
    span: &'static str,
    /// The ceilings, in milliseconds.
    median: u32,
    nearly_all: u32,
    most: u32,
}

/// Measures how long it takes until a call is back that lost the link it went over.
///
/// # Errors
///
/// Something does not build or run, or takes longer than it may.
pub(crate) fn path_change() -> Result<()> {
    Fault {
        name: "path-change",
        span: "from the loss of a link to picture and sound over the next one",
        median: 3_000,
        nearly_all: 6_000,
        most: u32::MAX,
    }
    .measure()
}

/// Measures how long it takes until a call is back after ten seconds without any network.
///
/// # Errors
///
/// Something does not build or run, or takes longer than it may.
pub(crate) fn blackout() -> Result<()> {
    Fault {
        name: "blackout",
        span: "from the end of a blackout of 10 s to picture and sound",
        median: 5_000,
        nearly_all: 5_000,
        most: 5_000,
    }
    .measure()
}

impl Fault {
    fn measure(self) -> Result<()> {
        let mut slow = Vec::new();
        for (browser, times) in by_browser(&super::measure(self.name)?)? {
            let spread = Spread::of(times).context("nothing was measured")?;
            shell::report(&format!("{browser}, {}, {spread}", self.span));
            if !self.allows(&spread) {
                slow.push(browser);
            }
        }
        if slow.is_empty() {
            Ok(())
        } else {
            bail!("{} took longer than it may", slow.join(" and "))
        }
    }

    const fn allows(self, spread: &Spread) -> bool {
        spread.median <= self.median
            && spread.nearly_all <= self.nearly_all
            && spread.most <= self.most
    }
}

/// Measures how soon pages are back when the only server is, however long it was away.
///
/// # Errors
///
/// Something does not build or run, or takes longer than it may.
pub(crate) fn comeback() -> Result<()> {
    Fault {
        name: "return",
        span: "from the return of the server to being let in again",
        median: 1_000,
        nearly_all: 3_000,
        most: u32::MAX,
    }
    .measure()
}

/// Measures the longest gap in media while the only server is killed, or stopped, and started again,
/// beside the longest in an equally long stretch in which nothing happens.
///
/// # Errors
///
/// Something does not build or run, or one can tell from the media that the server was away.
pub(crate) fn server_loss() -> Result<()> {
    let gaps = by_browser(&super::measure("server-loss")?)?;
    let mut spreads = BTreeMap::new();
    for (what, gaps) in gaps {
        let spread = Spread::of(gaps).context("nothing was measured")?;
        shell::report(&format!("{what}, the longest gap of each run, {spread}"));
        spreads.insert(what, spread);
    }
    let noticed = noticed(&spreads);
    if noticed.is_empty() {
        Ok(())
    } else {
        bail!(
            "media paused longer than in calm: {}",
            noticed.join(" and ")
        )
    }
}

/// Where the usual run had a longer gap than the worst in which nothing happened.
fn noticed(spreads: &BTreeMap<String, Spread>) -> Vec<&str> {
    let is_longer = |what: &str, spread: &Spread| {
        let browser = what.split(' ').next().unwrap_or_default();
        let calm = spreads.get(&format!("{browser} {CALM}"));
        calm.is_none_or(|calm| spread.median > calm.most)
    };
    let longer = spreads
        .iter()
        .filter(|(what, spread)| is_longer(what, spread));
    longer.map(|(what, _)| what.as_str()).collect()
}

/// Sorts lines of the form `chromium 1234` by what comes before the number.
fn by_browser(lines: &[String]) -> Result<BTreeMap<String, Vec<u32>>> {
    let mut times = BTreeMap::<_, Vec<u32>>::new();
    for line in lines {
        let (browser, time) = line
            .rsplit_once(' ')
            .with_context(|| format!("no time in: {line}"))?;
        let time = time
            .parse()
            .with_context(|| format!("not a number of milliseconds: {line}"))?;
        times.entry(browser.to_owned()).or_default().push(time);
    }
    if times.is_empty() {
        bail!("nothing was measured");
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_noticed_where_the_usual_gap_is_longer_than_any_in_calm() {
        let spread = |gaps: [u32; 3]| Spread::of(gaps.to_vec()).expect("three gaps");
        let spreads = [
            ("chromium while nothing happens", [0, 50, 100]),
            ("chromium while the server is killed", [0, 100, 900]),
            ("firefox while nothing happens", [0, 0, 0]),
            ("firefox while the server is killed", [0, 50, 60]),
        ];
        let spreads = spreads.map(|(what, gaps)| (what.to_owned(), spread(gaps)));
        assert_eq!(
            noticed(&spreads.into()),
            ["firefox while the server is killed"]
        );
    }

    #[test]
    fn measurements_are_sorted_by_browser() {
        let lines = ["firefox 3", "chromium 1", "firefox 5"].map(ToOwned::to_owned);
        let times = by_browser(&lines).expect("well-formed");
        assert_eq!(times.get("firefox"), Some(&vec![3, 5]));
        assert_eq!(times.get("chromium"), Some(&vec![1]));
    }

    #[test]
    fn one_run_over_the_ceiling_for_all_is_too_many() {
        let fault = Fault {
            name: "",
            span: "",
            median: 10,
            nearly_all: 20,
            most: 30,
        };
        let allows = |times: &[u32]| fault.allows(&Spread::of(times.to_vec()).expect("some"));
        assert!(allows(&[5, 10, 20]));
        assert!(!allows(&[5, 11, 20]));
        assert!(!allows(&[5, 10, 21]));
    }
}
