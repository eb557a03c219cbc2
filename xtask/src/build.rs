//! `cargo xtask build`: the server and the page it serves.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::builds::Builds;
use crate::progress::{long_step, step};
use crate::{page, prerequisites, project, shell};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Builds what is shipped: optimised, compressed, collected in `dist`.
    #[arg(long)]
    release: bool,
}

impl Arguments {
    pub(crate) fn profile(&self) -> Profile {
        Profile::new(self.release)
    }
}

/// For whom a build is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build.
    Debug,
    /// The same, with a page that loads itself again when there is a newer build.
    Watched,
    /// Small and fast.
    Release,
}

impl Profile {
    pub(crate) fn new(release: bool) -> Self {
        if release { Self::Release } else { Self::Debug }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Watched => "watched",
            Self::Release => "release",
        }
    }

    /// Cargo's folder for what it compiles.
    fn folder(self) -> &'static str {
        match self {
            Self::Debug | Self::Watched => "debug",
            Self::Release => "release",
        }
    }

    /// Where finished builds are kept.
    fn root(self) -> PathBuf {
        match self {
            Self::Debug => project::target().join("builds"),
            Self::Watched => project::target().join("watched"),
            Self::Release => project::dist(),
        }
    }
}

/// A build that stays as it is at least until this is dropped, and then for as long as its program
/// runs.
#[derive(Debug)]
pub(crate) struct Built {
    folder: PathBuf,
    _builds: Builds,
}

impl Built {
    /// The server with these flags. What it serves is its own page, whatever the environment says.
    pub(crate) fn server(&self, flags: &[String]) -> Command {
        let mut server = Command::new(self.folder.join("rotunda"));
        server
            .args(flags)
            .env("ROTUNDA_SITE_ROOT", self.folder.join("site"));
        server
    }
}

/// Sets up what a build needs, builds, and puts what was built where no later build touches it.
///
/// # Errors
///
/// A prerequisite is missing, or something does not build.
pub(crate) fn build(profile: Profile) -> Result<Built> {
    prerequisites::check()?;
    let builds = Builds::open(profile.root())?;
    let wasm = compile_page(profile)?;
    let page = page::make(profile, &wasm)?;
    let program = compile_server(profile)?;
    let folder = builds.add(&[page.hashes(), page.site(), program])?;
    Ok(Built {
        folder,
        _builds: builds,
    })
}

/// Compiles the page and returns its WebAssembly.
fn compile_page(profile: Profile) -> Result<PathBuf> {
    let (name, folder, guess) = match profile {
        Profile::Debug | Profile::Watched => ("dev", "debug", 90),
        Profile::Release => ("wasm-release", "wasm-release", 150),
    };
    let mut cargo = project::cargo();
    cargo.args(["rustc", "--locked", "--package", "frontend"]);
    cargo.args(["--target", prerequisites::WASM_TARGET, "--profile", name]);
    // Where what is used is used: without it, nothing could be put into parts.
    cargo.args(["--", "-Clink-arg=--emit-relocs"]);
    let folders = Path::new(prerequisites::WASM_TARGET).join(folder);
    let wasm = project::target().join(folders).join("frontend.wasm");
    compile("the page", &mut cargo, &wasm, guess)?;
    Ok(wasm)
}

/// Compiles the server and returns its program.
fn compile_server(profile: Profile) -> Result<PathBuf> {
    let mut cargo = project::cargo();
    cargo.args(["build", "--locked", "--package", "server"]);
    cargo.args(["--bin", "rotunda"]);
    let guess = match profile {
        Profile::Debug | Profile::Watched => {
            // It has no program, so nothing of it is built; see its manifest.
            cargo.args(["--package", "xtask-test-features"]);
            120
        }
        Profile::Release => {
            cargo.arg("--release");
            210
        }
    };
    let program = project::target().join(profile.folder()).join("rotunda");
    compile("the server", &mut cargo, &program, guess)?;
    Ok(program)
}

/// Says more, with a guess in seconds of how long it takes, when it has never been done here.
fn compile(what: &str, cargo: &mut Command, output: &Path, guess: u64) -> Result<()> {
    if output.exists() {
        return step(&format!("Building {what}"), || shell::run(cargo));
    }
    let all = format!("Building {what} and all it uses");
    long_step(&all, Duration::from_secs(guess), || shell::run(cargo))
}
