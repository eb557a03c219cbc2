//! Signals to processes that a test started.

use std::process::Command;

/// Sends a signal, such as `-STOP`.
pub(crate) fn send(signal: &str, process: u32) {
    let mut kill = Command::new("kill");
    let sent = kill.args([signal, &process.to_string()]).status().unwrap();
    assert!(sent.success(), "{signal} to {process}");
}
