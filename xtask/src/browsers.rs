//! Driving the browsers: Playwright with what it needs, on the program that is shipped.

use std::time::Instant;

use anyhow::{Result, bail};

use crate::build::{self, Profile};
use crate::packages::{self, Package};
use crate::progress::step;
use crate::tally::{Tally, playwright_line};
use crate::{project, shell};

/// What the browsers' tests need from Debian.
pub(crate) const PACKAGES: [Package; 5] = [
    packages::CHROMIUM,
    packages::FIREFOX,
    packages::IP,
    packages::REDIS_SERVER,
    packages::TURN_SERVER,
];

/// Builds what is shipped and runs the end-to-end tests on it.
pub(crate) fn tests(arguments: &[String]) -> Tally {
    let mut tally = Tally::new("end-to-end");
    let start = Instant::now();
    let outcome = playwright("playwright.config.ts", arguments, |line| {
        playwright_line(&mut tally, line);
    });
    if let Err(error) = outcome {
        shell::say(&format!("{error:#}"));
        tally.failed = tally.failed.max(1);
    }
    tally.time = start.elapsed();
    tally
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
