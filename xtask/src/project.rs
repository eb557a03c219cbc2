//! Where things are in the checkout, and how Cargo is called.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The root of the checkout.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Where Cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    let named = std::env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty());
    root().join(named.unwrap_or_else(|| OsString::from("target")))
}

/// What is kept for this user from one checkout to the next.
///
/// # Errors
///
/// There is no place for it.
pub(crate) fn cache() -> Result<PathBuf> {
    let cache = match std::env::var_os("XDG_CACHE_HOME").filter(|set| !set.is_empty()) {
        Some(cache) => PathBuf::from(cache),
        None => std::env::home_dir()
            .context("no home directory; set XDG_CACHE_HOME")?
            .join(".cache"),
    };
    Ok(cache.join("rotunda"))
}

/// The shippable program and its page, made by `cargo xtask build --release`.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The browser tests.
pub(crate) fn end2end() -> PathBuf {
    root().join("end2end")
}

/// Cargo, run from the root of the checkout.
pub(crate) fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.current_dir(root());
    // What Cargo has told us of our own crate; some build scripts look at it, and would run anew after
    // a command that was typed by hand.
    for (name, _) in std::env::vars_os() {
        let is_ours = ["CARGO_PKG_", "CARGO_MANIFEST_"]
            .iter()
            .any(|prefix| name.to_string_lossy().starts_with(prefix));
        if is_ours {
            command.env_remove(name);
        }
    }
    command
}
