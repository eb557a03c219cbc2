//! The texts and files that the fuzzer begins with, as ordinary tests read them.

use std::fs;
use std::path::Path;

/// Calls `check` with every text of a target's corpus.
pub(crate) fn each(target: &str, check: impl Fn(&str)) {
    each_bytes(target, |bytes| {
        if let Ok(text) = str::from_utf8(bytes) {
            check(text);
        }
    });
}

/// Calls `check` with everything in a target's corpus, be it a text or not.
pub(crate) fn each_bytes(target: &str, check: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(target);
    let mut found = 0;
    for entry in fs::read_dir(&folder).expect("a corpus") {
        check(&fs::read(entry.expect("an entry").path()).expect("a file"));
        found += 1;
    }
    assert!(found > 0, "{target} has no corpus");
}
