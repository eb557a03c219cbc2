//! What must be on the machine before anything else; what is missing is named with its cure.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::progress::step;
use crate::{project, shell};

/// What the page is compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";
const OLDEST_NODE: u32 = 20;

/// A program that must be there.
struct Prerequisite {
    programs: &'static [&'static str],
    what: &'static str,
    cure: &'static str,
}

const PREREQUISITES: [Prerequisite; 4] = [
    Prerequisite {
        programs: &["cc", "gcc", "clang"],
        what: "a C compiler",
        cure: "apt-get install build-essential",
    },
    Prerequisite {
        programs: &["git"],
        what: "git",
        cure: "apt-get install git",
    },
    Prerequisite {
        programs: &["node"],
        what: "Node.js 20 or newer",
        cure: "see https://nodejs.org/en/download",
    },
    Prerequisite {
        programs: &["npm"],
        what: "npm",
        cure: "it comes with Node.js: https://nodejs.org/en/download",
    },
];

/// Checks all of them, and adds the WebAssembly target when it is not there.
///
/// # Errors
///
/// Something is missing; the message names everything that is, and how to get it.
pub(crate) fn check() -> Result<()> {
    let mut missing: Vec<String> = PREREQUISITES
        .iter()
        .filter(|wanted| !wanted.programs.iter().any(|program| starts(program)))
        .map(|wanted| format!("  {} is missing: {}", wanted.what, wanted.cure))
        .collect();
    if let Ok(version) = shell::output(Command::new("node").arg("--version"))
        && node_major(&version).is_some_and(|major| major < OLDEST_NODE)
    {
        let version = version.trim();
        missing.push(format!(
            "  Node.js {version} is too old, {OLDEST_NODE} or newer is needed: see https://nodejs.org/en/download"
        ));
    }
    if !missing.is_empty() {
        bail!(
            "some things are not on this machine:\n{}",
            missing.join("\n")
        );
    }
    wasm_target()
}

/// Whether a program can be started. It need not know the flag, as `ip` does not.
pub(crate) fn starts(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

fn wasm_target() -> Result<()> {
    let sysroot = shell::output(
        Command::new("rustc")
            .current_dir(project::root())
            .args(["--print", "sysroot"]),
    )?;
    if Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(WASM_TARGET)
        .exists()
    {
        return Ok(());
    }
    if !starts("rustup") {
        bail!(
            "the Rust target {WASM_TARGET} is missing and there is no rustup to add it: see https://rustup.rs"
        );
    }
    step("Adding the WebAssembly target", || {
        shell::run(Command::new("rustup").current_dir(project::root()).args([
            "target",
            "add",
            WASM_TARGET,
        ]))
    })
}

/// The first number of `v20.11.1`.
fn node_major(version: &str) -> Option<u32> {
    version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_of_a_node_version_is_read() {
        assert_eq!(node_major("v20.11.1\n"), Some(20));
        assert_eq!(node_major("nonsense"), None);
    }

    #[test]
    fn a_program_that_is_not_there_does_not_start() {
        assert!(!starts("a-program-that-nobody-wrote"));
    }
}
