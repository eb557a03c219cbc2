//! A hash of each file in its name, so that browsers may keep it for ever.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::files_of_kind;

/// The kinds of files that a page begins with, as Leptos looks for them in the list.
const KINDS: [&str; 3] = ["js", "wasm", "css"];
/// So many bytes of a hash keep files apart; the server takes 22 characters for a hash.
const BYTES: usize = 16;

/// Renames `name.js` to `name.HASH.js` and so on, and returns the list of the hashes by kind. The parts
/// of the WebAssembly are not in the list: the script alone loads them, by the names that they get here.
///
/// # Errors
///
/// A file is missing or cannot be renamed.
pub(super) fn add_hashes(folder: &Path, name: &str) -> Result<String> {
    name_parts(folder, name)?;
    let mut list = String::new();
    for kind in KINDS {
        let file = folder.join(name).with_extension(kind);
        let hash = rename(&file, name, kind)?;
        writeln!(list, "{kind}: {hash}")?;
    }
    Ok(list)
}

/// Renames the parts, and puts their new names into the script before it gets a name of its own.
fn name_parts(folder: &Path, name: &str) -> Result<()> {
    let script = folder.join(name).with_extension("js");
    let mut code =
        fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?;
    for file in files_of_kind(folder, "wasm")? {
        let part = file.file_stem().unwrap_or_default().to_string_lossy();
        if part == name {
            continue;
        }
        let hash = rename(&file, &part, "wasm")?;
        let before = format!("./{part}.wasm");
        ensure!(code.contains(&before), "nothing loads {before}");
        code = code.replace(&before, &format!("./{part}.{hash}.wasm"));
    }
    fs::write(&script, code).with_context(|| format!("cannot write {}", script.display()))
}

/// Puts the hash of a file into its name, and returns it.
fn rename(file: &Path, name: &str, kind: &str) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let hash = hash(&bytes);
    fs::rename(file, file.with_file_name(format!("{name}.{hash}.{kind}")))?;
    Ok(hash)
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
    fn the_script_loads_each_part_by_the_name_that_has_its_hash() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            fs::write(folder.path().join(name), text).expect("written");
        };
        write("page.wasm", "main");
        write("page.css", "css");
        write("split_call.wasm", "call");
        write("page.js", "load('./split_call.wasm')");
        let list = add_hashes(folder.path(), "page").expect("renamed");
        let (_, script) = list
            .lines()
            .find_map(|it| it.split_once("js: "))
            .expect("listed");
        let script = fs::read_to_string(folder.path().join(format!("page.{script}.js")));
        let part = format!("./split_call.{}.wasm", hash(b"call"));
        assert_eq!(script.expect("is there"), format!("load('{part}')"));
        assert!(folder.path().join(part).is_file());
    }

    #[test]
    fn a_part_that_nothing_loads_is_a_mistake() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["page.js", "page.wasm", "page.css", "split_call.wasm"] {
            fs::write(folder.path().join(name), name).expect("written");
        }
        let error = add_hashes(folder.path(), "page").expect_err("must fail");
        assert!(error.to_string().contains("split_call.wasm"), "{error}");
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
