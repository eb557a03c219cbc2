//! Every command a contributor or CI runs: `cargo xtask <verb>`.

mod bench;
mod bindgen;
mod browsers;
mod build;
mod builds;
mod deps;
mod dev;
mod fmt;
mod lint;
mod load;
mod packages;
mod page;
mod prerequisites;
mod progress;
mod project;
mod report;
mod run;
mod screenshot;
mod shell;
mod snapshot;
mod tally;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about, bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Sets up what a fresh checkout needs, builds, and starts the meeting server.
    Run(run::Arguments),
    /// Like `run`, and builds, restarts and reloads whenever something changes.
    Dev(dev::Arguments),
    /// Builds the program and its page; with `--release`, the shippable ones into `dist`.
    Build(build::Arguments),
    /// Installs what the tests need and runs every test there is.
    Test(test::Arguments),
    /// Formats the code, or with `--check` says what is not formatted.
    Fmt(fmt::Arguments),
    /// Runs Clippy on every crate and target, warnings being errors.
    Lint,
    /// Checks licences, sources, the directions in which crates depend on each other, and that
    /// nothing is declared for nobody.
    Deps,
    /// Measures.
    Bench(bench::Arguments),
    /// Takes the picture of a real call that the README shows.
    Screenshot,
}

fn main() -> ExitCode {
    match act(Cli::parse().verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            shell::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn act(verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::Run(arguments) => run::run(&arguments),
        Verb::Dev(arguments) => dev::dev(&arguments),
        Verb::Build(arguments) => build::build(arguments.profile()).map(drop),
        Verb::Test(arguments) => test::test(&arguments),
        Verb::Fmt(arguments) => fmt::fmt(&arguments),
        Verb::Lint => lint::lint(),
        Verb::Deps => deps::deps(),
        Verb::Bench(arguments) => bench::bench(&arguments),
        Verb::Screenshot => screenshot::screenshot(),
    }
}
