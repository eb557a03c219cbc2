//! `cargo xtask test`: everything the tests need, then every test there is.

use std::time::Instant;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::browsers;
use crate::packages::{self, Package};
use crate::progress::step;
use crate::tally::{CargoTests, Tally, summary};
use crate::{bindgen, deps, fmt, lint, load, prerequisites, project, shell};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Runs one kind only.
    #[arg(long, value_enum)]
    only: Option<Kind>,
    /// Keeps one core busy meanwhile, as other work on the machine does.
    #[arg(long)]
    busy: bool,
    /// With `--only e2e`, arguments for Playwright, after `--`.
    #[arg(last = true, requires = "only")]
    playwright: Vec<String>,
}

/// A kind of test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Formatting, directions of dependencies, licences, Clippy.
    Lint,
    /// The native tests of all crates but the store and the server.
    Unit,
    /// The tests of the store and the server, with a Redis of their own.
    Server,
    /// The browser's edge in a real browser.
    Wasm,
    /// Real browsers against a real server.
    E2e,
}

/// A stretch of the run. The crates' tests make up one: what they share is then compiled once.
#[derive(Clone, Copy, Debug)]
enum Stage {
    Checks,
    Native {
        packages: &'static [&'static str],
        features: &'static [&'static str],
    },
    Wasm,
    Browsers,
}

const UNIT: Stage = Stage::Native {
    packages: &["meeting", "simulation", "rtc", "app", "xtask"],
    features: &["app/ssr"],
};
const SERVER: Stage = Stage::Native {
    packages: &["store", "server"],
    features: &[],
};
const ALL_CRATES: Stage = Stage::Native {
    packages: &[
        "meeting",
        "simulation",
        "rtc",
        "app",
        "xtask",
        "store",
        "server",
    ],
    features: &[],
};

/// Runs the tests, the cheapest first, and goes no further than the first stage that fails.
///
/// # Errors
///
/// Something is missing and cannot be installed, or something failed.
pub(crate) fn test(arguments: &Arguments) -> Result<()> {
    prerequisites::check()?;
    let stages: &[Stage] = match arguments.only {
        None => &[Stage::Checks, ALL_CRATES, Stage::Wasm, Stage::Browsers],
        Some(Kind::Lint) => &[Stage::Checks],
        Some(Kind::Unit) => &[UNIT],
        Some(Kind::Server) => &[SERVER],
        Some(Kind::Wasm) => &[Stage::Wasm],
        Some(Kind::E2e) => &[Stage::Browsers],
    };
    // First of all, so that nobody waits half an hour to hear that something is missing.
    packages::debian(
        &stages
            .iter()
            .flat_map(|stage| stage.packages())
            .collect::<Vec<_>>(),
    )?;
    let run = || run(stages, &arguments.playwright);
    let tallies = if arguments.busy {
        load::beside(run)
    } else {
        run()
    };
    shell::report(&summary(&tallies));
    match failures(&tallies) {
        0 => Ok(()),
        failures => bail!("{failures} of the tests and checks failed"),
    }
}

fn run(stages: &[Stage], playwright: &[String]) -> Vec<Tally> {
    let mut tallies = Vec::new();
    for stage in stages {
        tallies.extend(stage.run(playwright));
        if failures(&tallies) > 0 {
            break;
        }
    }
    tallies
}

fn failures(tallies: &[Tally]) -> u32 {
    tallies.iter().map(|tally| tally.failed).sum()
}

impl Stage {
    /// The Debian packages it needs.
    fn packages(self) -> Vec<Package> {
        match self {
            Self::Native { packages, .. } if packages.contains(&"store") => {
                vec![packages::REDIS_SERVER, packages::REDIS_SENTINEL]
            }
            Self::Checks | Self::Native { .. } => vec![],
            Self::Wasm => vec![packages::CHROMIUM, packages::CHROMEDRIVER],
            Self::Browsers => browsers::PACKAGES.to_vec(),
        }
    }

    fn run(self, playwright: &[String]) -> Vec<Tally> {
        match self {
            Self::Checks => vec![checks()],
            Self::Native { packages, features } => native(packages, features),
            Self::Wasm => vec![wasm()],
            Self::Browsers => vec![browsers::tests(playwright)],
        }
    }
}

