//! Another Redis becomes the leader while people meet across two servers, and others come and go.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::Instant;

use crate::bot::{
    Bot, a_while, everybody_reaches_everybody, everybody_sees_everybody,
    everybody_writes_to_everybody, gather, joins, nobody_lost_sight_of_another,
};
use crate::program::Rotunda;
use crate::redis_sentinels::RedisWithSentinels;
use crate::redis_server::node::Node;

/// Somebody can join again this soon after another leader was chosen, on a machine that does at once
/// what it is told.
const HEALED: Duration = Duration::from_secs(5);

impl RedisWithSentinels {
    /// The node that was killed follows the other one.
    fn revive(&mut self, node: usize, files: &TempDir) {
        let [own, other] = [node, 1 - node].map(|node| self.ports[node].to_string());
        let flags = ["--port", &own, "--replicaof", "127.0.0.1", &other];
        self.nodes[node] = Some(Node::start(files.path(), &flags));
    }
}

/// Waits without standing in anybody's way: nobody tells when it is so.
async fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        a_while(Duration::from_millis(50)).await;
    }
}

/// Comes and goes at one server until it is enough. Says how often.
async fn visit(server: SocketAddr, enough: &AtomicBool) -> u32 {
    let mut visits = 0;
    while !enough.load(Ordering::Relaxed) {
        let visitor = Bot::join(&[server], "blue-room", "Visitor").await;
        visitor.leave().await;
        visits += 1;
    }
    visits
}

/// Somebody who has not tried before is let in soon.
async fn lets_people_in(server: SocketAddr, promoted: Instant, limit: Duration) {
    loop {
        let newcomer = Bot::start_joining(&[server], "other-room", "Newcomer");
        newcomer
            .until("answered", |view| {
                view.is_connected || view.attempts.len() > 1
            })
            .await;
        if newcomer.view().is_connected {
            return newcomer.leave().await;
        }
        assert!(promoted.elapsed() < limit, "nobody is let in");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_leader_dies_and_later_hands_over_while_people_come_and_go() {
    let mut redis = RedisWithSentinels::start();
    let files = tempfile::tempdir().unwrap();
    let url = redis.url();
    let flags = ["--redis-url", &url, "--grace", "4s", "--capacity", "20"];
    let begun = Instant::now();
    let servers = [(), ()].map(|()| Rotunda::start(&flags));
    let addresses = servers.each_ref().map(|server| server.address);
    let bots = gather(&addresses, "blue-room", 6).await;
    // As much longer as it took when nothing was wrong.
    let limit = HEALED + begun.elapsed();
    let enough = AtomicBool::new(false);

    let switch_over_twice = async {
        redis.kill_leader();
        everybody_writes_to_everybody(&bots, "the leader is dead");
        until(|| redis.leads(1)).await;
        let promoted = Instant::now();
        for address in addresses {
            lets_people_in(address, promoted, limit).await;
        }
        redis.revive(0, &files);
        until(|| redis.hands_over()).await;
        everybody_writes_to_everybody(&bots, "the leader hands over");
        until(|| redis.leads(0)).await;
        let promoted = Instant::now();
        for address in addresses {
            lets_people_in(address, promoted, limit).await;
        }
        enough.store(true, Ordering::Relaxed);
    };
    let [north, south] = addresses;
    let ((), ..) = tokio::join!(
        switch_over_twice,
        visit(north, &enough),
        visit(south, &enough)
    );

    everybody_sees_everybody(&bots).await;
    everybody_reaches_everybody(&bots).await;
    nobody_lost_sight_of_another(&bots);
    assert_eq!(joins(&bots), [1; 6], "a socket was lost");
}
