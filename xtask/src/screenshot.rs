//! `cargo xtask screenshot`: the picture of a real call in the README.

use std::fs;

use anyhow::{Context, Result};

use crate::{browsers, project};

/// Takes the picture and puts it where the README expects it.
///
/// # Errors
///
/// The page does not build, the call does not come about, or the picture cannot be copied.
pub(crate) fn screenshot() -> Result<()> {
    let arguments = ["layout", "--project=chromium"].map(ToOwned::to_owned);
    browsers::playwright("playwright.config.ts", &arguments, |_| {})?;
    let images = project::root().join("docs/images");
    fs::create_dir_all(&images)?;
    fs::copy(
        project::end2end().join("results/call-of-four-1440.png"),
        images.join("call.png"),
    )
    .context("the tests left no picture of a call")?;
    Ok(())
}
