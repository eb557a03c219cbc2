//! `cargo xtask lint`: Clippy, warnings being errors, on both sides of the page.

use anyhow::Result;

use crate::progress::step;
use crate::{prerequisites, project, shell};

/// Runs Clippy on the native crates and on what runs in the browser.
///
/// # Errors
///
/// Clippy has something to say.
pub(crate) fn lint() -> Result<()> {
    prerequisites::check()?;
    native()?;
    wasm()
}

/// The crates as the server sees them; with `server` among them, `app` is the rendering one.
///
/// # Errors
///
/// Clippy has something to say.
pub(crate) fn native() -> Result<()> {
    // The runner of the tests in a browser is a few lines, for which it compiles a hundred crates.
    let crates = [
        "meeting",
        "simulation",
        "rtc",
        "app",
        "store",
        "server",
        "xtask",
        "xtask-bindgen",
    ];
    step("Linting what runs on the server", || {
        clippy(&crates, &["--all-targets"])
    })
}

/// The crates as the browser sees them; with `frontend` among them, `app` is the one that runs in the page.
///
/// # Errors
///
/// Clippy has something to say.
pub(crate) fn wasm() -> Result<()> {
    let crates = ["meeting", "rtc", "app", "frontend"];
    let target = ["--target", "wasm32-unknown-unknown"];
    step("Linting what runs in the browser", || {
        clippy(&crates, &target)
    })
}

fn clippy(crates: &[&str], arguments: &[&str]) -> Result<()> {
    let mut cargo = project::cargo();
    cargo.args(["clippy", "--locked"]);
    cargo
        .args(crates.iter().flat_map(|name| ["--package", name]))
        .args(arguments);
    shell::run(cargo.args(["--", "--deny", "warnings"]))
}
