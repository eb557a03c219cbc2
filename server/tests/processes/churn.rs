//! Thousands come and go in every way there is, and nothing of them stays behind.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::{Instant, sleep};

use crate::PATIENCE;
use crate::bot::{Bot, everybody_reaches_everybody, everybody_sees_everybody, gather};
use crate::program::Rotunda;
use crate::redis_server::RedisServer;

const ROOMS: usize = 20;
const IN_A_ROOM: usize = 8;
/// Until whatever is kept for later use has its size.
const WARM_UP: usize = 4;
const ROUNDS: usize = 16;
/// The allocator's own. About 2 KiB for each of those who came to a server after the warm-up.
const NOISE_KIB: u64 = 3 * 1024;

struct Deployment {
    redis: RedisServer,
    servers: [Rotunda; 2],
}

/// What is there when nobody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Holdings {
    files: [usize; 2],
    keys: usize,
    channels: usize,
}

impl Deployment {
    fn start() -> Self {
        let redis = RedisServer::start();
        let url = redis.url();
        let flags = ["--redis-url", &url, "--lease", "2s", "--grace", "1s"];
        Self {
            servers: [(), ()].map(|()| Rotunda::start(&flags)),
            redis,
        }
    }

    fn holdings(&self) -> Holdings {
        let lines = |command| self.redis.cli(command).split_whitespace().count();
        Holdings {
            files: self.servers.each_ref().map(Rotunda::open_files),
            keys: lines(&["KEYS", "*"]),
            channels: lines(&["PUBSUB", "CHANNELS"]),
        }
    }

    fn resident_kib(&self) -> [u64; 2] {
        self.servers.each_ref().map(Rotunda::resident_kib)
    }

    /// Waits until there is no more than this: nobody tells when the last one is forgotten.
    async fn is_back_to(&self, empty: Holdings) {
        let since = Instant::now();
        while self.holdings() != empty {
            let now = self.holdings();
            assert!(
                since.elapsed() < PATIENCE,
                "left behind: {now:?}, was {empty:?}"
            );
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Every room fills, everybody talks, some lose their sockets or move, and all go.
    async fn round(&self) {
        let addresses = self.servers.each_ref().map(|server| server.address);
        join_all((0..ROOMS).map(async |number| {
            let room = format!("room-{number}");
            let bots = gather(&addresses, &room, IN_A_ROOM).await;
            everybody_reaches_everybody(&bots).await;
            for pair in bots.chunks(IN_A_ROOM / 2) {
                pair[0].lose_socket();
                pair[1].move_to(addresses[number % 2]);
                for bot in &pair[..2] {
                    bot.until("back", |view| view.joins == 2).await;
                }
            }
            everybody_sees_everybody(&bots).await;
            for (number, bot) in bots.into_iter().enumerate() {
                go(bot, number).await;
            }
        }))
        .await;
    }
}

/// Every other one says good-bye.
async fn go(bot: Bot, number: usize) {
    if number.is_multiple_of(2) {
        bot.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_thousands_leave_behind_is_nothing() {
    let deployment = Deployment::start();
    let empty = deployment.holdings();
    assert_eq!((empty.keys, empty.channels), (1, 2));
    for _ in 0..WARM_UP {
        deployment.round().await;
        deployment.is_back_to(empty).await;
    }
    let warm = deployment.resident_kib();
    for _ in 0..ROUNDS {
        deployment.round().await;
        deployment.is_back_to(empty).await;
    }
    let end = deployment.resident_kib();
    for (warm, end) in warm.into_iter().zip(end) {
        assert!(end < warm + NOISE_KIB, "{warm} KiB became {end} KiB");
    }
}
