//! A real redis-server of one test's own.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use redis::Client;
use redis::aio::MultiplexedConnection;
use tempfile::TempDir;

/// Runs until it is dropped. Listens on a socket in a directory of its own, so no two tests can
/// meet, and a restart finds the same address.
pub struct RedisServer {
    directory: TempDir,
    running: Option<Running>,
}

struct Running {
    process: Child,
    _log: BufReader<ChildStdout>,
}

impl RedisServer {
    /// Starts the server and waits until it accepts connections.
    pub fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut server = Self { directory, running: None };
        server.resume_from_nothing();
        server
    }

    /// For `--redis-url`.
    pub fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    /// A connection of the test's own.
    pub async fn connection(&self) -> MultiplexedConnection {
        self.client().get_multiplexed_async_connection().await.unwrap()
    }

    /// A client of the test's own.
    pub fn client(&self) -> Client {
        Client::open(self.url()).unwrap()
    }

    /// The server dies at once.
    pub fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.process.kill().unwrap();
            running.process.wait().unwrap();
        }
    }

    /// The server starts again at the same address, empty.
    pub fn resume_from_nothing(&mut self) {
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
            assert_ne!(log.read_line(&mut line).unwrap(), 0, "redis-server ended early");
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
