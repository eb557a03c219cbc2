//! Redis dies, freezes, forgets and fails over while people meet across two servers.

use std::time::Duration;

use tokio::time::Instant;

use crate::bot::{
    Bot, a_while, everybody_reaches_everybody, everybody_sees_everybody,
    everybody_writes_to_everybody, gather, joins, nobody_saw_anybody_leave,
};
use crate::program::Rotunda;
use crate::redis_server::RedisServer;
use crate::signal;

/// Healthy again this soon after Redis has come back, on a machine that does at once what it is told.
const HEALED: Duration = Duration::from_secs(5);
/// A description as large as they come.
const OFFER: usize = 5 * 1024;

/// Two servers as an operator gets them who says nothing, and six people, three on each.
struct Meeting {
    servers: [Rotunda; 2],
    bots: Vec<Bot>,
    /// How long it took until all were there, when nothing was wrong.
    gathering: Duration,
}

impl Meeting {
    async fn start(redis: &str) -> Self {
        let begun = Instant::now();
        let servers = [(), ()].map(|()| Rotunda::start(&["--redis-url", redis]));
        let addresses = servers.each_ref().map(|server| server.address);
        let bots = gather(&addresses, "blue-room", 6).await;
        Self {
            servers,
            bots,
            gathering: begun.elapsed(),
        }
    }

    /// Everybody sends everybody an offer.
    fn storm(&self) {
        everybody_writes_to_everybody(&self.bots, &"v".repeat(OFFER));
    }

    /// Both servers let people in, all see them, signals cross, and nobody noticed anything.
    async fn has_healed(self, back: Instant) {
        let limit = HEALED + self.gathering;
        for server in &self.servers {
            while !server.is_ready() {
                assert!(back.elapsed() < limit, "still not ready");
                a_while(Duration::from_millis(50)).await;
            }
        }
        let mut bots = self.bots;
        for (number, server) in self.servers.iter().enumerate() {
            let name = format!("Newcomer {number}");
            bots.push(Bot::join(&[server.address], "blue-room", &name).await);
        }
        everybody_sees_everybody(&bots).await;
        let healed = back.elapsed();
        assert!(healed < limit, "healed after {healed:?}");
        everybody_reaches_everybody(&bots).await;
        nobody_saw_anybody_leave(&bots);
        assert_eq!(joins(&bots), [1; 8], "a socket was lost");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_killed_and_comes_back_empty_drops_nobody() {
    let mut redis = RedisServer::start();
    let meeting = Meeting::start(&redis.url()).await;
    redis.kill();
    for _ in 0..10 {
        meeting.storm();
        a_while(Duration::from_millis(500)).await;
    }
    redis.resume_from_nothing();
    meeting.has_healed(Instant::now()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_freezes_for_five_seconds_drops_nobody() {
    let redis = RedisServer::start();
    let meeting = Meeting::start(&redis.url()).await;
    let process = redis.running.as_ref().unwrap().process.id();
    signal::send("-STOP", process);
    a_while(Duration::from_secs(5)).await;
    signal::send("-CONT", process);
    meeting.has_healed(Instant::now()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_emptied_drops_nobody() {
    let redis = RedisServer::start();
    let meeting = Meeting::start(&redis.url()).await;
    for _ in 0..3 {
        redis.cli(&["FLUSHALL"]);
        a_while(Duration::from_millis(500)).await;
    }
    meeting.has_healed(Instant::now()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_that_are_cut_in_a_storm_of_offers_drop_nobody() {
    let redis = RedisServer::start();
    let meeting = Meeting::start(&redis.url()).await;
    for _ in 0..10 {
        meeting.storm();
        redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"]);
        a_while(Duration::from_millis(300)).await;
    }
    meeting.has_healed(Instant::now()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_of_every_kind_that_are_cut_in_a_storm_of_offers_drop_nobody() {
    let redis = RedisServer::start();
    let meeting = Meeting::start(&redis.url()).await;
    for kind in ["normal", "pubsub"].into_iter().cycle().take(10) {
        meeting.storm();
        redis.cli(&["CLIENT", "KILL", "TYPE", kind]);
        a_while(Duration::from_millis(300)).await;
    }
    meeting.has_healed(Instant::now()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_joins_while_redis_is_away_is_let_in_when_it_is_back() {
    let mut redis = RedisServer::start();
    let mut meeting = Meeting::start(&redis.url()).await;
    redis.kill();
    for (number, server) in meeting.servers.iter().enumerate() {
        let name = format!("Patience {number}");
        let newcomer = Bot::start_joining(&[server.address], "blue-room", &name);
        newcomer
            .until("sent away", |view| view.attempts.len() > 3)
            .await;
        meeting.bots.push(newcomer);
    }
    redis.resume_from_nothing();
    for bot in &meeting.bots {
        bot.until("in", |view| view.is_connected).await;
    }
    everybody_sees_everybody(&meeting.bots).await;
    everybody_reaches_everybody(&meeting.bots).await;
    nobody_saw_anybody_leave(&meeting.bots);
    assert_eq!(joins(&meeting.bots), [1; 8]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_while_redis_is_away_loses_nobody() {
    let mut redis = RedisServer::start();
    let mut meeting = Meeting::start(&redis.url()).await;
    redis.kill();
    meeting.servers[1].kill();
    for bot in &meeting.bots[3..] {
        bot.until("sent away", |view| view.attempts.len() > 2).await;
    }
    redis.resume_from_nothing();
    for bot in &meeting.bots[3..] {
        bot.until("back", |view| view.joins == 2).await;
    }
    everybody_sees_everybody(&meeting.bots).await;
    everybody_reaches_everybody(&meeting.bots).await;
    nobody_saw_anybody_leave(&meeting.bots);
    assert_eq!(joins(&meeting.bots), [1, 1, 1, 2, 2, 2]);
}
