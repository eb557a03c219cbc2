//! From pressing *Join now* to the first frame of somebody else.

use anyhow::{Context, Result};

use super::spread::Spread;
use crate::shell;

/// Measures and prints how the times lie.
///
/// # Errors
///
/// The page does not build, or nothing was measured.
pub(crate) fn join() -> Result<()> {
    let times: Vec<u32> = super::measure("join")?
        .iter()
        .map(|line| {
            line.parse()
                .with_context(|| format!("not a number of milliseconds: {line}"))
        })
        .collect::<Result<_>>()?;
    let spread = Spread::of(times).context("nothing was measured")?;
    shell::report(&format!(
        "from Join now to the first remote frame, {spread}"
    ));
    Ok(())
}
