//! The resume race on real stores: of two pages that come back at once, one has the seat.

use meeting::id::{Attempt, InstanceId, TabId};
use meeting::signaling::ServerMessage;
use store::{Claim, JoinError, JoinRequest, OutboxEnd, Store, outbox};

use crate::pair::pair;
use crate::people::{Person, come_back, enter, id, patient, payload, room, token};
use crate::redis_server::RedisServer;

const ROUNDS: u8 = 240;

/// Two pages show one token at the same moment, again and again. Bob watches.
async fn race(one: Store, two: Store) {
    let mut holder = enter(&one, 1).await;
    let mut bob = enter(&one, 2).await;
    holder.sees_join(&bob).await;
    let mut shown = 1;
    for round in 0..ROUNDS {
        let given = [3 + round % 120 * 2, 4 + round % 120 * 2];
        let pages = [(one.clone(), given[0]), (two.clone(), given[1])];
        let pages = pages.map(|(store, next)| {
            tokio::spawn(async move { come_back(&store, 1, shown, next).await })
        });
        let [left, right] = pages;
        let left = left.await.unwrap().unwrap();
        let right = right.await.unwrap().unwrap();
        let right_won = right.seat().generation > left.seat().generation;
        assert_ne!(right.seat().generation, left.seat().generation);
        let (mut winner, mut loser) = if right_won {
            (right, left)
        } else {
            (left, right)
        };
        assert_replaced(&mut loser).await;
        assert_replaced(&mut holder).await;

        wait_for_page(&mut bob, &winner).await;
        let text = format!("round {round}");
        one.signal(bob.seat(), &id(1), payload(&text)).unwrap();
        winner.hears(2, &text).await;
        assert!(winner.inbox.try_next().is_none());
        shown = given[usize::from(right_won)];
        holder = winner;
    }
}

async fn assert_replaced(person: &mut Person) {
    assert_eq!(person.next().await, Err(OutboxEnd::Replaced));
}

async fn wait_for_page(bob: &mut Person, winner: &Person) {
    loop {
        match bob.next().await.unwrap() {
            ServerMessage::ParticipantChanged { participant } => {
                assert_eq!(participant.id, id(1));
                if participant.instance == winner.look().instance {
                    return;
                }
            }
            other => panic!("nobody comes or goes in a race: {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_pages_that_come_back_at_once_to_two_servers_one_has_the_seat() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    race(one, two).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_pages_that_come_back_at_once_to_one_server_one_has_the_seat() {
    let redis = RedisServer::start();
    let store = Store::redis(&redis.url(), patient()).await.unwrap();
    race(store.clone(), store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_pages_that_come_back_at_once_in_memory_one_has_the_seat() {
    let store = Store::memory(patient());
    race(store.clone(), store).await;
}

/// Person 1 shows the first token on a socket of one tab.
async fn show_on_socket(store: &Store, number: u32, next: u8) -> Result<Person, JoinError> {
    let (outbox, inbox) = outbox(store.runtime());
    let request = JoinRequest {
        room: room(),
        id: id(1),
        name: "Ada".to_owned().try_into().unwrap(),
        instance: InstanceId::from_random(number.into()),
        attempt: Attempt {
            tab: TabId::from_random(1),
            number,
        },
        claim: Claim::Resume { proof: token(1) },
        seen: 0,
        next_proof: token(next),
        outbox,
    };
    let admission = store.join(request).await?;
    Ok(Person { admission, inbox })
}

async fn a_thawed_server_reads_an_old_request(newer: Store, thawed: Store) {
    let first = enter(&thawed, 1).await;
    thawed.detach(first.seat()).await.unwrap();
    let mut page = show_on_socket(&newer, 2, 11).await.unwrap();
    let refused = show_on_socket(&thawed, 1, 12).await.err().unwrap();
    assert!(matches!(refused, JoinError::ResumeRefused));
    let bob = enter(&newer, 2).await;
    page.sees_join(&bob).await;
}

#[tokio::test]
async fn a_request_that_was_under_way_too_long_evicts_nobody_in_memory() {
    let store = Store::memory(patient());
    a_thawed_server_reads_an_old_request(store.clone(), store).await;
}

#[tokio::test]
async fn a_request_that_was_under_way_too_long_evicts_nobody_in_redis() {
    let redis = RedisServer::start();
    let (one, two) = pair(&redis, patient()).await;
    a_thawed_server_reads_an_old_request(one, two).await;
}
