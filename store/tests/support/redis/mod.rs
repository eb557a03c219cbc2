//! A real redis-server of one test's own.

pub(crate) mod node;

use std::path::PathBuf;

use tempfile::TempDir;

use node::Node;

/// One Redis. Runs until it is dropped. Listens on a socket in a directory of its own, so no two
/// tests can meet, and a restart finds the same address.
pub(crate) struct RedisServer {
    directory: TempDir,
    pub(crate) running: Option<Node>,
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
        self.running = None;
    }

    /// The server starts again at the same address, empty.
    pub(crate) fn resume_from_nothing(&mut self) {
        let socket = self.socket();
        let socket = socket.to_str().unwrap();
        let flags = ["--unixsocket", socket, "--port", "0"];
        self.running = Some(Node::start(self.directory.path(), &flags));
    }

    fn socket(&self) -> PathBuf {
        self.directory.path().join("redis.sock")
    }
}
