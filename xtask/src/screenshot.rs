//! `cargo xtask screenshot`: the picture of a real call in the README.

use anyhow::Result;

use crate::browsers;

/// Takes the picture and puts it where the README expects it.
///
/// # Errors
///
/// The page does not build, or the call does not come about.
pub(crate) fn screenshot() -> Result<()> {
    let arguments = ["pictures/call".to_owned()];
    browsers::playwright("playwright.bench.config.ts", &arguments, |_| {})
}
