//! Servers die, freeze and stop.

use std::time::Duration;

use meeting::signaling::LeaveReason;
use tokio::time::Instant;

use crate::bot::{
    Bot, a_while, everybody_reaches_everybody, everybody_sees_everybody, gather, joins,
    nobody_saw_anybody_leave,
};
use crate::program::Rotunda;
use crate::redis_server::RedisServer;

const LEASE: Duration = Duration::from_secs(2);
const GRACE: Duration = Duration::from_secs(4);

struct Deployment {
    _redis: RedisServer,
    north: Rotunda,
    south: Rotunda,
}

impl Deployment {
    fn start() -> Self {
        let redis = RedisServer::start();
        let url = redis.url();
        let flags = ["--redis-url", &url, "--lease", "2s", "--grace", "4s"];
        Self {
            north: Rotunda::start(&flags),
            south: Rotunda::start(&flags),
            _redis: redis,
        }
    }

    /// Six people, three on each server.
    async fn gather(&self) -> Vec<Bot> {
        gather(&[self.north.address, self.south.address], "blue-room", 6).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_people_of_a_killed_server_go_on_at_the_other_one() {
    let mut deployment = Deployment::start();
    let bots = deployment.gather().await;
    deployment.south.kill();
    for bot in &bots[3..] {
        bot.until("back", |view| view.joins == 2).await;
    }
    everybody_sees_everybody(&bots).await;
    everybody_reaches_everybody(&bots).await;
    a_while(LEASE + GRACE).await;
    everybody_sees_everybody(&bots).await;
    nobody_saw_anybody_leave(&bots);
    assert_eq!(joins(&bots), [1, 1, 1, 2, 2, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_died_with_his_server_is_gone_after_lease_and_grace() {
    let mut deployment = Deployment::start();
    let mut bots = deployment.gather().await;
    let dead = bots.pop().unwrap();
    let id = dead.id();
    drop(dead);
    deployment.south.kill();
    let killed = Instant::now();
    for bot in &bots {
        bot.until("rid of the dead", |view| !view.left.is_empty())
            .await;
        assert_eq!(bot.view().left, [(id.clone(), LeaveReason::Lost)]);
    }
    // The beats that notice come every third of a lease.
    assert!(
        killed.elapsed() < LEASE + GRACE + LEASE,
        "{:?}",
        killed.elapsed()
    );
    everybody_sees_everybody(&bots).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_frozen_longer_than_its_lease_fits_in_again() {
    let deployment = Deployment::start();
    let bots = deployment.gather().await;
    deployment.south.freeze();
    // The others notice; then it wakes up.
    bots[0]
        .until("aware", |view| view.connected_people() == 3)
        .await;
    deployment.south.thaw();
    everybody_sees_everybody(&bots).await;
    everybody_reaches_everybody(&bots).await;
    a_while(LEASE + GRACE).await;
    everybody_sees_everybody(&bots).await;
    nobody_saw_anybody_leave(&bots);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_wakes_up_finds_its_people_gone_and_changes_nothing() {
    let deployment = Deployment::start();
    let bots = deployment.gather().await;
    deployment.south.freeze();
    for bot in &bots[3..] {
        bot.move_to(deployment.north.address);
        bot.until("elsewhere", |view| view.joins == 2).await;
    }
    a_while(LEASE + LEASE).await;
    deployment.south.thaw();
    for bot in &bots[3..] {
        bot.until("rid of the old socket", |view| view.replaced == 1)
            .await;
    }
    everybody_sees_everybody(&bots).await;
    everybody_reaches_everybody(&bots).await;
    a_while(LEASE + GRACE).await;
    everybody_sees_everybody(&bots).await;
    nobody_saw_anybody_leave(&bots);
    assert_eq!(joins(&bots), [1, 1, 1, 2, 2, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_people_of_a_stopping_server_move_and_nobody_sees_them_leave() {
    let mut deployment = Deployment::start();
    let bots = deployment.gather().await;
    deployment.south.ask_to_stop();
    for bot in &bots[3..] {
        bot.until("elsewhere", |view| view.joins == 2).await;
    }
    deployment.south.has_stopped();
    everybody_sees_everybody(&bots).await;
    everybody_reaches_everybody(&bots).await;
    a_while(LEASE + GRACE).await;
    nobody_saw_anybody_leave(&bots);
    assert_eq!(joins(&bots), [1, 1, 1, 2, 2, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_server_is_restarted_one_after_the_other_under_a_meeting() {
    let mut deployment = Deployment::start();
    let bots = deployment.gather().await;
    for server in [&mut deployment.south, &mut deployment.north] {
        server.ask_to_stop();
        server.has_stopped();
        server.start_again();
        everybody_sees_everybody(&bots).await;
        everybody_reaches_everybody(&bots).await;
    }
    nobody_saw_anybody_leave(&bots);
}
