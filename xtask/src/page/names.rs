//! A hash of each file in its name, so that browsers may keep it for ever.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// The kinds of files that a page begins with, as Leptos looks for them in the list.
const KINDS: [&str; 3] = ["js", "wasm", "css"];
/// So many bytes of a hash keep files apart; the server takes 22 characters for a hash.
const BYTES: usize = 16;

/// Renames `name.js` to `name.HASH.js` and so on, and returns the list of the hashes by kind.
///
/// # Errors
///
/// A file is missing or cannot be renamed.
pub(super) fn add_hashes(folder: &Path, name: &str) -> Result<String> {
    let mut list = String::new();
    for kind in KINDS {
        let file = folder.join(name).with_extension(kind);
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let hash = hash(&bytes);
        fs::rename(&file, folder.join(format!("{name}.{hash}.{kind}")))?;
        writeln!(list, "{kind}: {hash}")?;
    }
    Ok(list)
}

fn hash(bytes: &[u8]) -> String {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    let (short, _) = hash.split_at(BYTES);
    BASE64_URL_SAFE_NO_PAD.encode(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_gets_the_hash_that_the_list_says() {
        let folder = tempfile::tempdir().expect("a folder");
        for kind in KINDS {
            fs::write(folder.path().join(format!("page.{kind}")), kind).expect("written");
        }
        let list = add_hashes(folder.path(), "page").expect("renamed");
        assert_eq!(list.lines().count(), KINDS.len());
        for (line, kind) in list.lines().zip(KINDS) {
            let (listed, hash) = line.split_once(": ").expect("a kind and a hash");
            assert_eq!((listed, hash.len()), (kind, 22));
            let file = folder.path().join(format!("page.{hash}.{kind}"));
            assert_eq!(fs::read_to_string(file).expect("is there"), kind);
            assert!(!folder.path().join(format!("page.{kind}")).exists());
        }
    }

    #[test]
    fn other_bytes_have_another_hash_that_may_stand_in_a_path() {
        assert_eq!(hash(b"one"), hash(b"one"));
        assert_ne!(hash(b"one"), hash(b"two"));
        assert!(
            hash(b"one")
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        );
    }

    #[test]
    fn a_page_without_a_style_sheet_is_no_page() {
        let folder = tempfile::tempdir().expect("a folder");
        for kind in ["js", "wasm"] {
            fs::write(folder.path().join(format!("page.{kind}")), kind).expect("written");
        }
        let error = add_hashes(folder.path(), "page").expect_err("must fail");
        assert!(error.to_string().contains("page.css"), "{error}");
    }
}
