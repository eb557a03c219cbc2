//! Pinned build tools, in a per-user cache keyed by version; nothing goes to the global bin.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{project, shell};

/// A tool built from the crate registry.
#[derive(Debug)]
pub(crate) struct Tool {
    package: &'static str,
    version: &'static str,
    binary: &'static str,
    arguments: &'static [&'static str],
    environment: &'static [(&'static str, &'static str)],
    patience: &'static str,
}

/// Builds the page and the server together.
pub(crate) const CARGO_LEPTOS: Tool = Tool {
    package: "cargo-leptos",
    version: "0.3.10",
    binary: "cargo-leptos",
    // Without downloads: a tool it lacks is an error, not a binary from somewhere.
    arguments: &["--locked", "--features", "no_downloads"],
    environment: &[],
    patience: "ten minutes or so on two cores, once",
};

/// Makes the page's JavaScript out of its WebAssembly.
pub(crate) const WASM_BINDGEN: Tool = Tool {
    package: "wasm-bindgen-cli",
    version: "0.2.130",
    binary: "wasm-bindgen",
    arguments: &[],
    // Its own lock file does not resolve; this keeps its dependencies to what our compiler takes.
    environment: &[("CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS", "fallback")],
    patience: "two minutes or so, once",
};

/// Checks licences and sources of dependencies.
pub(crate) const CARGO_DENY: Tool = Tool {
    package: "cargo-deny",
    version: "0.20.2",
    binary: "cargo-deny",
    arguments: &["--locked"],
    environment: &[],
    patience: "some minutes, once",
};

/// Makes sure that what a build needs is there, and that its versions fit together.
///
/// # Errors
///
/// A tool cannot be built, or does not fit `Cargo.lock`.
pub(crate) fn install_for_build() -> Result<()> {
    let lock = fs::read_to_string(project::root().join("Cargo.lock"))?;
    let locked = locked_version(&lock, "wasm-bindgen")
        .context("Cargo.lock names no wasm-bindgen, though the page needs it")?;
    if locked != WASM_BINDGEN.version {
        bail!(
            "Cargo.lock has wasm-bindgen {locked}, but the tool pinned in xtask/src/tools.rs is {}: \
             make the two equal",
            WASM_BINDGEN.version
        );
    }
    WASM_BINDGEN.install()?;
    CARGO_LEPTOS.install()
}

/// `PATH` with the build tools in front.
pub(crate) fn search_path() -> Result<OsString> {
    let ours = [
        CARGO_LEPTOS.directory()?.join("bin"),
        WASM_BINDGEN.directory()?.join("bin"),
    ];
    let path = std::env::var_os("PATH").unwrap_or_default();
    Ok(std::env::join_paths(
        ours.into_iter().chain(std::env::split_paths(&path)),
    )?)
}

/// What runs tests in a browser; it comes with [`WASM_BINDGEN`].
pub(crate) fn wasm_test_runner() -> Result<PathBuf> {
    Ok(WASM_BINDGEN
        .directory()?
        .join("bin/wasm-bindgen-test-runner"))
}

impl Tool {
    /// A command that runs it; [`Tool::install`] must have been called.
    pub(crate) fn command(&self) -> Result<Command> {
        let mut command = Command::new(self.executable()?);
        command
            .current_dir(project::root())
            .env("PATH", search_path()?);
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
        let cache = cache_directory()?;
        fs::create_dir_all(&cache).with_context(|| format!("cannot create {}", cache.display()))?;
        let lock = File::create(place.with_added_extension("lock"))?;
        lock.lock().context("cannot lock the tool cache")?;
        if self.executable()?.exists() {
            return Ok(());
        }
        let Self {
            package,
            version,
            patience,
            ..
        } = self;
        shell::step(
            &format!("Building {package} {version} ({patience})"),
            || {
                let partial = place.with_added_extension("partial");
                remove(&partial)?;
                shell::run(
                    project::cargo()
                        .args(["install", &format!("{package}@{version}"), "--root"])
                        .arg(&partial)
                        .args(self.arguments)
                        .envs(self.environment.iter().copied()),
                )?;
                remove(&place)?;
                fs::rename(&partial, &place).context("cannot move the finished tool to its place")
            },
        )
    }

    fn executable(&self) -> Result<PathBuf> {
        Ok(self.directory()?.join("bin").join(self.binary))
    }

    fn directory(&self) -> Result<PathBuf> {
        Ok(cache_directory()?.join(format!("{}-{}", self.package, self.version)))
    }
}

fn remove(directory: &Path) -> Result<()> {
    if directory.exists() {
        fs::remove_dir_all(directory)
            .with_context(|| format!("cannot remove {}", directory.display()))?;
    }
    Ok(())
}

fn cache_directory() -> Result<PathBuf> {
    let cache = match std::env::var_os("XDG_CACHE_HOME").filter(|set| !set.is_empty()) {
        Some(cache) => PathBuf::from(cache),
        None => std::env::home_dir()
            .context("no home directory; set XDG_CACHE_HOME")?
            .join(".cache"),
    };
    Ok(cache.join("rotunda/tools"))
}

/// The version of a package in a `Cargo.lock`.
fn locked_version<'lock>(lock: &'lock str, package: &str) -> Option<&'lock str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines
        .nth(1)?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_a_package_is_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "leptos"), None);
    }

    #[test]
    fn the_pinned_wasm_bindgen_is_the_one_in_the_lock_file() {
        let lock = fs::read_to_string(project::root().join("Cargo.lock")).expect("is there");
        assert_eq!(
            locked_version(&lock, "wasm-bindgen"),
            Some(WASM_BINDGEN.version)
        );
    }

    #[test]
    fn every_tool_has_a_place_of_its_own_that_names_its_version() {
        let place = CARGO_DENY.executable().expect("there is a home");
        assert!(
            place.ends_with("rotunda/tools/cargo-deny-0.20.2/bin/cargo-deny"),
            "{place:?}"
        );
    }
}
