//! A server is restarted, or one of two is killed.

use std::ops::Range;
use std::time::Duration;

use tokio::time::Instant;

use crate::bot::a_while;
use crate::figures::{Figures, Promise, say};
use crate::herd::Herd;
use crate::program::Rotunda;
use crate::redis_server::RedisServer;

const RUNS: usize = 10;

const AFTER_RESTART: [Promise; 2] = [
    Promise {
        percent: 50,
        within: Duration::from_secs(1),
    },
    Promise {
        percent: 99,
        within: Duration::from_secs(3),
    },
];
const AFTER_KILL: [Promise; 1] = [Promise {
    percent: 99,
    within: Duration::from_secs(5),
}];

pub(crate) async fn measure() -> anyhow::Result<()> {
    say("96 people in 12 rooms; how long each had no socket")?;
    only_server_restarted().await?;
    one_of_two_restarted().await?;
    one_of_two_killed().await
}

/// Those who have left wait until all have, because only then does the successor come.
async fn only_server_restarted() -> anyhow::Result<()> {
    let mut server = Rotunda::start(&[]);
    let herd = Herd::gather(&[server.address]).await;
    let begun = Instant::now();
    let mut after_listen = Vec::new();
    for run in 1..=RUNS {
        let asked = Instant::now();
        server.ask_to_stop();
        server.has_stopped();
        server.start_again();
        let listening = Instant::now();
        is_back(&herd, run).await;
        let returns = herd.absences(asked).into_iter();
        after_listen.extend(returns.map(|absence| absence.end - listening));
    }
    let all = lengths(herd.absences(begun));
    Figures::of(all).report("the only server is restarted", &[])?;
    Figures::of(after_listen).report("  of that, after its successor listens", &AFTER_RESTART)
}

async fn one_of_two_restarted() -> anyhow::Result<()> {
    let redis = RedisServer::start();
    let url = redis.url();
    let mut servers = [(), ()].map(|()| Rotunda::start(&["--redis-url", &url]));
    let herd = Herd::gather(&servers.each_ref().map(|server| server.address)).await;
    let begun = Instant::now();
    for run in 0..RUNS {
        let server = &mut servers[run % 2];
        server.ask_to_stop();
        server.has_stopped();
        server.start_again();
        herd.is_complete().await;
    }
    let all = lengths(herd.absences(begun));
    Figures::of(all).report("one of two servers is restarted", &AFTER_RESTART)?;
    nobody_was_lost(&herd)
}

async fn one_of_two_killed() -> anyhow::Result<()> {
    let redis = RedisServer::start();
    let url = redis.url();
    let mut servers = [(), ()].map(|()| Rotunda::start(&["--redis-url", &url]));
    let herd = Herd::gather(&servers.each_ref().map(|server| server.address)).await;
    let begun = Instant::now();
    for run in 0..RUNS {
        let server = &mut servers[run % 2];
        let before = herd.sockets_lost();
        server.kill();
        while herd.sockets_lost() == before {
            a_while(Duration::from_millis(1)).await;
        }
        herd.is_complete().await;
        server.start_again();
    }
    let all = lengths(herd.absences(begun));
    Figures::of(all).report("one of two servers is killed", &AFTER_KILL)?;
    nobody_was_lost(&herd)
}

/// Waits until everybody has come back so often.
async fn is_back(herd: &Herd, times: usize) {
    for bot in herd.people() {
        bot.until("back", |view| view.absences.len() == times).await;
    }
}

fn lengths(absences: Vec<Range<Instant>>) -> impl Iterator<Item = Duration> {
    let absences = absences.into_iter();
    absences.map(|absence| absence.end - absence.start)
}

fn nobody_was_lost(herd: &Herd) -> anyhow::Result<()> {
    let lost = herd.rooms_lost();
    anyhow::ensure!(lost == 0, "{lost} rooms saw somebody leave");
    say("  nobody was told that anybody left")?;
    Ok(())
}
