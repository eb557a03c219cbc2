//! A Redis Cluster of three nodes.

use std::process::Command;

use tempfile::TempDir;

use crate::redis_sentinels::{cli, free_port, until};
use crate::redis_server::node::Node;

/// Runs until it is dropped.
pub(crate) struct RedisCluster {
    ports: Vec<u16>,
    nodes: Vec<Node>,
    _directories: Vec<TempDir>,
}

impl RedisCluster {
    /// Starts the nodes and waits until they are one cluster.
    pub(crate) fn start() -> Self {
        let mut cluster = Self {
            ports: vec![],
            nodes: vec![],
            _directories: vec![],
        };
        for _ in 0..3 {
            cluster.add_node();
        }
        let mut create = Command::new("redis-cli");
        create.args(["--cluster", "create", "--cluster-yes"]);
        create.args(cluster.addresses());
        let created = create.output().expect("redis-cli is needed");
        assert!(created.status.success(), "{created:?}");
        for port in &cluster.ports {
            until(|| cli(*port, &["CLUSTER", "INFO"]).contains("cluster_state:ok"));
        }
        cluster
    }

    fn add_node(&mut self) {
        let directory = tempfile::tempdir().unwrap();
        let (port, bus) = (free_port(), free_port());
        let node = Node::start(
            directory.path(),
            &[
                "--port",
                &port.to_string(),
                "--cluster-enabled",
                "yes",
                "--cluster-port",
                &bus.to_string(),
            ],
        );
        self.ports.push(port);
        self.nodes.push(node);
        self._directories.push(directory);
    }

    /// For `--redis-url`.
    pub(crate) fn url(&self) -> String {
        format!("redis+cluster://{}", self.addresses().join(","))
    }

    /// Which node has a key.
    pub(crate) fn node_of(&self, key: &str) -> usize {
        let port = self.ports[0];
        let slot: usize = cli(port, &["CLUSTER", "KEYSLOT", key])
            .trim()
            .parse()
            .unwrap();
        slot * self.nodes.len() / 16384
    }

    /// The process of the node that has a key.
    pub(crate) fn process_of(&self, key: &str) -> u32 {
        self.nodes[self.node_of(key)].process.id()
    }

    /// Forgets everything.
    pub(crate) fn empty(&self) {
        for port in &self.ports {
            assert_eq!(cli(*port, &["FLUSHALL"]).trim(), "OK");
        }
    }

    fn addresses(&self) -> Vec<String> {
        let addresses = self.ports.iter().map(|port| format!("127.0.0.1:{port}"));
        addresses.collect()
    }
}
