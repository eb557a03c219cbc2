//! What a store counts of what it does.

use meeting::signaling::Undeliverable;
use store::{Claim, Counters, JoinError, Store};

use crate::contract::contract;
use crate::pair::{ann_and_bob, pair};
use crate::people::{arrive, come_back, enter, id, patient, payload, room};
use crate::redis_server::RedisServer;

contract! {
    patient:
        joins_resumes_refusals_and_lost_signals_are_counted;
}

async fn joins_resumes_refusals_and_lost_signals_are_counted(store: Store) {
    let ann = enter(&store, 1).await;
    assert_eq!(
        store.signal(ann.seat(), &id(7), payload("x")),
        Err(Undeliverable::NotInRoom)
    );
    for number in 2..5 {
        enter(&store, number).await;
    }
    let full = arrive(&store, &room(), 5, Claim::Fresh, 5).await;
    assert!(matches!(full, Err(JoinError::Full)));
    come_back(&store, 1, 1, 11).await.unwrap();
    let forged = come_back(&store, 1, 9, 12).await;
    assert!(matches!(forged, Err(JoinError::ResumeRefused)));

    let counted = store.counters();
    let expected = Counters {
        joins: 4,
        resumes: 1,
        refusals: 2,
        undeliverable_signals: 1,
        // So it is with Redis, and a slow machine may miss a beat.
        comparisons: counted.comparisons,
        missed_beats: counted.missed_beats,
        ..Counters::default()
    };
    assert_eq!(counted, expected);
    let text = "joins=4 resumes=1 refusals=2 undeliverable_signals=1";
    assert!(counted.to_string().starts_with(text), "{counted}");
}

#[tokio::test]
async fn a_signal_is_counted_where_it_is_sent_to_another_server() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    let (ann, mut bob) = ann_and_bob(&one, &two).await;
    let eve = enter(&one, 3).await;
    bob.sees_join(&eve).await;
    one.signal(ann.seat(), &id(2), payload("to the other"))
        .unwrap();
    one.signal(ann.seat(), &id(3), payload("to the same"))
        .unwrap();
    bob.hears(1, "to the other").await;
    assert_eq!(one.counters().forwarded_signals, 1);
    assert_eq!(two.counters().forwarded_signals, 0);
}
