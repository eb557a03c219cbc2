//! A Redis that is spread over shards, of which one is slow or hangs: whoever has nothing to do with
//! it does not notice.

use std::time::Duration;

use futures::future::join_all;
use futures::{StreamExt, stream};
use meeting::limits;
use meeting::signaling::{LeaveReason, Presence, ServerMessage, SignalPayload};
use simulation::cluster::process::Process;
use simulation::cluster::redis::{Ailment, ShardId, SimulatedRedis};
use store::{Claim, Store, StoreSettings};
use tokio::time::{Instant, sleep, timeout};

use crate::people::{Person, enter, id, process, room, store, store_with};

const SHARDS: usize = 3;
/// The one that is not well.
const AILING: ShardId = 1;
const SECOND: Duration = Duration::from_secs(1);
/// The server that dies, which is also the number of whoever is there.
const DOOMED: u8 = 0;

/// Three servers and many rooms, each with people on two of them.
struct Deployment {
    redis: SimulatedRedis,
    doomed: Process,
    stores: Vec<Store>,
    people: Vec<Person>,
}

impl Deployment {
    async fn of(rooms: usize) -> Self {
        Self::with(rooms, StoreSettings::default()).await
    }

    async fn with(rooms: usize, settings: StoreSettings) -> Self {
        let redis = SimulatedRedis::sharded(1, SHARDS);
        let doomed = process(0);
        let processes = [doomed.clone(), process(1), process(2)];
        let mut stores = Vec::new();
        for (machine, process) in processes.into_iter().enumerate() {
            stores.push(store_with(&redis, machine, process, settings).await);
        }
        let mut it = Self {
            redis,
            doomed,
            stores,
            people: Vec::new(),
        };
        let seats =
            (0..rooms).flat_map(|number| [(number, number % 3), (number, (number + 1) % 3)]);
        let joins = stream::iter(seats).map(async |(number, server)| {
            let who = u8::try_from(server).unwrap();
            let joined = enter(&it.stores[server], room(number), who, Claim::Fresh, who);
            joined.await.unwrap()
        });
        it.people = joins.buffer_unordered(200).collect().await;
        // Until everybody has beaten for as long as it takes to judge others.
        sleep(2 * limits::SERVER_LEASE).await;
        it
    }

    /// Nobody who lives is taken for dead, and no room has run out.
    fn assert_well(&self) {
        for (machine, store) in self.stores.iter().enumerate().skip(1) {
            for (room, roster) in store.inspect().rosters {
                for person in roster {
                    let is_connected = person.presence == Presence::Connected;
                    let is_well = is_connected || person.id == id(DOOMED);
                    assert!(is_well, "{} in {room}, as {machine} sees it", person.id);
                }
            }
        }
        assert_eq!(self.redis.expired(), 0, "rooms that ran out");
    }

    /// How many seats the dead server still holds in Redis, of those on shards that `counts`.
    fn held_by_the_dead(&self, counts: impl Fn(ShardId) -> bool) -> usize {
        self.redis.seats_of(&id(DOOMED), counts)
    }

    /// Lets so many seconds pass, in each of which everybody is well.
    async fn live_for(&self, seconds: u32) {
        for _ in 0..seconds {
            sleep(SECOND).await;
            self.assert_well();
        }
    }

