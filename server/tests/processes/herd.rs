//! Two hundred people come back at once, and do not stampede.
//!
//! A stampede would be that most of them connect in the same tenth of a second, or that they
//! connect again and again. What counts is when a page means to: how late the machine of the test
//! lets it is not its fault.

use std::net::SocketAddr;
use std::time::Duration;

use futures::future::join_all;
use tokio::time::Instant;

use crate::bot::{Bot, a_while, everybody_sees_everybody, gather, nobody_saw_anybody_leave};
use crate::program::Rotunda;
use crate::redis_server::RedisServer;

const PEOPLE: usize = 200;
const IN_A_ROOM: usize = 8;
/// Everybody means to connect for the last time this soon after there is a server again.
const BACK: Duration = Duration::from_secs(10);
/// The first of all waits, which are the shortest, spread over more than twice this time.
const MOMENT: Duration = Duration::from_millis(100);
/// So many may connect in one moment when all lose their server at once.
const AT_ONCE: usize = PEOPLE * 3 / 4;

struct Herd {
    rooms: Vec<Vec<Bot>>,
}

impl Herd {
    /// Half of each room at each server, if there are two.
    async fn gather(servers: &[SocketAddr]) -> Self {
        let rooms = (0..PEOPLE / IN_A_ROOM).map(async |number| {
            let room = format!("room-{number}");
            gather(servers, &room, IN_A_ROOM).await
        });
        Self {
            rooms: join_all(rooms).await,
        }
    }

    fn people(&self) -> impl Iterator<Item = &Bot> {
        self.rooms.iter().flatten()
    }

    /// So many have come back, having connected within the time, and all see each other.
    async fn is_back(&self, people: usize, since: Instant) {
        let stayed = IN_A_ROOM - IN_A_ROOM * people / PEOPLE;
        join_all(self.rooms.iter().map(async |room| {
            for bot in &room[stayed..] {
                bot.until("back", |view| view.joins == 2).await;
            }
            everybody_sees_everybody(room).await;
        }))
        .await;
        let attempts = self.people().filter_map(|bot| bot.view().attempts.pop());
        let last = attempts.max().unwrap() - since;
        assert!(last < BACK, "somebody connected after {last:?}");
        let joins: u32 = self.people().map(|bot| bot.view().joins).sum();
        assert_eq!(joins, u32::try_from(PEOPLE + people).unwrap());
    }

    /// Since then, people connected at most so often each, and at most so many in one moment.
    fn did_not_stampede(&self, since: Instant, most: usize, most_at_once: usize) {
        let times = self.people().map(|bot| bot.view().attempts);
        let times: Vec<Vec<Instant>> = times
            .map(|times| times.into_iter().filter(|time| *time >= since).collect())
            .collect();
        let stubborn = times.iter().map(Vec::len).max().unwrap();
        assert!(stubborn <= most, "somebody connected {stubborn} times");

        let mut times = times.concat();
        times.sort();
        let at_once = |from: &Instant| {
            let window = *from..*from + MOMENT;
            times.iter().filter(|time| window.contains(time)).count()
        };
        let at_once = times.iter().map(at_once).max().unwrap();
        assert!(at_once <= most_at_once, "{at_once} connected at once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_herd_comes_back_to_a_server_that_was_killed_and_started_again() {
    let mut server = Rotunda::start(&[]);
    let herd = Herd::gather(&[server.address]).await;
    let lost = Instant::now();
    server.kill();
    a_while(Duration::from_secs(3)).await;
    server.start_again();
    let returned = Instant::now();
    herd.is_back(PEOPLE, returned).await;
    herd.did_not_stampede(lost, 15, AT_ONCE);
    // By then they are no longer in step.
    herd.did_not_stampede(returned, 10, PEOPLE * 3 / 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_herd_waits_for_the_successor_of_a_server_that_stops() {
    let mut server = Rotunda::start(&[]);
    let herd = Herd::gather(&[server.address]).await;
    let asked = Instant::now();
    server.ask_to_stop();
    server.has_stopped();
    server.start_again();
    herd.is_back(PEOPLE, Instant::now()).await;
    herd.did_not_stampede(asked, 15, AT_ONCE);
}

struct Deployment {
    _redis: RedisServer,
    north: Rotunda,
    south: Rotunda,
}

impl Deployment {
    fn start() -> Self {
        let redis = RedisServer::start();
        let url = redis.url();
        Self {
            north: Rotunda::start(&["--redis-url", &url]),
            south: Rotunda::start(&["--redis-url", &url]),
            _redis: redis,
        }
    }

    async fn gather(&self) -> Herd {
        Herd::gather(&[self.north.address, self.south.address]).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_herd_goes_on_elsewhere_when_its_server_is_killed() {
    let mut deployment = Deployment::start();
    let herd = deployment.gather().await;
    let lost = Instant::now();
    deployment.south.kill();
    herd.is_back(PEOPLE / 2, lost).await;
    herd.did_not_stampede(lost, 1, AT_ONCE / 2);
    for room in &herd.rooms {
        nobody_saw_anybody_leave(room);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_herd_goes_on_elsewhere_when_its_server_stops() {
    let mut deployment = Deployment::start();
    let herd = deployment.gather().await;
    let asked = Instant::now();
    deployment.south.ask_to_stop();
    herd.is_back(PEOPLE / 2, asked).await;
    deployment.south.has_stopped();
    herd.did_not_stampede(asked, 1, AT_ONCE / 2);
    for room in &herd.rooms {
        nobody_saw_anybody_leave(room);
    }
}
