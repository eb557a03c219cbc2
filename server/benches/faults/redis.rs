//! Redis is killed, frozen or emptied under people on two servers.

use std::time::Duration;

use tokio::time::Instant;

use crate::bot::a_while;
use crate::figures::{Figures, Promise, say};
use crate::herd::Herd;
use crate::program::Rotunda;
use crate::redis_server::RedisServer;
use crate::signal;

const RUNS: usize = 5;
const INTERVAL: Duration = Duration::from_millis(20);
const AWAY: Duration = Duration::from_secs(5);
const HEALED: [Promise; 1] = [Promise {
    percent: 100,
    within: Duration::from_secs(5),
}];

/// What happens to Redis.
#[derive(Clone, Copy)]
enum Fault {
    Killed,
    Frozen,
    Emptied,
}

pub(crate) async fn measure() -> anyhow::Result<()> {
    say(
        "96 people in 12 rooms on two servers; until both are ready, a visitor to each room has met",
    )?;
    say("everybody, and everybody is written down in redis")?;
    suffer("killed for 5 s", Fault::Killed).await?;
    suffer("frozen for 5 s", Fault::Frozen).await?;
    suffer("emptied", Fault::Emptied).await
}

async fn suffer(what: &str, fault: Fault) -> anyhow::Result<()> {
    let mut redis = RedisServer::start();
    let url = redis.url();
    let flags = ["--redis-url", &url, "--capacity", "9"];
    let servers = [(), ()].map(|()| Rotunda::start(&flags));
    let addresses = servers.each_ref().map(|server| server.address);
    let herd = Herd::gather(&addresses).await;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        fault.happens(&mut redis).await;
        let over = Instant::now();
        for server in &servers {
            is_healthy(server).await;
        }
        herd.is_visited(&addresses).await;
        herd.is_complete().await;
        while !herd.is_known_to(&redis) {
            a_while(INTERVAL).await;
        }
        times.push(over.elapsed());
    }
    Figures::of(times).report(what, &HEALED)?;
    let (sockets, rooms) = (herd.sockets_lost(), herd.rooms_lost());
    say(&format!(
        "  sockets dropped: {sockets}, rooms lost: {rooms}"
    ))?;
    anyhow::ensure!((sockets, rooms) == (0, 0), "nothing may be lost");
    Ok(())
}

impl Fault {
    /// From its beginning to its end.
    async fn happens(self, redis: &mut RedisServer) {
        match self {
            Self::Killed => {
                redis.kill();
                a_while(AWAY).await;
                redis.resume_from_nothing();
            }
            Self::Frozen => {
                let process = redis.running.as_ref().unwrap().process.id();
                signal::send("-STOP", process);
                a_while(AWAY).await;
                signal::send("-CONT", process);
            }
            Self::Emptied => assert_eq!(redis.cli(&["FLUSHALL"]).trim(), "OK"),
        }
    }
}

/// Waits until the server says that it is well.
async fn is_healthy(server: &Rotunda) {
    while !server.is_ready() {
        a_while(INTERVAL).await;
    }
}
