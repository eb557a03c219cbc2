//! Joins to many rooms at once, while Redis takes its time.

use std::time::Duration;

use futures::future::join_all;
use meeting::signaling::{LeaveReason, ServerMessage};
use simulation::cluster::redis::{Ailment, SimulatedRedis};
use store::{Claim, JoinError};
use tokio::time::{Instant, sleep, timeout};

use crate::people::{enter, room, store};

/// How long Redis takes for each answer.
const ROUND_TRIP: Duration = Duration::from_millis(500);
/// The most that the network adds to one.
const NETWORK: Duration = Duration::from_millis(600);
/// How long each waits for one answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// They used to stand in line, each for a round trip.
#[tokio::test(start_paused = true)]
async fn two_hundred_people_who_open_as_many_rooms_wait_for_two_round_trips() {
    let redis = SimulatedRedis::new(1);
    let store = store(&redis, 0).await;
    // The first to join teaches Redis the script.
    let _first = enter(&store, room(0), 1, Claim::Fresh, 1).await.unwrap();
    redis.ail(0, Ailment::Slow(ROUND_TRIP));
    let began = Instant::now();
    let joins = (1..=200).map(|number| enter(&store, room(number), 1, Claim::Fresh, 1));
    for joined in join_all(joins).await {
        joined.unwrap();
    }
    let took = began.elapsed();
    assert!(took < 2 * (ROUND_TRIP + NETWORK), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn whoever_cannot_subscribe_waits_no_longer_than_their_own_patience() {
    // The subscription is at the one shard, what it is about is on the others.
    let redis = SimulatedRedis::sharded(1, 3);
    let store = store(&redis, 0).await;
    let _first = enter(&store, room(0), 1, Claim::Fresh, 1).await.unwrap();
    let (shard, _) = redis.subscriptions()[&0];
    redis.ail(shard, Ailment::Hung);
    let joins = (1..=50_u64).map(async |number| {
        sleep(Duration::from_millis(number * 10)).await;
        let began = Instant::now();
        let number = usize::try_from(number).unwrap();
        let refused = enter(&store, room(number), 1, Claim::Fresh, 1).await;
        assert!(matches!(refused, Err(JoinError::Unavailable(_))));
        began.elapsed()
    });
    for waited in join_all(joins).await {
        assert!(waited <= PATIENCE + NETWORK, "{waited:?}");
    }
    redis.recover(shard);
    sleep(PATIENCE).await;
    enter(&store, room(1), 1, Claim::Fresh, 1).await.unwrap();
    let (_, channels) = redis.subscriptions()[&0];
    assert_eq!(
        channels, 3,
        "one channel of the server's, and one of each room"
    );
}

/// However closely somebody enters behind the last one who leaves, the room is listened to.
#[tokio::test(start_paused = true)]
async fn a_room_that_is_entered_while_it_is_let_go_of_is_subscribed_to() {
    let redis = SimulatedRedis::new(1);
    let (ours, theirs) = (store(&redis, 0).await, store(&redis, 1).await);
    let _ours = enter(&ours, room(0), 1, Claim::Fresh, 1).await.unwrap();
    redis.ail(0, Ailment::Slow(ROUND_TRIP));
    let stories = (1..=60_usize).map(async |number| {
        let ada = enter(&ours, room(number), 1, Claim::Fresh, 1);
        let ada = ada.await.unwrap();
        let leaving = ours.leave(&ada.seat, LeaveReason::Left);
        let entering = async {
            sleep(Duration::from_millis(25 * number as u64)).await;
            enter(&ours, room(number), 2, Claim::Fresh, 2).await
        };
        let (left, ben) = tokio::join!(leaving, entering);
        left.unwrap();
        let mut ben = ben.unwrap();
        sleep(4 * ROUND_TRIP).await;
        enter(&theirs, room(number), 3, Claim::Fresh, 3)
            .await
            .unwrap();
        let sees_carl = async {
            loop {
                let news = ben.inbox.next().await.unwrap().message;
                if matches!(news, ServerMessage::ParticipantJoined { .. }) {
                    return;
                }
            }
        };
        let heard = timeout(Duration::from_secs(2), sees_carl).await;
        assert!(heard.is_ok(), "room {number} is not listened to");
    });
    join_all(stories).await;
}
