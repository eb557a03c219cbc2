//! `cargo xtask run`: from a fresh checkout to a running server.

use std::os::unix::process::CommandExt;

use anyhow::{Context, Result};

use crate::build::{self, Profile};

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
    let built = build::build(Profile::new(arguments.release))?;
    // The build is held until the program is in it.
    let error = built.server(&arguments.flags).exec();
    Err(error).context("cannot start the server")
}
