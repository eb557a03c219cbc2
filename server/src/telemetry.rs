//! Logs, on stderr.
//!
//! What is logged never names a person or a room: no display names, tokens, payloads, room names
//! or addresses. A socket is known by the number it got when it was opened. Only where a page may
//! not open a socket, its origin is named: that is for the operator to configure.

use std::io::{self, IsTerminal};

use anyhow::Context;
use tracing_subscriber::EnvFilter;

/// Starts logging with this filter, such as `info` or `warn,server=debug`.
///
/// # Errors
///
/// When the filter cannot be read, or when logging was started before.
pub fn start(filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter).with_context(|| {
        format!("--log {filter:?} is not a log filter; try info, debug or warn,server=debug")
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .try_init()
        .map_err(|error| anyhow::anyhow!("cannot start logging: {error}"))
}
