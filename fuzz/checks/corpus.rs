//! The texts and files that the fuzzer begins with, as ordinary tests read them.

use std::fs;
use std::path::Path;

/// Calls `check` with every text of a target's corpus.
pub(crate) fn each(target: &str, check: impl Fn(&str)) {
    each_file(target, |bytes| {
        if let Ok(text) = str::from_utf8(bytes) {
            check(text);
        }
    });
}

/// Calls `check` with every file of a target's corpus.
pub(crate) fn each_file(target: &str, check: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(target);
    let mut files = 0;
    for entry in fs::read_dir(&folder).expect("a corpus") {
        let bytes = fs::read(entry.expect("an entry").path()).expect("a file");
        check(&bytes);
        files += 1;
    }
    assert!(files > 0, "{target} has no corpus");
}
