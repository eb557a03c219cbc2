//! Everybody comes back at once.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::Instant;

use crate::bot::{Bot, a_while, everybody_sees_everybody};
use crate::program::Rotunda;

const PEOPLE: usize = 200;
const IN_A_ROOM: usize = 8;

/// The only server is killed and comes back three seconds later without a memory.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_people_come_back_after_a_restart_without_a_stampede() {
    let mut server = Rotunda::start(&[]);
    let address = [server.address];
    let rooms = join_all((0..PEOPLE / IN_A_ROOM).map(async |room| {
        let name = format!("room-{room}");
        let people = (0..IN_A_ROOM).map(|_| Bot::join(&address, &name, "Somebody"));
        join_all(people).await
    }))
    .await;
    for room in &rooms {
        everybody_sees_everybody(room).await;
    }

    server.kill();
    a_while(Duration::from_secs(3)).await;
    server.start_again();
    let back = Instant::now();
    for room in &rooms {
        for bot in room {
            bot.until("back", |view| view.joins == 2).await;
        }
        everybody_sees_everybody(room).await;
    }
    assert!(
        back.elapsed() < Duration::from_secs(10),
        "{:?}",
        back.elapsed()
    );
    let attempts = rooms.iter().flatten().map(|bot| bot.view().attempts.len());
    let most = attempts.max().unwrap();
    // One to join, one at once, and then at times that doubled.
    assert!(most < 12, "somebody knocked {most} times");
}
