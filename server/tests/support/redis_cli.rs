//! The test's own words with Redis.

use std::process::Command;

use crate::redis_server::RedisServer;

impl RedisServer {
    /// What Redis answers.
    pub(crate) fn cli(&self, command: &[&str]) -> String {
        let url = self.url();
        let socket = url.strip_prefix("redis+unix://").unwrap();
        let mut cli = Command::new("redis-cli");
        let answer = cli.args(["-s", socket]).args(command).output();
        let answer = answer.expect("redis-cli is needed");
        assert!(answer.status.success(), "{answer:?}");
        String::from_utf8(answer.stdout).unwrap()
    }
}
