//! `cargo xtask fmt`.

use anyhow::Result;

use crate::progress::step;
use crate::{project, shell};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Changes nothing and fails when something is not formatted.
    #[arg(long)]
    check: bool,
}

/// Formats, or checks the formatting of, every crate.
///
/// # Errors
///
/// With `--check`, something is not formatted.
pub(crate) fn fmt(arguments: &Arguments) -> Result<()> {
    if arguments.check {
        return check();
    }
    step("Formatting", || {
        shell::run(project::cargo().args(["fmt", "--all"]))
    })
}

/// Fails when something is not formatted.
///
/// # Errors
///
/// Something is not formatted.
pub(crate) fn check() -> Result<()> {
    step("Checking the formatting", || {
        shell::run(project::cargo().args(["fmt", "--all", "--check"]))
    })
}
