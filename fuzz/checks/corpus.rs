//! The texts that the fuzzer begins with, as ordinary tests read them.

use std::fs;
use std::path::Path;

/// Calls `check` with every text of a target's corpus.
pub(crate) fn each(target: &str, check: impl Fn(&str)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(target);
    let mut texts = 0;
    for entry in fs::read_dir(&folder).expect("a corpus") {
        let bytes = fs::read(entry.expect("an entry").path()).expect("a file");
        if let Ok(text) = str::from_utf8(&bytes) {
            check(text);
            texts += 1;
        }
    }
    assert!(texts > 0, "{target} has no corpus");
}
