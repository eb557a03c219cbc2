//! One process of a test's Redis.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A redis-server, or what goes by that name. Dies when it is dropped.
pub(crate) struct Node {
    pub(crate) process: Child,
}

impl Node {
    /// Starts a redis-server that keeps its files there, and waits until it accepts connections.
    pub(crate) fn start(directory: &Path, flags: &[&str]) -> Self {
        let mut command = Command::new("redis-server");
        command.args(flags);
        command.args(["--save", "", "--appendonly", "no", "--dir"]);
        command.arg(directory);
        Self::run(command, "eady to accept connections")
    }

    /// Starts a program and waits until it says this.
    pub(crate) fn run(mut command: Command, ready: &str) -> Self {
        let mut process = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-server and redis-sentinel are needed");
        let mut log = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains(ready) {
            line.clear();
            let read = log.read_line(&mut line).unwrap();
            assert_ne!(read, 0, "redis ended early");
        }
        // It writes little, but must never find nobody who reads.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { process }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Where it is dead already, there is nothing to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
