//! People who come and go in every way there is.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::{Instant, sleep};

use crate::PATIENCE;
use crate::bot::{Bot, everybody_reaches_everybody, everybody_sees_everybody, gather};
use crate::program::Rotunda;
use crate::redis_server::RedisServer;

const ROOMS: usize = 20;
const IN_A_ROOM: usize = 8;
/// How many join in one round; half of them join twice.
pub(crate) const PEOPLE: usize = ROOMS * IN_A_ROOM;

/// Two servers on one Redis that forget quickly.
pub(crate) struct Churn {
    pub(crate) redis: RedisServer,
    servers: [Rotunda; 2],
}

/// What the servers hold, and Redis for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Holdings {
    pub(crate) files: [usize; 2],
    pub(crate) keys: usize,
    pub(crate) channels: usize,
}

impl Churn {
    pub(crate) fn start() -> Self {
        let redis = RedisServer::start();
        let url = redis.url();
        let flags = ["--redis-url", &url, "--lease", "2s", "--grace", "1s"];
        Self {
            servers: [(), ()].map(|()| Rotunda::start(&flags)),
            redis,
        }
    }

    pub(crate) fn holdings(&self) -> Holdings {
        let lines = |command| self.redis.cli(command).split_whitespace().count();
        Holdings {
            files: self.servers.each_ref().map(Rotunda::open_files),
            keys: lines(&["KEYS", "*"]),
            channels: lines(&["PUBSUB", "CHANNELS"]),
        }
    }

    pub(crate) fn resident_kib(&self) -> [usize; 2] {
        self.servers.each_ref().map(Rotunda::resident_kib)
    }

    /// Waits until there is no more than this: nobody tells when the last one is forgotten.
    pub(crate) async fn is_back_to(&self, empty: Holdings) {
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

    /// Every room fills, everybody sends, some lose their sockets or move, and all go.
    pub(crate) async fn round(&self) {
        let addresses = self.servers.each_ref().map(|server| server.address);
        join_all((0..ROOMS).map(async |number| {
            let room = format!("room-{number}");
            let bots = gather(&addresses, &room, IN_A_ROOM).await;
            everybody_reaches_everybody(&bots).await;
            for side in bots.chunks(IN_A_ROOM / 2) {
                side[0].lose_socket();
                side[1].move_to(addresses[number % 2]);
                for bot in &side[..2] {
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

/// Every other one leaves properly.
async fn go(bot: Bot, number: usize) {
    if number.is_multiple_of(2) {
        bot.leave().await;
    }
}
