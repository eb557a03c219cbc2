//! `cargo xtask dev`: a server that is built and started anew, and a page that loads itself again,
//! whenever something changes.

use std::path::PathBuf;
use std::process::Child;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::build::{self, Profile};
use crate::project;
use crate::shell::say;
use crate::snapshot::Snapshot;

/// What a build is made of.
const SOURCES: [&str; 11] = [
    "Cargo.lock",
    "Cargo.toml",
    "app",
    "frontend",
    "meeting",
    "public",
    "rtc",
    "store",
    "server",
    "style",
    "xtask/page",
];

/// How often the sources are looked at; a change is complete when nothing has changed for as long.
const PAUSE: Duration = Duration::from_millis(300);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Flags for `rotunda` itself, after `--`; `-- --help` lists them.
    #[arg(last = true)]
    flags: Vec<String>,
}

/// Builds and starts, and does so again after every change, until it is interrupted. A server whose
/// successor does not build goes on.
///
/// # Errors
///
/// The sources cannot be read, or the server cannot be started.
pub(crate) fn dev(arguments: &Arguments) -> Result<()> {
    let sources = SOURCES.map(|name| project::root().join(name));
    let mut server = None;
    loop {
        let built_of = Snapshot::of(&sources)?;
        match build::build(Profile::Watched) {
            Ok(built) => {
                // The port is free before the next one wants it.
                drop(server.take());
                let started = built.server(&arguments.flags).spawn();
                server = Some(Server(started.context("cannot start the server")?));
            }
            Err(error) => say(&format!("error: {error:#}\n▸ Waiting for a change")),
        }
        wait_for_change(&sources, &built_of, &mut server)?;
    }
}

/// Ends with its owner.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Returns when the sources are others than those, and nobody is writing to them any more.
fn wait_for_change(
    sources: &[PathBuf],
    built_of: &Snapshot,
    server: &mut Option<Server>,
) -> Result<()> {
    let mut latest = built_of.clone();
    loop {
        thread::sleep(PAUSE);
        if let Some(status) = ended(server) {
            *server = None;
            say(&format!(
                "The server ended: {status}\n▸ Waiting for a change"
            ));
        }
        // An editor may be replacing a file just now.
        let Ok(now) = Snapshot::of(sources) else {
            continue;
        };
        if now == latest
            && let Some(file) = built_of.changed_in(&now)
        {
            let file = file.strip_prefix(project::root()).unwrap_or(file);
            say(&format!("▸ {} has changed", file.display()));
            return Ok(());
        }
        latest = now;
    }
}

fn ended(server: &mut Option<Server>) -> Option<std::process::ExitStatus> {
    server.as_mut()?.0.try_wait().ok()?
}
