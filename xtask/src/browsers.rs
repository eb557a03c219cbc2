//! Driving the browsers: Playwright with what it needs, on the program that is shipped.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::build::{self, Profile};
use crate::packages::{self, Package};
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
    shell::step("Driving real browsers", || {
        shell::run(npx(&end2end).args(["tsc", "--noEmit"]))?;
        let mut playwright = npx(&end2end);
        playwright
            .args(["playwright", "test", "--config", configuration])
            .args(arguments);
        if shell::stream(&mut playwright, on_line)? {
            Ok(())
        } else {
            bail!("Playwright says that something failed")
        }
    })
}

/// A program of the Node packages, never one from elsewhere.
fn npx(directory: &Path) -> Command {
    let mut npx = Command::new("npx");
    npx.arg("--no-install").current_dir(directory);
    npx
}
