//! When to stop.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tracing::info;

/// Resolves at the first SIGINT or SIGTERM. The signals are caught from the moment this returns,
/// not from the first time the future is polled.
///
/// # Errors
///
/// When the operating system refuses to tell of its signals.
pub fn on_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        info!("stopping");
    })
}
