//! How much of the page a browser loads, and how much that may be.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::files_of_kind;
use crate::shell;

/// What a browser loads until the pre-join page can be used, in bytes over the network: the style sheet,
/// the script and the first part of the WebAssembly. The document, which the server makes, does not count.
pub(crate) const PRE_JOIN: u64 = 150_000;
/// The same until the home page can be used, which is for those who have no link yet.
pub(crate) const HOME: u64 = 170_000;
/// The same until a call can be held.
pub(crate) const CALL: u64 = 320_000;
/// Any other part, which is loaded when it is used.
const OTHER: u64 = 60_000;

/// The part of the WebAssembly that is the home page.
const HOME_PART: &str = "split_home";
/// The part that makes a call.
const CALL_PART: &str = "split_call";
/// What only some of the parts share lies in files of such names; each of those parts loads it.
const SHARED: &str = "chunk_";

/// When a file is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    First,
    AtHome,
    WithTheCall,
    Shared,
    WhenUsed,
}

impl When {
    /// Of a file by its name, which has a hash in it.
    fn of(name: &str) -> Self {
        if name.starts_with(CALL_PART) {
            Self::WithTheCall
        } else if name.starts_with(SHARED) {
            Self::Shared
        } else if name.starts_with(HOME_PART) {
            Self::AtHome
        } else if name.starts_with("split_") {
            Self::WhenUsed
        } else {
            Self::First
        }
    }
}

/// Holds a finished page to its budget.
///
/// # Errors
///
/// A file cannot be read, or the page is too heavy.
pub(super) fn check(package: &Path) -> Result<()> {
    let mut sizes = Vec::new();
    for file in files_of_kind(package, "br")? {
        let bytes = fs::metadata(&file)
            .with_context(|| format!("cannot read {}", file.display()))?
            .len();
        let name = file.file_stem().unwrap_or_default();
        sizes.push((name.to_string_lossy().into_owned(), bytes));
    }
    let weighed = weigh(&sizes);
    for (what, bytes, budget) in &weighed {
        shell::say(&format!("  {what}: {bytes} of {budget} bytes"));
    }
    for (what, bytes, budget) in &weighed {
        ensure!(
            bytes <= budget,
            "{what} weighs {} bytes more than its budget",
            bytes - budget
        );
    }
    Ok(())
}

/// What is loaded at each moment, its bytes, and how many they may be.
fn weigh(sizes: &[(String, u64)]) -> Vec<(String, u64, u64)> {
    let sum = |when| {
        let of = sizes.iter().filter(|(name, _)| When::of(name) == when);
        of.map(|(_, bytes)| bytes).sum::<u64>()
    };
    let pre_join = sum(When::First);
    let home = pre_join + sum(When::AtHome) + sum(When::Shared);
    let call = pre_join + sum(When::WithTheCall) + sum(When::Shared);
    let mut weighed = vec![
        ("the home page".to_owned(), home, HOME),
        ("the pre-join page".to_owned(), pre_join, PRE_JOIN),
        ("a call".to_owned(), call, CALL),
    ];
    for (name, bytes) in sizes {
        if When::of(name) == When::WhenUsed {
            weighed.push((name.clone(), *bytes, OTHER));
        }
    }
    weighed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_loaded_first_and_what_is_shared_counts_for_home_and_for_the_call_and_other_parts_for_themselves()
     {
        let sizes = [
            ("rotunda.0123.css", 1_000),
            ("rotunda.0123.js", 2_000),
            ("rotunda.0123.wasm", 4_000),
            ("split_home.0123.wasm", 500),
            ("split_call.0123.wasm", 8_000),
            ("chunk_2.0123.wasm", 16_000),
            ("split_recording.0123.wasm", 32_000),
        ]
        .map(|(name, bytes)| (name.to_owned(), bytes));
        let bytes: Vec<_> = weigh(&sizes).into_iter().map(|(_, it, _)| it).collect();
        assert_eq!(bytes, [23_500, 7_000, 31_000, 32_000]);
    }

    #[test]
    fn a_page_that_is_too_heavy_is_not_finished() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, bytes: u64| {
            let bytes = usize::try_from(bytes).expect("some");
            fs::write(folder.path().join(name), vec![0; bytes]).expect("written");
        };
        write("rotunda.0123.wasm.br", PRE_JOIN);
        check(folder.path()).expect("just light enough");
        write("rotunda.0123.js.br", 1);
        let error = check(folder.path()).expect_err("must fail");
        assert_eq!(
            error.to_string(),
            "the pre-join page weighs 1 bytes more than its budget"
        );
    }
}
