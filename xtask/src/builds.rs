//! Finished builds, each in a folder of its own that no later build touches.
//!
//! A running server reads its page's files, and the list of their names, whenever a browser asks
//! for them; so they have to stay as they are until it ends. A root holds `build-1`, `build-2` and
//! so on, and links to what is in the latest of them. A program that is started through its link
//! finds the page beside itself, where the link leads.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

const PREFIX: &str = "build-";

/// The builds under one root. While it lives, nobody else adds or removes any.
#[derive(Debug)]
pub(crate) struct Builds {
    root: PathBuf,
    _lock: File,
}

impl Builds {
    /// Waits until nobody else is at work there.
    ///
    /// # Errors
    ///
    /// The folder cannot be made or locked.
    pub(crate) fn open(root: PathBuf) -> Result<Self> {
        fs::create_dir_all(&root).with_context(|| format!("cannot create {}", root.display()))?;
        let lock = File::create(root.join(".lock"))?;
        lock.lock()
            .with_context(|| format!("cannot lock {}", root.display()))?;
        Ok(Self { root, _lock: lock })
    }

    /// Copies the files and folders of a build into a folder of their own, makes it the latest,
    /// and removes those before it that no running program is in. Returns the folder.
    ///
    /// # Errors
    ///
    /// Something cannot be copied, linked or removed; what was the latest then stays so.
    pub(crate) fn add(&self, parts: &[PathBuf]) -> Result<PathBuf> {
        let builds = self.numbers()?;
        let next = builds.iter().max().map_or(1, |latest| latest + 1);
        let folder = self.folder(next);
        fs::create_dir(&folder)?;
        for part in parts {
            copy(part, &folder.join(name_of(part)?))
                .with_context(|| format!("cannot copy {}", part.display()))?;
        }
        for part in parts {
            self.link(next, name_of(part)?)?;
        }
        self.remove_unused(&builds)?;
        Ok(folder)
    }

    fn folder(&self, number: u32) -> PathBuf {
        self.root.join(format!("{PREFIX}{number}"))
    }

    fn numbers(&self) -> Result<Vec<u32>> {
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&self.root)? {
            let name = entry?.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
            numbers.extend(number.and_then(|number| number.parse::<u32>().ok()));
        }
        Ok(numbers)
    }

    /// Lets a name lead into a build, at no moment into none.
    fn link(&self, number: u32, name: &str) -> Result<()> {
        let link = self.root.join(name);
        if fs::symlink_metadata(&link).is_ok_and(|found| found.is_dir()) {
            fs::remove_dir_all(&link)?;
        }
        let new = self.root.join(".link");
        remove_file(&new)?;
        symlink(Path::new(&format!("{PREFIX}{number}")).join(name), &new)?;
        fs::rename(&new, &link).with_context(|| format!("cannot link {}", link.display()))
    }

    fn remove_unused(&self, builds: &[u32]) -> Result<()> {
        // Without a list of the running programs, any build may be in use.
        let Ok(programs) = running_programs() else {
            return Ok(());
        };
        for number in builds {
            let folder = self.folder(*number);
            let real = fs::canonicalize(&folder)?;
            if !programs.iter().any(|program| program.starts_with(&real)) {
                fs::remove_dir_all(&folder)
                    .with_context(|| format!("cannot remove {}", folder.display()))?;
            }
        }
        Ok(())
    }
}

/// Where the programs are that run now, as far as this user may know.
fn running_programs() -> Result<Vec<PathBuf>> {
    let processes = fs::read_dir("/proc")?.filter_map(Result::ok);
    let program = |process: fs::DirEntry| fs::read_link(process.path().join("exe")).ok();
    Ok(processes.filter_map(program).collect())
}

fn name_of(part: &Path) -> Result<&str> {
    let name = part.file_name().and_then(|name| name.to_str());
    name.with_context(|| format!("{} has no name", part.display()))
}

fn remove_file(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Copies a file, or a folder with all that is in it.
///
/// # Errors
///
/// Something cannot be read or written, or there is such a folder already.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    if !fs::metadata(from)?.is_dir() {
        fs::copy(from, to)?;
        return Ok(());
    }
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command};

    use super::*;

    /// A build of a program that only waits, with one file of a page.
    struct Fresh {
        folder: tempfile::TempDir,
    }

    impl Fresh {
        fn new(page: &str) -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let fresh = Self { folder };
            fs::copy("/bin/sleep", fresh.part("rotunda")).expect("a program");
            fs::create_dir_all(fresh.part("site/pkg")).expect("a site");
            fs::write(fresh.part("site/pkg/page.js"), page).expect("a page");
            fresh
        }

        fn part(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn parts(&self) -> [PathBuf; 2] {
            [self.part("rotunda"), self.part("site")]
        }
    }

    fn add(root: &Path, page: &str) -> PathBuf {
        let builds = Builds::open(root.to_owned()).expect("a root");
        builds.add(&Fresh::new(page).parts()).expect("a build")
    }

    fn page(folder: &Path) -> Option<String> {
        fs::read_to_string(folder.join("site/pkg/page.js")).ok()
    }

    fn start(root: &Path) -> Child {
        let mut program = Command::new(root.join("rotunda"));
        program.arg("600").spawn().expect("it starts")
    }

    #[test]
    fn the_links_lead_to_the_latest_build_and_those_before_are_gone() {
        let root = tempfile::tempdir().expect("a folder");
        let first = add(root.path(), "first");
        assert_eq!(page(root.path()).as_deref(), Some("first"));
        let second = add(root.path(), "second");
        assert_eq!(page(root.path()).as_deref(), Some("second"));
        assert_eq!(page(&second).as_deref(), Some("second"));
        assert!(!first.exists());
    }

    #[test]
    fn what_a_running_program_serves_stays_whole_until_it_ends() {
        let root = tempfile::tempdir().expect("a folder");
        let first = add(root.path(), "first");
        let mut running = start(root.path());
        for later in ["second", "third"] {
            add(root.path(), later);
            assert_eq!(page(&first).as_deref(), Some("first"));
        }
        let beside = fs::read_link(format!("/proc/{}/exe", running.id())).expect("it runs");
        assert_eq!(beside.parent().and_then(page).as_deref(), Some("first"));
        running.kill().expect("it ends");
        running.wait().expect("it ended");
        let fourth = add(root.path(), "fourth");
        let left = Builds::open(root.path().to_owned()).and_then(|builds| builds.numbers());
        assert_eq!(left.expect("a list").len(), 1);
        assert_eq!(page(&fourth).as_deref(), Some("fourth"));
    }

    #[test]
    fn a_build_that_cannot_be_copied_changes_nothing() {
        let root = tempfile::tempdir().expect("a folder");
        add(root.path(), "first");
        let fresh = Fresh::new("second");
        fs::remove_file(fresh.part("rotunda")).expect("removed");
        let builds = Builds::open(root.path().to_owned()).expect("a root");
        assert!(builds.add(&fresh.parts()).is_err());
        assert_eq!(page(root.path()).as_deref(), Some("first"));
        assert!(builds.add(&Fresh::new("third").parts()).is_ok());
        assert_eq!(page(root.path()).as_deref(), Some("third"));
    }

    #[test]
    fn a_folder_where_a_link_belongs_makes_way() {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join("site/pkg")).expect("a site");
        fs::write(root.path().join("rotunda"), "old").expect("a program");
        add(root.path(), "first");
        assert_eq!(page(root.path()).as_deref(), Some("first"));
    }
}
