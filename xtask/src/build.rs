//! `cargo xtask build`: the server and the page it serves.

use std::path::PathBuf;

use anyhow::Result;

use crate::builds::Builds;
use crate::{packages, prerequisites, project, shell, tools};

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
    /// Small and fast.
    Release,
}

impl Profile {
    pub(crate) fn new(release: bool) -> Self {
        if release { Self::Release } else { Self::Debug }
    }
}

/// A build that stays as it is at least until this is dropped, and then for as long as its program
/// runs.
#[derive(Debug)]
pub(crate) struct Built {
    /// The folder of the program and, beside it, its page.
    pub(crate) folder: PathBuf,
    _builds: Builds,
}

/// Sets up what a build needs, builds, and puts what was built where no later build touches it.
///
/// # Errors
///
/// A prerequisite is missing, or something does not build.
pub(crate) fn build(profile: Profile) -> Result<Built> {
    prerequisites::check()?;
    tools::install_for_build()?;
    let builds = Builds::open(profile.root())?;
    let mut leptos = tools::CARGO_LEPTOS.command()?;
    leptos.args(["leptos", "build"]);
    let what = match profile {
        Profile::Debug => "Building the page and the server",
        Profile::Release => {
            // wasm-opt comes with the npm package `binaryen`; cargo-leptos finds it there.
            packages::npm(project::root())?;
            leptos.args(["--release", "--precompress"]);
            "Building the page and the server for release"
        }
    };
    leptos.env("LEPTOS_SITE_ROOT", profile.site());
    shell::step(what, || shell::run(&mut leptos))?;
    let programs = project::root().join("target").join(profile.folder());
    let folder = builds.add(&[
        programs.join("hash.txt"),
        project::root().join(profile.site()),
        programs.join("rotunda"),
    ])?;
    Ok(Built {
        folder,
        _builds: builds,
    })
}

impl Profile {
    /// Cargo's name of it.
    fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }

    /// Where the page is built, from the root of the checkout. Each build empties it.
    fn site(self) -> &'static str {
        match self {
            Self::Debug => "target/site",
            Self::Release => "target/shipped/site",
        }
    }

    /// Where finished builds are kept.
    fn root(self) -> PathBuf {
        match self {
            Self::Debug => project::root().join("target").join("builds"),
            Self::Release => project::dist(),
        }
    }
}
