//! Bugs that simulated meetings found, each told on its own.

use std::time::Duration;

use meeting::limits;
use meeting::signaling::{Sequenced, ServerMessage, SignalPayload, Undeliverable};
use simulation::cluster::redis::SimulatedRedis;
use store::{Claim, Inbox, Inspection, JoinError, Store};
use tokio::time::{Instant, sleep, timeout};

use crate::people::{self, Person, store, token};

/// Whatever is waited for comes within this time of the simulation.
const SOON: Duration = Duration::from_secs(60);

/// Person `number` joins and is to get the token `next`.
async fn join(store: &Store, number: u8, claim: Claim, next: u8) -> Result<Inbox, JoinError> {
    let entered = enter(store, number, claim, next).await;
    entered.map(|person| person.inbox)
}

async fn enter(store: &Store, number: u8, claim: Claim, next: u8) -> Result<Person, JoinError> {
    let room = "abc-defg-hij".parse().unwrap();
    people::enter(store, room, number, claim, next).await
}

#[tokio::test(start_paused = true)]
async fn a_join_that_redis_hears_of_too_late_takes_nobodys_seat() {
    let redis = SimulatedRedis::new(1);
    let (cut_off, well) = (store(&redis, 0).await, store(&redis, 1).await);
    // Somebody else is there already, so that joining is one step.
    let _other = join(&cut_off, 2, Claim::Fresh, 9).await.unwrap();
    drop(join(&well, 1, Claim::Fresh, 1).await.unwrap());
    let shown = Claim::Resume { proof: token(1) };
    redis.isolate(0, true);
    let late = join(&cut_off, 1, shown, 2).await;
    assert!(matches!(late, Err(JoinError::Unavailable(_))), "{late:?}");
    let mut inbox = join(&well, 1, shown, 3).await.unwrap();
    redis.isolate(0, false);
    let end = timeout(SOON, inbox.next()).await;
    assert!(end.is_err(), "{end:?}");
}

#[tokio::test(start_paused = true)]
async fn a_room_that_is_entered_while_the_subscription_is_opened_again_is_subscribed_to() {
    let redis = SimulatedRedis::new(1);
    let (ours, theirs) = (store(&redis, 0).await, store(&redis, 1).await);
    redis.freeze();
    redis.cut_subscriptions();
    // So long that each server has asked for its channels, and not yet given up.
    sleep(Duration::from_secs(1)).await;
    let thawing = async {
        sleep(Duration::from_millis(500)).await;
        redis.thaw();
    };
    let (ada, ()) = tokio::join!(join(&ours, 1, Claim::Fresh, 1), thawing);
    let mut ada = ada.unwrap();
    // Until whatever follows from the new subscription is done.
    sleep(Duration::from_secs(10)).await;
    let _ben = join(&theirs, 2, Claim::Fresh, 2).await.unwrap();
    let news = timeout(SOON, ada.next()).await;
    let Ok(Ok(Sequenced { message, .. })) = news else {
        panic!("Ada does not hear of Ben: {news:?}")
    };
    assert!(matches!(message, ServerMessage::ParticipantJoined { .. }));
}

fn signal(text: &str) -> SignalPayload {
    SignalPayload::try_from(text.to_owned()).unwrap()
}

/// Each signal used to wait for Redis by itself, and the sender's heartbeat behind all of them.
#[tokio::test(start_paused = true)]
async fn while_redis_hangs_nobody_waits_for_signals_and_each_comes_back_once() {
    let redis = SimulatedRedis::new(1);
    let (ours, theirs) = (store(&redis, 0).await, store(&redis, 1).await);
    let mut ada = enter(&ours, 1, Claim::Fresh, 1).await.unwrap();
    let mut ben = enter(&theirs, 2, Claim::Fresh, 2).await.unwrap();
    assert!(matches!(
        ada.inbox.next().await.unwrap().message,
        ServerMessage::ParticipantJoined { .. }
    ));
    redis.freeze();
    let frozen = Instant::now();
    ours.signal(&ada.seat, &ben.seat.id, signal("first"))
        .unwrap();
    // This one is on its way to Redis before the others come.
    tokio::task::yield_now().await;
    let may_wait = limits::OUTBOUND_MESSAGES / 2 - 1;
    let mut refused = 0;
    for number in 0..=may_wait {
        let sent = ours.signal(&ada.seat, &ben.seat.id, signal(&number.to_string()));
        refused += usize::from(sent.is_err());
    }
    assert_eq!(refused, 1, "what may wait is bounded");
    for _ in 0..=may_wait {
        let back = timeout(SOON, ada.inbox.next()).await.unwrap().unwrap();
        let expected = ServerMessage::Undeliverable {
            to: ben.seat.id.clone(),
            reason: Undeliverable::Unreachable,
        };
        assert_eq!(back.message, expected);
    }
    assert!(frozen.elapsed() < limits::HEARTBEAT);

    redis.thaw();
    sleep(Duration::from_secs(5)).await;
    for number in 0..3 {
        ours.signal(&ada.seat, &ben.seat.id, signal(&format!("again {number}")))
            .unwrap();
    }
    let mut heard = Vec::new();
    while heard.len() < 3 {
        let next = timeout(SOON, ben.inbox.next()).await.unwrap().unwrap();
        if let ServerMessage::Signal { payload, .. } = next.message
            && payload.as_str().starts_with("again")
        {
            heard.push(payload);
        }
    }
    assert_eq!(heard, ["again 0", "again 1", "again 2"].map(signal));
}

/// Each try used to leave a room behind for as long as Redis was away.
#[tokio::test(start_paused = true)]
async fn rooms_that_nobody_could_enter_while_redis_was_away_are_not_kept() {
    let redis = SimulatedRedis::new(1);
    let store = store(&redis, 0).await;
    redis.stop();
    sleep(Duration::from_secs(5)).await;
    for number in 0..100 {
        let refused = join(&store, number, Claim::Fresh, number).await;
        assert!(matches!(refused, Err(JoinError::Unavailable(_))));
    }
    assert_eq!(store.inspect(), Inspection::default());
}
