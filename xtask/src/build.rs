//! `cargo xtask build`: the server and the page it serves.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

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

/// Sets up what a build needs, and builds.
///
/// # Errors
///
/// A prerequisite is missing, or something does not build.
pub(crate) fn build(profile: Profile) -> Result<()> {
    prerequisites::check()?;
    tools::install_for_build()?;
    let mut leptos = tools::CARGO_LEPTOS.command()?;
    leptos.args(["leptos", "build"]);
    match profile {
        Profile::Debug => shell::step("Building the page and the server", || {
            shell::run(&mut leptos)
        }),
        Profile::Release => {
            // wasm-opt comes with the npm package `binaryen`; cargo-leptos finds it there.
            packages::npm(project::root())?;
            leptos.args(["--release", "--precompress"]);
            shell::step("Building the page and the server for release", || {
                shell::run(&mut leptos)
            })?;
            collect()
        }
    }
}

/// Puts what is shipped together: the program, the hashes of its page's files, the page.
fn collect() -> Result<()> {
    let target = project::root().join("target");
    let dist = project::dist();
    if dist.exists() {
        fs::remove_dir_all(&dist).context("cannot empty dist")?;
    }
    fs::create_dir_all(&dist).context("cannot create dist")?;
    for file in ["rotunda", "hash.txt"] {
        fs::copy(target.join("release").join(file), dist.join(file))
            .with_context(|| format!("cannot copy {file} to dist"))?;
    }
    copy_directory(&target.join("site"), &dist.join("site"))
}

fn copy_directory(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_directory(&entry.path(), &copy)?;
        } else {
            fs::copy(entry.path(), copy)?;
        }
    }
    Ok(())
}
