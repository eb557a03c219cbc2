//! `cargo xtask run`: from a fresh checkout to a running server.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::build::{self, Profile};
use crate::project;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Runs what is shipped instead of what builds quickly.
    #[arg(long)]
    release: bool,
    /// Flags for `rotunda` itself, after `--`; `-- --help` lists them.
    #[arg(last = true)]
    flags: Vec<String>,
}

/// Builds and starts the server. The server takes the place of this process, so that signals
/// and the exit code are its own.
///
/// # Errors
///
/// Something is missing or does not build, or the server cannot be started.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let profile = Profile::new(arguments.release);
    build::build(profile)?;
    let (program, site) = built(profile);
    let error = Command::new(&program)
        .args(&arguments.flags)
        .env("ROTUNDA_SITE_ROOT", site)
        .exec();
    Err(error).with_context(|| format!("cannot start {}", program.display()))
}

/// The program and its page.
fn built(profile: Profile) -> (PathBuf, PathBuf) {
    let target = project::root().join("target");
    match profile {
        Profile::Debug => (target.join("debug/rotunda"), target.join("site")),
        Profile::Release => (
            project::dist().join("rotunda"),
            project::dist().join("site"),
        ),
    }
}