    /// A server dies, and a shard is not well until after the others have noticed. That is shorter
    /// than a room may go untouched, so that even those on this shard are still there.
    async fn outlives(&self, ailment: Ailment) {
        assert_ne!(self.redis.shard_of("meeting-servers"), AILING);
        self.doomed.kill();
        self.live_for(6).await;
        self.redis.ail(AILING, ailment);
        for _ in 0..14 {
            self.live_for(1).await;
            let beats = self.redis.beats();
            let alive = beats
                .iter()
                .filter(|age| **age < limits::SERVER_BEAT + SECOND);
            assert!(alive.count() >= 2, "{beats:?}");
        }
        let held = self.held_by_the_dead(|shard| shard != AILING);
        assert_eq!(held, 0, "nobody cleared up");
        self.redis.recover(AILING);
        self.live_for(20).await;
        assert_eq!(self.held_by_the_dead(|_| true), 0, "nobody cleared up");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_was_on_a_dead_server_is_counted_once() {
    let deployment = Deployment::of(30).await;
    let held = deployment.held_by_the_dead(|_| true);
    deployment.doomed.kill();
    deployment.live_for(20).await;
    let counters = deployment.stores.iter().map(Store::counters);
    let evacuees: u64 = counters.map(|counters| counters.evacuees).sum();
    assert_eq!((held, evacuees), (20, 20));
}

#[tokio::test(start_paused = true)]
async fn five_thousand_rooms_outlive_a_dead_server_and_a_shard_that_hangs() {
    Deployment::of(5000).await.outlives(Ailment::Hung).await;
}

#[tokio::test(start_paused = true)]
async fn five_thousand_rooms_outlive_a_dead_server_and_a_shard_that_is_slow() {
    let slow = Ailment::Slow(Duration::from_millis(1500));
    Deployment::of(5000).await.outlives(slow).await;
}

/// Longer than the lease and the grace period together, which are as short as they may be.
#[tokio::test(start_paused = true)]
async fn rooms_outlive_a_shard_that_hangs_however_short_the_lease() {
    let settings = StoreSettings {
        lease: SECOND,
        beat: SECOND * 3 / 10,
        grace: SECOND,
        ..StoreSettings::default()
    };
    let deployment = Deployment::with(300, settings).await;
    deployment.redis.ail(AILING, Ailment::Hung);
    for _ in 0..7 {
        sleep(SECOND).await;
        assert_eq!(deployment.redis.expired(), 0, "rooms that ran out");
    }
}

/// Nobody can beat, so nobody can tell who is dead; the rooms on the other shards go on.
#[tokio::test(start_paused = true)]
async fn nobody_is_taken_for_dead_because_the_shard_of_the_beats_hangs() {
    let deployment = Deployment::of(300).await;
    let servers = deployment.redis.shard_of("meeting-servers");
    deployment.redis.ail(servers, Ailment::Hung);
    deployment.live_for(20).await;
    deployment.redis.recover(servers);
    deployment.live_for(20).await;
}

#[tokio::test(start_paused = true)]
async fn a_beat_that_is_due_is_sent_while_everything_else_hangs() {
    let deployment = Deployment::of(300).await;
    let redis = &deployment.redis;
    let servers = redis.shard_of("meeting-servers");
    for shard in (0..SHARDS).filter(|shard| *shard != servers) {
        redis.ail(shard, Ailment::Hung);
    }
    for _ in 0..100 {
        sleep(SECOND).await;
        let beats = redis.beats();
        let latest = limits::SERVER_BEAT + SECOND;
        assert!(beats.iter().all(|age| *age < latest), "{beats:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_is_ready_for_the_rooms_on_the_other_shards() {
    let deployment = Deployment::of(30).await;
    deployment.redis.ail(AILING, Ailment::Hung);
    for _ in 0..30 {
        sleep(SECOND).await;
        let mut unready = 0;
        for store in &deployment.stores {
            unready += usize::from(store.ready().await.is_err());
        }
        // The subscription of a server may have to move away from the shard, once.
        assert!(unready < 2, "{unready} servers are not ready");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_waits_for_no_room_on_a_shard_that_hangs() {
    let deployment = Deployment::of(3000).await;
    deployment.redis.ail(AILING, Ailment::Hung);
    let began = Instant::now();
    deployment.stores[usize::from(DOOMED)].shutdown().await;
    let took = began.elapsed();
    assert!(took < 5 * SECOND, "{took:?}");
    sleep(SECOND).await;
    assert_eq!(deployment.held_by_the_dead(|shard| shard != AILING), 0);
}

/// Whatever is said to a shard that hangs waits there, and is believed when it is no longer true.
#[tokio::test(start_paused = true)]
async fn a_shard_that_hangs_is_not_told_of_a_room_with_each_beat() {
    let redis = SimulatedRedis::sharded(1, SHARDS);
    let store = store(&redis, 0).await;
    let number = (0..).find(|number| redis.shard_of(room(*number).as_str()) == AILING);
    let _ada = enter(&store, room(number.unwrap()), 1, Claim::Fresh, 1)
        .await
        .unwrap();
    redis.ail(AILING, Ailment::Hung);
    // Anything may have happened to the room meanwhile, so it is to be compared.
    redis.cut_subscriptions();
    sleep(20 * SECOND).await;
    let before = redis.scripts_run(AILING);
    redis.recover(AILING);
    sleep(SECOND / 100).await;
    let waited = redis.scripts_run(AILING) - before;
    assert!(waited <= 1, "{waited} scripts");
    // Until it was kept from running out once more, which the next beat does.
    sleep(2 * limits::SERVER_BEAT).await;
    assert!(redis.scripts_run(AILING) > before + waited, "not compared");
}

/// Each used to wait until Redis had not answered for those before them, one after the other.
#[tokio::test(start_paused = true)]
async fn whoever_leaves_a_room_on_a_shard_that_hangs_does_not_wait_for_the_others() {
    let redis = SimulatedRedis::sharded(1, SHARDS);
    let store = store(&redis, 0).await;
    let number = (0..).find(|number| redis.shard_of(room(*number).as_str()) == AILING);
    let number = number.unwrap();
    let mut people = Vec::new();
    for who in 1..=8 {
        let person = enter(&store, room(number), who, Claim::Fresh, who).await;
        people.push(person.unwrap());
    }
    redis.ail(AILING, Ailment::Hung);
    let began = Instant::now();
    let leaving = people
        .iter()
        .map(|person| store.leave(&person.seat, LeaveReason::Left));
    join_all(leaving).await;
    let took = began.elapsed();
    assert!(took < 3 * SECOND, "{took:?}");
    redis.recover(AILING);
    sleep(2 * limits::SERVER_BEAT).await;
    let left = store.look_at_room(&room(number)).await.unwrap();
    assert_eq!(left, None, "somebody has not left");
}

/// The channel on which a server hears what is for it.
fn channel_of(store: &Store) -> String {
    format!("meeting-server::{{{}}}", store.server_name().unwrap())
}

/// They used to stand in line behind those for the other server, and to come back with them.
#[tokio::test(start_paused = true)]
async fn signals_to_one_server_do_not_wait_for_those_to_another() {
    let redis = SimulatedRedis::sharded(1, SHARDS);
    let ours = store(&redis, 0).await;
    // Two servers whose channels are at different shards; at that of the first one nobody else listens.
    let mut others: Vec<(ShardId, Store)> = Vec::new();
    let theirs = loop {
        let machine = others.len() + 1;
        let new = store(&redis, machine).await;
        let channel = redis.shard_of(&channel_of(&new));
        let listens = [machine, 0].map(|it| redis.subscription_of(it));
        let far = others
            .iter()
            .position(|(shard, _)| *shard != channel && !listens.contains(&Some(*shard)));
        match far {
            Some(far) => break [others.swap_remove(far), (channel, new)],
            None => others.push((channel, new)),
        }
    };
    let ada = enter(&ours, room(0), 1, Claim::Fresh, 1).await.unwrap();
    let far = enter(&theirs[0].1, room(0), 2, Claim::Fresh, 2);
    let far = far.await.unwrap();
    let near = enter(&theirs[1].1, room(0), 3, Claim::Fresh, 3);
    let mut near = near.await.unwrap();
    sleep(SECOND).await;
    redis.ail(theirs[0].0, Ailment::Hung);
    for to in [&far, &near] {
        let payload = SignalPayload::try_from("hello".to_owned()).unwrap();
        ours.signal(&ada.seat, &to.seat.id, payload).unwrap();
    }
    let hears = async {
        loop {
            let news = near.inbox.next().await.unwrap().message;
            if matches!(news, ServerMessage::Signal { .. }) {
                return;
            }
        }
    };
    assert!(timeout(SECOND, hears).await.is_ok());
}