/// Runs each check; each counts as one.
fn checks() -> Tally {
    let checks = [
        fmt::check,
        deps::directions,
        deps::licences,
        lint::native,
        lint::wasm,
    ];
    let mut tally = Tally::new("checks");
    let start = Instant::now();
    for check in checks {
        match check() {
            Ok(()) => tally.passed += 1,
            Err(error) => {
                shell::say(&format!("{error:#}"));
                tally.failed += 1;
            }
        }
    }
    tally.time = start.elapsed();
    tally
}

/// Runs the tests of the browser's edge in a real browser.
fn wasm() -> Tally {
    let mut tally = Tally::new("rtc in browser");
    let start = Instant::now();
    let runner = bindgen::test_runner();
    let outcome = step("Testing rtc in a browser", || {
        let mut cargo = project::cargo();
        cargo.args(["test", "--locked", "--no-fail-fast"]);
        cargo.args(["--package", "rtc", "--lib"]);
        cargo.args(["--target", prerequisites::WASM_TARGET]);
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner?);
        // Seconds for all of them, in which a machine with other work can do them, too.
        cargo.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
        let succeeded = shell::stream(&mut cargo, |line| tally.libtest_line(line))?;
        if succeeded {
            Ok(())
        } else {
            bail!("tests failed")
        }
    });
    if let Err(error) = outcome {
        shell::say(&format!("{error:#}"));
        tally.failed = tally.failed.max(1);
    }
    tally.time = start.elapsed();
    tally
}

/// Runs the native tests of some crates.
fn native(packages: &[&str], features: &[&str]) -> Vec<Tally> {
    let mut cargo = project::cargo();
    cargo.args(["test", "--locked", "--no-fail-fast"]);
    cargo.args(packages.iter().flat_map(|name| ["--package", name]));
    cargo.args(features.iter().flat_map(|name| ["--features", name]));
    let mut tests = CargoTests::new();
    let names = packages.join(", ");
    let outcome = step(&format!("Testing {names}"), || {
        let succeeded = shell::stream(&mut cargo, |line| tests.line(line))?;
        if succeeded {
            Ok(())
        } else {
            bail!("tests failed")
        }
    });
    tests.finish(outcome.is_ok())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Whether an example in a crate's front page runs and claims something.
    fn has_example(source: &str) -> bool {
        let front_page = source.lines().filter_map(|line| line.strip_prefix("//!"));
        let mut language = None;
        front_page.map(str::trim).any(|line| {
            if let Some(fence) = line.strip_prefix("```") {
                language = language.is_none().then_some(fence);
                return false;
            }
            matches!(language, Some("" | "rust")) && line.starts_with("assert")
        })
    }

    #[test]
    fn the_front_page_of_every_library_has_an_example_and_it_is_run() {
        let Stage::Native { packages, .. } = ALL_CRATES else {
            panic!("the crates are tested natively");
        };
        for name in deps::crates() {
            let folder = project::root().join(name);
            let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
            let library = folder.join("src/lib.rs");
            // What is loaded and never linked has no example that could run.
            if library.is_file() && !manifest.contains("crate-type = [\"cdylib\"]") {
                assert!(packages.contains(&name), "{name} is not tested");
                let source = fs::read_to_string(&library).unwrap();
                assert!(has_example(&source), "{name}/src/lib.rs has no example");
            }
        }
    }

    #[test]
    fn an_example_is_rust_that_runs_and_claims_something() {
        let page = |fence: &str, code: &str| {
            format!("//! What it is.\n//!\n//! {fence}\n//! {code}\n//! ```\n\nmod one;\n")
        };
        assert!(has_example(&page("```", "assert!(true);")));
        assert!(has_example(&page("```rust", "assert_eq!(1, 1);")));
        assert!(!has_example(&page("```", "one::begin();")));
        for fence in ["```text", "```ignore", "```no_run", "```compile_fail"] {
            assert!(!has_example(&page(fence, "assert!(true);")), "{fence}");
        }
        assert!(!has_example("//! ```text\n//! ```\n//! assert!(true);\n"));
        assert!(!has_example(
            "mod one;\n/// ```\n/// assert!(true);\n/// ```\n"
        ));
    }
}
