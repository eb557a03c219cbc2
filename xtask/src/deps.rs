//! `cargo xtask deps`: licences, sources, which crate may use what, and what nobody uses.

mod direction;
mod unused;

use anyhow::{Result, bail};

use crate::progress::step;
use crate::{project, shell, tools};

pub(crate) use direction::crates;

/// Runs all checks of dependencies.
///
/// # Errors
///
/// A licence or source is not allowed, or a crate uses what it must not.
pub(crate) fn deps() -> Result<()> {
    directions()?;
    licences()
}

/// Checks that crates depend on each other only in the directions of the architecture, and that
/// nothing is declared for nobody.
///
/// # Errors
///
/// A crate uses what it must not, or none uses what is declared; the message says which and where.
pub(crate) fn directions() -> Result<()> {
    step("Checking the directions of dependencies", || {
        let violations = direction::violations(project::root())?;
        if !violations.is_empty() {
            bail!("the architecture is broken:\n  {}", violations.join("\n  "));
        }
        let unused = unused::unused(project::root(), &crates())?;
        if !unused.is_empty() {
            bail!("declared, and not used:\n  {}", unused.join("\n  "));
        }
        Ok(())
    })
}

/// Checks licences, forbidden crates and sources, as `deny.toml` says.
///
/// # Errors
///
/// Something is not allowed.
pub(crate) fn licences() -> Result<()> {
    tools::CARGO_DENY.install()?;
    step("Checking licences and sources of dependencies", || {
        let mut deny = tools::CARGO_DENY.command()?;
        deny.args(["--log-level", "error", "check", "--hide-inclusion-graph"]);
        shell::run(deny.args(["licenses", "bans", "sources"]))
    })
}
