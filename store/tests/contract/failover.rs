//! Another Redis becomes the leader while people meet.

use std::time::{Duration, Instant};

use meeting::id::ParticipantId;
use meeting::signaling::{Participant, ServerMessage, Undeliverable};
use store::{Claim, Store, StoreSettings};

use crate::people::{Person, arrive, enter, id, patient, payload, room};
use crate::redis_sentinels::{RedisWithSentinels, cli, until};
use crate::signal;

/// Healthy again this soon after Redis has come back, on a machine that does at once what it is told.
const HEALED: Duration = Duration::from_secs(5);

impl RedisWithSentinels {
    /// Forgets everything.
    pub(crate) fn empty(&self) {
        assert_eq!(cli(self.ports[0], &["FLUSHALL"]).trim(), "OK");
    }

    /// The first leader is there and does nothing.
    pub(crate) fn freeze_leader(&self) {
        self.signal_leader("-STOP");
    }

    /// The first leader goes on where it was, and finds that it leads no more.
    pub(crate) fn thaw_leader(&self) {
        self.signal_leader("-CONT");
    }

    /// Waits until the replica leads.
    fn await_promotion(&self) {
        until(|| self.leads(1));
    }

    fn signal_leader(&self, signal: &str) {
        let leader = self.nodes[0].as_ref().expect("it is dead");
        signal::send(signal, leader.process.id());
    }
}

struct Meeting {
    redis: RedisWithSentinels,
    one: Store,
    two: Store,
    ann: Person,
    bob: Person,
    /// How long it took until all were there, when nothing was wrong.
    gathering: Duration,
}

impl Meeting {
    async fn start() -> Self {
        let begun = Instant::now();
        let redis = RedisWithSentinels::start();
        let settings = StoreSettings {
            beat: Duration::from_secs(1),
            ..patient()
        };
        let one = Store::redis(&redis.url(), settings).await.unwrap();
        let two = Store::redis(&redis.url(), settings).await.unwrap();
        let mut ann = enter(&one, 1).await;
        let bob = enter(&two, 2).await;
        ann.sees_join(&bob).await;
        Self {
            redis,
            one,
            two,
            ann,
            bob,
            gathering: begun.elapsed(),
        }
    }

    /// Somebody gets in in time, everybody sees them and nobody saw anything else, and signals
    /// cross both ways.
    async fn heals(mut self) {
        let promoted = Instant::now();
        let limit = HEALED + self.gathering;
        let eve = loop {
            match arrive(&self.two, &room(), 3, Claim::Fresh, 3).await {
                Ok(eve) => break eve,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
            assert!(promoted.elapsed() < limit, "nobody gets in");
        };
        assert_eq!(names(&eve.admission.participants), [id(1), id(2), id(3)]);
        self.ann.sees_join(&eve).await;
        self.bob.sees_join(&eve).await;
        self.signals_pass().await;
        assert!(promoted.elapsed() < limit, "{:?}", promoted.elapsed());
    }

    async fn signals_pass(&mut self) {
        greet(&self.one, &mut self.ann, &mut self.bob).await;
        greet(&self.two, &mut self.bob, &mut self.ann).await;
    }
}

/// Says hello, and again when it comes back, until it is heard.
async fn greet(store: &Store, from: &mut Person, to: &mut Person) {
    loop {
        let hello = payload("hello");
        store.signal(from.seat(), &to.seat().id, hello).unwrap();
        tokio::select! {
            heard = to.next() => {
                assert!(matches!(heard, Ok(ServerMessage::Signal { .. })), "{heard:?}");
                return;
            }
            back = from.next() => match back.unwrap() {
                ServerMessage::Undeliverable { reason, .. } => {
                    assert_ne!(reason, Undeliverable::NotInRoom);
                }
                // One of the other's that came back to its sender, and yet arrived.
                ServerMessage::Signal { .. } => {}
                other => panic!("something else happened: {other:?}"),
            },
        }
    }
}

fn names(participants: &[Participant]) -> Vec<ParticipantId> {
    participants.iter().map(|one| one.id.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_is_killed_is_succeeded_unnoticed() {
    let mut meeting = Meeting::start().await;
    meeting.redis.kill_leader();
    meeting.redis.await_promotion();
    meeting.heals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_is_frozen_is_succeeded_unnoticed_and_may_come_back() {
    let meeting = Meeting::start().await;
    meeting.redis.freeze_leader();
    meeting.redis.await_promotion();
    meeting.redis.thaw_leader();
    meeting.heals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_hands_over_is_succeeded_unnoticed() {
    let meeting = Meeting::start().await;
    until(|| meeting.redis.hands_over());
    meeting.redis.await_promotion();
    meeting.heals().await;
}
