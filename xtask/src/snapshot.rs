//! What files look like from outside: their sizes and when they were last changed.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};

/// Folders of what others make: no source lies there.
const MADE: [&str; 2] = ["target", "node_modules"];

/// The state of some files. Two that are equal mean that nobody has written to any of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Snapshot(BTreeMap<PathBuf, (u64, SystemTime)>);

impl Snapshot {
    /// Looks at files, and at all files in folders.
    ///
    /// # Errors
    ///
    /// One of them is not there or may not be read.
    pub(crate) fn of(places: &[PathBuf]) -> Result<Self> {
        let mut files = BTreeMap::new();
        for place in places {
            look(place, &mut files).with_context(|| format!("cannot read {}", place.display()))?;
        }
        Ok(Self(files))
    }

    /// A file that is new, gone or different in the later of two.
    pub(crate) fn changed_in<'a>(&'a self, later: &'a Self) -> Option<&'a Path> {
        let differs = |file: &&PathBuf| self.0.get(*file) != later.0.get(*file);
        let file = later.0.keys().chain(self.0.keys()).find(differs)?;
        Some(file)
    }

    /// A short text that is another one when anything is different.
    pub(crate) fn digest(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}

fn look(place: &Path, files: &mut BTreeMap<PathBuf, (u64, SystemTime)>) -> Result<()> {
    let found = fs::metadata(place)?;
    if !found.is_dir() {
        files.insert(place.to_owned(), (found.len(), found.modified()?));
        return Ok(());
    }
    for entry in fs::read_dir(place)? {
        let entry = entry?;
        let name = entry.file_name();
        if !MADE.iter().any(|made| name == *made) && !is_an_editors(&name.to_string_lossy()) {
            look(&entry.path(), files)?;
        }
    }
    Ok(())
}

/// Whether an editor keeps a file of this name for itself: it comes and goes while somebody types.
fn is_an_editors(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(folder: &Path) -> Snapshot {
        Snapshot::of(&[folder.to_owned()]).expect("it can be read")
    }

    #[test]
    fn what_an_editor_keeps_for_itself_changes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let before = snapshot(folder.path());
        for name in [".page.rs.swp", "page.rs~"] {
            fs::write(folder.path().join(name), "typing").expect("a file");
        }
        // A lock is a link that leads nowhere.
        let lock = folder.path().join(".#page.rs");
        std::os::unix::fs::symlink("nowhere", lock).expect("a link");
        assert_eq!(before.changed_in(&snapshot(folder.path())), None);
    }

    #[test]
    fn a_file_that_comes_changes_or_goes_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("src/page.rs");
        fs::create_dir(folder.path().join("src")).expect("a folder");
        let empty = snapshot(folder.path());
        fs::write(&file, "one").expect("written");
        let one = snapshot(folder.path());
        fs::write(&file, "longer").expect("written");
        let two = snapshot(folder.path());
        assert_eq!(empty.changed_in(&one), Some(file.as_path()));
        assert_eq!(one.changed_in(&two), Some(file.as_path()));
        assert_eq!(one.changed_in(&empty), Some(file.as_path()));
        assert_eq!(two.changed_in(&snapshot(folder.path())), None);
        assert_ne!(one.digest(), two.digest());
        assert_eq!(two.digest(), snapshot(folder.path()).digest());
    }

    #[test]
    fn what_others_make_is_no_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let before = snapshot(folder.path());
        fs::create_dir(folder.path().join("node_modules")).expect("a folder");
        fs::write(folder.path().join("node_modules/x.js"), "").expect("written");
        assert_eq!(before, snapshot(folder.path()));
    }

    #[test]
    fn a_place_that_is_not_there_is_named() {
        let error = Snapshot::of(&[PathBuf::from("/nowhere/at/all")]).expect_err("must fail");
        assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
    }
}
