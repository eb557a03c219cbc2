//! A real redis-server of one test's own.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use tempfile::TempDir;

/// Runs until it is dropped. Listens on a socket in a directory of its own, so no two tests can
/// meet, and a restart finds the same address.
pub(crate) struct RedisServer {
    directory: TempDir,
    running: Option<Running>,
}

struct Running {
    process: Child,
    _log: BufReader<ChildStdout>,
}

impl RedisServer {
    /// Starts the server and waits until it accepts connections.
    pub(crate) fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut server = Self {
            directory,
            running: None,
        };
        server.resume_from_nothing();
        server
    }

    /// For `--redis-url`.
    pub(crate) fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    /// The server dies at once.
    pub(crate) fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.process.kill().unwrap();
            running.process.wait().unwrap();
        }
    }

    /// The server starts again at the same address, empty.
    pub(crate) fn resume_from_nothing(&mut self) {
        let mut process = Command::new("redis-server")
            .arg("--unixsocket")
            .arg(self.socket())
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--dir"])
            .arg(self.directory.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-server is needed: apt-get install redis-server");
        let mut log = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("eady to accept connections") {
            line.clear();
            assert_ne!(
                log.read_line(&mut line).unwrap(),
                0,
                "redis-server ended early"
            );
        }
        self.running = Some(Running { process, _log: log });
    }

    fn socket(&self) -> PathBuf {
        self.directory.path().join("redis.sock")
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}
