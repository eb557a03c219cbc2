//! Driving the browsers: Playwright with what it needs, on the program that is shipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::build::{self, Profile};
use crate::packages::{self, Package};
use crate::progress::step;
use crate::tally::Tally;
use crate::{project, report, shell};

/// What the browsers' tests need from Debian.
pub(crate) const PACKAGES: [Package; 7] = [
    packages::CHROMIUM,
    packages::FIREFOX,
    packages::CHINESE_FONT,
    packages::FFMPEG,
    packages::IP,
    packages::REDIS_SERVER,
    packages::TURN_SERVER,
];

/// Builds what is shipped and runs the end-to-end tests on it.
pub(crate) fn tests(arguments: &[String]) -> Tally {
    let mut tally = Tally::new("end-to-end");
    let start = Instant::now();
    if let Err(error) = counted_tests(arguments, &mut tally) {
        shell::say(&format!("{error:#}"));
        tally.failed = tally.failed.max(1);
    }
    tally.time = start.elapsed();
    tally
}

fn counted_tests(arguments: &[String], tally: &mut Tally) -> Result<()> {
    let results = results();
    remove(&results)?;
    let outcome = playwright("playwright.config.ts", arguments, |_| {});
    let Ok(text) = fs::read(&results) else {
        outcome?;
        bail!("Playwright left no report of what passed");
    };
    let report = serde_json::from_slice(&text).context("cannot read Playwright's report")?;
    report::count(&report, tally);
    outcome
}

/// Where the configuration of the tests has the report written.
fn results() -> PathBuf {
    project::end2end().join("results/results.json")
}

/// Nobody takes the last run's report for that of this one.
fn remove(report: &Path) -> Result<()> {
    if report.exists() {
        fs::remove_file(report).with_context(|| format!("cannot remove {}", report.display()))?;
    }
    Ok(())
}

/// Builds what is shipped and runs Playwright on it with one of its configurations.
///
/// # Errors
///
/// Something does not build or install, or Playwright fails.
pub(crate) fn playwright(
    configuration: &str,
    arguments: &[String],
    on_line: impl FnMut(&str),
) -> Result<()> {
    build::build(Profile::Release)?;
    packages::debian(&PACKAGES)?;
    let end2end = project::end2end();
    packages::npm(&end2end)?;
    step("Driving real browsers", || {
        shell::run(packages::node_program(&end2end, "tsc").arg("--noEmit"))?;
        let mut playwright = packages::node_program(&end2end, "playwright");
        playwright
            .args(["test", "--config", configuration])
            .args(arguments);
        if shell::stream(&mut playwright, on_line)? {
            Ok(())
        } else {
            bail!("Playwright says that something failed")
        }
    })
}
