//! A node of a real cluster that hangs.

use std::time::Duration;

use meeting::id::RoomId;
use meeting::signaling::ServerMessage;
use store::{Claim, JoinError, Store, StoreSettings};
use tokio::time::{Instant, timeout};

use crate::people::{Person, SOON, arrive, settings};
use crate::redis_cluster::RedisCluster;
use crate::signal;

/// As long as two leases.
const HANGS: Duration = Duration::from_secs(6);

/// A room whose node is not that of this key.
fn room_apart_from(redis: &RedisCluster, key: &str) -> RoomId {
    let mut rooms = (0..).map(|number| format!("room-{number}"));
    let apart = rooms.find(|room| redis.node_of(room) != redis.node_of(key));
    apart.unwrap().parse().unwrap()
}

/// One on each server.
async fn two_people(room: &RoomId, stores: [&Store; 2]) -> [Person; 2] {
    let mut ann = arrive(stores[0], room, 1, Claim::Fresh, 1).await.unwrap();
    let bob = arrive(stores[1], room, 2, Claim::Fresh, 2).await.unwrap();
    ann.sees_join(&bob).await;
    [ann, bob]
}

/// What somebody hears until then.
async fn hears_until(person: &mut Person, then: Instant) -> Vec<ServerMessage> {
    let mut heard = Vec::new();
    while let Some(left) = then.checked_duration_since(Instant::now())
        && let Ok(news) = timeout(left, person.next()).await
    {
        heard.push(news.unwrap());
    }
    heard
}

#[tokio::test]
async fn a_node_that_hangs_keeps_nobody_out_of_the_rooms_on_the_others() {
    let redis = RedisCluster::start();
    let hung = room_apart_from(&redis, "meeting-servers");
    let well = room_apart_from(&redis, hung.as_str());
    let settings = StoreSettings {
        grace: Duration::from_secs(15),
        ..settings()
    };
    let one = Store::redis(&redis.url(), settings).await.unwrap();
    let two = Store::redis(&redis.url(), settings).await.unwrap();
    let [mut ann, mut bob] = two_people(&well, [&one, &two]).await;
    let [mut ada, _ben] = two_people(&hung, [&one, &two]).await;

    let process = redis.process_of(hung.as_str());
    signal::send("-STOP", process);
    let then = Instant::now() + HANGS;
    let heard = hears_until(&mut ann, then).await;
    // Let in while it hangs, as a browser is that tries again.
    let eve = loop {
        match arrive(&two, &well, 3, Claim::Fresh, 3).await {
            Ok(eve) => break eve,
            Err(JoinError::Unavailable(_)) => {}
            Err(error) => panic!("{error}"),
        }
    };
    let ready = async { while two.ready().await.is_err() {} };
    let became_ready = timeout(SOON, ready).await;
    signal::send("-CONT", process);
    assert!(became_ready.is_ok(), "ready for the rooms on other nodes");
    assert_eq!(heard, []);
    for person in [&mut ann, &mut bob] {
        person.sees_join(&eve).await;
    }
    let soon = Instant::now() + settings.beat * 5;
    assert_eq!(hears_until(&mut ada, soon).await, []);
}
