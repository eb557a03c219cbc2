//! The programs around `wasm-bindgen`: crates of the workspace that are built when they are needed,
//! in the version of `wasm-bindgen` that `Cargo.lock` says.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::progress::{long_step, step};
use crate::{project, shell};

/// Makes the page's JavaScript and the WebAssembly that goes with it.
///
/// # Errors
///
/// It does not build, or the WebAssembly is not what it takes.
pub(crate) fn generate(wasm: &Path, folder: &Path, name: &str) -> Result<()> {
    let bindgen = program("xtask-bindgen", Duration::from_secs(30))?;
    step("Generating the page's JavaScript", || {
        let mut bindgen = std::process::Command::new(bindgen);
        shell::run(bindgen.arg(wasm).arg(folder).arg(name))
    })
}

/// What Cargo calls in place of a test program that is WebAssembly.
///
/// # Errors
///
/// It does not build.
pub(crate) fn test_runner() -> Result<PathBuf> {
    program("xtask-test-runner", Duration::from_secs(60))
}

fn program(package: &str, guess: Duration) -> Result<PathBuf> {
    let program = project::target().join("debug").join(package);
    let mut cargo = project::cargo();
    cargo.args(["build", "--locked", "--package", package]);
    if program.exists() {
        shell::run(cargo.arg("--quiet"))?;
    } else {
        long_step(&format!("Building {package}"), guess, || {
            shell::run(&mut cargo)
        })?;
    }
    Ok(program)
}
