//! Pinned build tools, in a per-user cache keyed by version; nothing goes to the global bin.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::progress::long_step;
use crate::{project, shell};

/// A tool built from the crate registry.
#[derive(Debug)]
pub(crate) struct Tool {
    package: &'static str,
    version: &'static str,
    binary: &'static str,
    /// How long building it takes on two cores, about.
    guess: Duration,
}

/// Checks licences and sources of dependencies.
pub(crate) const CARGO_DENY: Tool = Tool {
    package: "cargo-deny",
    version: "0.20.2",
    binary: "cargo-deny",
    guess: Duration::from_secs(300),
};

impl Tool {
    /// A command that runs it; [`Tool::install`] must have been called.
    pub(crate) fn command(&self) -> Result<Command> {
        let mut command = Command::new(self.executable()?);
        command.current_dir(project::root());
        Ok(command)
    }

    /// Builds it unless it is there. Safe to interrupt and to call twice at once: it is built
    /// beside its place, under a lock, and moved there when it is whole.
    ///
    /// # Errors
    ///
    /// It does not build, or the cache cannot be written.
    pub(crate) fn install(&self) -> Result<()> {
        if self.executable()?.exists() {
            return Ok(());
        }
        let place = self.directory()?;
        let cache = cache()?;
        fs::create_dir_all(&cache).with_context(|| format!("cannot create {}", cache.display()))?;
        let lock = File::create(place.with_added_extension("lock"))?;
        lock.lock().context("cannot lock the tool cache")?;
        if self.executable()?.exists() {
            return Ok(());
        }
        let crate_version = format!("{}@{}", self.package, self.version);
        long_step(
            &format!("Building {crate_version}, once"),
            self.guess,
            || {
                let partial = place.with_added_extension("partial");
                remove(&partial)?;
                let mut cargo = project::cargo();
                cargo.args(["install", "--locked", &crate_version, "--root"]);
                shell::run(cargo.arg(&partial))?;
                remove(&place)?;
                fs::rename(&partial, &place).context("cannot move the finished tool to its place")
            },
        )
    }

    fn executable(&self) -> Result<PathBuf> {
        Ok(self.directory()?.join("bin").join(self.binary))
    }

    fn directory(&self) -> Result<PathBuf> {
        Ok(cache()?.join(format!("{}-{}", self.package, self.version)))
    }
}

fn cache() -> Result<PathBuf> {
    Ok(project::cache()?.join("tools"))
}

fn remove(directory: &Path) -> Result<()> {
    if directory.exists() {
        fs::remove_dir_all(directory)
            .with_context(|| format!("cannot remove {}", directory.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_has_a_place_of_its_own_that_names_its_version() {
        let place = CARGO_DENY.executable().expect("there is a home");
        assert!(
            place.ends_with("rotunda/tools/cargo-deny-0.20.2/bin/cargo-deny"),
            "{place:?}"
        );
    }
}
