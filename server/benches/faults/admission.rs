//! How long it takes to be let in.

use std::time::Duration;

use crate::bot::Bot;
use crate::figures::{Figures, Promise, say};
use crate::program::Rotunda;
use crate::redis_server::RedisServer;

const WARM_UP: usize = 50;
const ROOMS: usize = 500;
const IN_A_ROOM: usize = 8;
const PROMISE: [Promise; 1] = [Promise {
    percent: 99,
    within: Duration::from_millis(5),
}];

pub(crate) async fn measure() -> anyhow::Result<()> {
    say("from the first packet of a connection to `joined`, one after the other, 8 to a room")?;
    let redis = RedisServer::start();
    let url = redis.url();
    let servers = [(), ()].map(|()| Rotunda::start(&["--redis-url", &url]));
    let mut times = Vec::new();
    for number in 0..WARM_UP + ROOMS {
        let room = fill(&servers, number).await;
        if number >= WARM_UP {
            times.extend(room.iter().flat_map(|bot| bot.view().entries));
        }
        for bot in room {
            bot.leave().await;
        }
    }
    Figures::of(times).report("joins on two servers with one redis", &PROMISE)
}

/// A room of people on both servers.
async fn fill(servers: &[Rotunda; 2], number: usize) -> Vec<Bot> {
    let name = format!("room-{number}");
    let mut room = Vec::new();
    for seat in 0..IN_A_ROOM {
        let home = servers[seat % 2].address;
        let bot = Bot::start_joining(&[home], &name, "Somebody");
        bot.until("in", |view| !view.entries.is_empty()).await;
        room.push(bot);
    }
    room
}
