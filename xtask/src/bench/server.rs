//! Real servers and a real Redis, without browsers.

use anyhow::Result;

use crate::packages;
use crate::{project, shell};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// `servers`, `redis`, `admission`, or `churn --minutes 60`; `--help` tells more.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    what: Vec<String>,
}

/// Runs one of the measurements in `server/benches/faults`.
///
/// # Errors
///
/// It does not build or run, or what it measures is worse than promised.
pub(crate) fn server(arguments: &Arguments) -> Result<()> {
    packages::debian(&[packages::REDIS_SERVER])?;
    let mut cargo = project::cargo();
    cargo.args([
        "bench",
        "--locked",
        "--package",
        "server",
        "--bench",
        "faults",
        "--",
    ]);
    shell::run(cargo.args(&arguments.what))
}
