//! A Redis with a replica, and a sentinel that watches them.

use std::fs;
use std::net::TcpListener;
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use crate::redis_server::node::Node;

/// How the sentinel calls them.
pub(crate) const SERVICE: &str = "rotunda";

/// Runs until it is dropped.
pub(crate) struct RedisWithSentinels {
    pub(crate) ports: [u16; 2],
    pub(crate) nodes: [Option<Node>; 2],
    pub(crate) sentinel: u16,
    _sentinel: Node,
    _directories: [TempDir; 3],
}

impl RedisWithSentinels {
    /// Starts all of them and waits until they know each other.
    pub(crate) fn start() -> Self {
        let directories = std::array::from_fn(|_| tempfile::tempdir().unwrap());
        let ports = [free_port(), free_port()];
        let [leader, replica] = ports.map(|port| port.to_string());
        let [at_leader, at_replica, at_sentinel] = directories.each_ref().map(TempDir::path);
        let leader_node = Node::start(
            at_leader,
            &["--port", &leader, "--repl-diskless-sync-delay", "0"],
        );
        let replica_node = Node::start(
            at_replica,
            &["--port", &replica, "--replicaof", "127.0.0.1", &leader],
        );
        until(|| cli(ports[0], &["INFO", "replication"]).contains("state=online"));

        let sentinel = free_port();
        let file = at_sentinel.join("sentinel.conf");
        let settings = format!(
            "port {sentinel}\ndir {}\nsentinel monitor {SERVICE} 127.0.0.1 {leader} 1\n\
             sentinel down-after-milliseconds {SERVICE} 1000\n\
             sentinel failover-timeout {SERVICE} 5000\n",
            at_sentinel.display()
        );
        fs::write(&file, settings).unwrap();
        let mut command = Command::new("redis-sentinel");
        command.arg(&file);
        let sentinel_node = Node::run(command, "+slave");
        Self {
            ports,
            nodes: [Some(leader_node), Some(replica_node)],
            sentinel,
            _sentinel: sentinel_node,
            _directories: directories,
        }
    }

    /// For `--redis-url`.
    pub(crate) fn url(&self) -> String {
        format!("redis+sentinel://127.0.0.1:{}/{SERVICE}", self.sentinel)
    }

    /// The first leader dies.
    pub(crate) fn kill_leader(&mut self) {
        self.nodes[0] = None;
    }

    /// Whether this node takes itself for the leader.
    pub(crate) fn leads(&self, node: usize) -> bool {
        cli(self.ports[node], &["ROLE"]).starts_with("master")
    }

    /// Asks the sentinel to make the replica the leader though nothing is wrong. It refuses as long
    /// as it has not looked closely at the replica.
    pub(crate) fn hands_over(&self) -> bool {
        cli(self.sentinel, &["SENTINEL", "FAILOVER", SERVICE]).trim() == "OK"
    }
}

/// Asks again and again: nobody tells when it is so.
pub(crate) fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A port that nothing uses. It lies below those that the operating system gives away by itself,
/// and each test program begins elsewhere.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 10_000 + u16::try_from(std::process::id() % 200).unwrap() * 100;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed) % 100;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// What a node answers.
pub(crate) fn cli(port: u16, command: &[&str]) -> String {
    let mut cli = Command::new("redis-cli");
    cli.args(["-p", &port.to_string()]).args(command);
    String::from_utf8(cli.output().expect("redis-cli is needed").stdout).unwrap()
}
