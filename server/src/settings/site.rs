//! Where the page's files are, and under what names.

use std::path::PathBuf;

use leptos::config::LeptosOptions;
use thiserror::Error;

/// The name that the build gives to the page's files.
const OUTPUT_NAME: &str = "rotunda";
/// The folder of the built files inside the site; also their path in URLs.
pub(crate) const PACKAGE: &str = "pkg";
/// The file beside the program that lists the hashes in the names of the built files.
const HASH_FILE: &str = "hash.txt";

/// Where the page's files are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// Their folder; without it, `site` beside the program.
    pub folder: Option<PathBuf>,
}

/// The page's files are not where they should be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "the page's files are not in {0}; build them with `cargo xtask build`, or name their folder \
     with --site-root"
)]
pub struct SiteMissing(String);

impl Site {
    /// The folder itself, should its name be a link that leads elsewhere one day.
    pub fn root(&self) -> PathBuf {
        let root = self.named();
        root.canonicalize().unwrap_or(root)
    }

    fn named(&self) -> PathBuf {
        let named = self.folder.clone();
        let beside = || beside_program("site");
        named
            .or_else(beside)
            .unwrap_or_else(|| PathBuf::from("site"))
    }

    /// Makes sure that there is something to show.
    ///
    /// # Errors
    ///
    /// When there is not.
    pub fn check(&self) -> Result<(), SiteMissing> {
        let root = self.root();
        if root.join(PACKAGE).is_dir() {
            Ok(())
        } else {
            Err(SiteMissing(root.display().to_string()))
        }
    }

    /// What the page needs to know to name its own files.
    pub(crate) fn leptos_options(&self) -> LeptosOptions {
        LeptosOptions::builder()
            .output_name(OUTPUT_NAME)
            .site_root(self.root().display().to_string())
            .site_pkg_dir(PACKAGE)
            .hash_file(HASH_FILE.into())
            .hash_files(beside_program(HASH_FILE).is_some_and(|file| file.is_file()))
            .build()
    }
}

fn beside_program(name: &str) -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    Some(program.parent()?.join(name))
}
