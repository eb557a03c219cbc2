//! Servers die, freeze and stop.

use std::time::Duration;

use meeting::signaling::LeaveReason;
use tokio::time::Instant;

use crate::bot::{
    Bot, a_while, everybody_reaches_everybody, everybody_sees_everybody,
    everybody_writes_to_everybody, gather, joins, nobody_lost_sight_of_another,
    nobody_saw_anybody_leave,
};
use crate::program::Rotunda;
use crate::redis_server::RedisServer;

const LEASE: Duration = Duration::from_secs(2);
const GRACE: Duration = Duration::from_secs(4);

/// Two servers on one Redis.
struct Deployment {
    _redis: RedisServer,
    north: Rotunda,
    south: Rotunda,
}

impl Deployment {
    /// With times so short that a test can see them end.
    fn start() -> Self {
        Self::with(&["--lease", "2s", "--grace", "4s"])
    }

    /// As an operator gets it who says nothing.
    fn usual() -> Self {
        Self::with(&[])
    }

    fn with(flags: &[&str]) -> Self {
        let redis = RedisServer::start();
        let url = redis.url();
        let flags = [&["--redis-url", &url], flags].concat();
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
    everybody_writes_to_everybody(&bots, "just before");
    deployment.south.kill();
    everybody_writes_to_everybody(&bots, "just after");
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
async fn whoever_died_with_their_server_is_gone_after_lease_and_grace() {
    let begun = Instant::now();
    let mut deployment = Deployment::start();
    let mut bots = deployment.gather().await;
    let gathering = begun.elapsed();
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
    // The beats that notice come every third of a lease; a slow machine was slow before, too.
    let gone = killed.elapsed();
    assert!(gone < LEASE + GRACE + LEASE + gathering, "{gone:?}");
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

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_frozen_for_a_moment_is_not_even_missed() {
    let deployment = Deployment::usual();
    let bots = deployment.gather().await;
    deployment.south.freeze();
    everybody_writes_to_everybody(&bots, "one moment");
    a_while(Duration::from_secs(2)).await;
    deployment.south.thaw();
    everybody_reaches_everybody(&bots).await;
    everybody_sees_everybody(&bots).await;
    nobody_saw_anybody_leave(&bots);
    assert_eq!(joins(&bots), [1; 6]);
    for bot in &bots {
        assert_eq!(bot.view().blinks, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_given_up_with_its_people_brings_them_back() {
    let deployment = Deployment::start();
    let mut bots = deployment.gather().await;
    deployment.south.freeze();
    let newcomer = Bot::start_joining(&[deployment.south.address], "blue-room", "Newcomer");
    for bot in &bots[..3] {
        bot.until("alone", |view| view.left.len() == 3).await;
    }
    deployment.south.thaw();
    newcomer.until("in", |view| view.is_connected).await;
    bots.push(newcomer);
    everybody_sees_everybody(&bots).await;
    everybody_reaches_everybody(&bots).await;
    a_while(LEASE + GRACE).await;
    everybody_sees_everybody(&bots).await;
    for bot in &bots[..3] {
        assert_eq!(bot.view().left.len(), 3, "{:#?}", bot.view());
    }
    // Those who were with it saw nothing of this.
    nobody_saw_anybody_leave(&bots[3..]);
    assert_eq!(joins(&bots), [1; 7]);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_servers_are_killed_at_once_and_everybody_comes_back() {
    let mut deployment = Deployment::usual();
    let bots = deployment.gather().await;
    deployment.north.kill();
    deployment.south.kill();
    a_while(Duration::from_secs(1)).await;
    deployment.north.start_again();
    deployment.south.start_again();
    for bot in &bots {
        bot.until("back", |view| view.joins == 2).await;
    }
    everybody_sees_everybody(&bots).await;
    everybody_reaches_everybody(&bots).await;
    nobody_saw_anybody_leave(&bots);
    assert_eq!(joins(&bots), [2; 6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_joining_when_the_server_died_is_in_the_meeting_once() {
    let mut deployment = Deployment::start();
    let (north, south) = (deployment.north.address, deployment.south.address);
    // Three may be in the room twice for a while, and it has eight seats.
    let mut bots = gather(&[north], "blue-room", 2).await;
    for number in 0..3 {
        let name = format!("Newcomer {number}");
        bots.push(Bot::start_joining(&[south, north], "blue-room", &name));
    }
    bots[0]
        .until("no longer alone", |view| view.roster.len() > 2)
        .await;
    deployment.south.kill();
    for bot in &bots {
        bot.until("in", |view| view.is_connected).await;
    }
    everybody_sees_everybody(&bots).await;
    a_while(LEASE + GRACE).await;
    everybody_sees_everybody(&bots).await;
    everybody_reaches_everybody(&bots).await;
    nobody_lost_sight_of_another(&bots);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_without_a_deployment_wait_for_the_successor_of_their_server() {
    let mut server = Rotunda::start(&[]);
    let bots = gather(&[server.address], "blue-room", 6).await;
    let ids: Vec<_> = bots.iter().map(Bot::id).collect();
    server.ask_to_stop();
    server.has_stopped();
    server.start_again();
    for (bot, id) in bots.iter().zip(&ids) {
        bot.until("back", |view| view.joins == 2).await;
        assert_eq!(bot.id(), *id);
    }
    everybody_sees_everybody(&bots).await;
    everybody_reaches_everybody(&bots).await;
}
