//! The scripts of the store in Redis, held to the room that everything else is measured by.

use meeting::backoff::Jitter;
use meeting::id::{Attempt, InstanceId, TabId};
use meeting::limits;
use meeting::room::{Arrival, Claim, Entered, Refusal, Room, TokenHash};
use meeting::signaling::{LeaveReason, Participant, Presence};
use meeting::time::Timestamp;
use redis::aio::MultiplexedConnection;
use serde_json::{Value, json};

use crate::pair::connect;
use crate::people::{id, token};
use crate::redis_server::RedisServer;

const HISTORIES: u64 = 400;
const STEPS: usize = 60;
const CAPACITY: usize = 3;
const ROSTER: &str = "meeting-room::{race}";
const STATE: &str = "meeting-room::{race}:state";
/// Nothing ends by the clock during a test.
const LONG: &str = "86400000";

macro_rules! script {
    ($file:literal) => {
        concat!(
            include_str!("../../src/redis/scripts/prelude.lua"),
            include_str!(concat!("../../src/redis/scripts/", $file))
        )
    };
}
const JOIN: &str = script!("join.lua");
const DETACH: &str = script!("detach.lua");
const LEAVE: &str = script!("leave.lua");
/// Time goes by: whoever is absent has been so for long enough.
const END_GRACE: &str = r#"
for _, json in ipairs(redis.call('HVALS', KEYS[1])) do
  local entry = cjson.decode(json)
  if entry.deadline then
    entry.deadline = 1
    redis.call('HSET', KEYS[1], entry.id, cjson.encode(entry))
  end
end
"#;

/// When nobody waits for the answer any more, in milliseconds.
const NEVER: u64 = 1 << 52;

/// What the join script says: status, generation, the generation that goes on, and the room.
type Answer = (String, u64, u64, (u64, u64, u64, Vec<String>));

/// Somebody's socket: who, and the generation in the room.
type Seat = (u8, u64);

/// A room and its twin in Redis, which go through the same.
struct Twins {
    room: Room,
    redis: MultiplexedConnection,
    now: Timestamp,
    /// How far the numbers in Redis are ahead.
    ahead: u64,
    seats: Vec<Seat>,
    /// The tokens that each was given, none of which may hold any more.
    tokens: Vec<(u8, u8)>,
    random: Jitter,
    seen: [u32; 4],
}

impl Twins {
    fn chance(&mut self, of: usize) -> usize {
        usize::try_from(self.random.next_u64()).unwrap() % of
    }

    async fn run<T: redis::FromRedisValue>(&mut self, script: &str, args: &[String]) -> T {
        let mut call = redis::cmd("EVAL");
        call.arg(script).arg(2).arg(ROSTER).arg(STATE);
        call.arg(LONG).arg(args);
        call.query_async(&mut self.redis).await.unwrap()
    }

    async fn step(&mut self) {
        match self.chance(10) {
            0 => self.arrive(None).await,
            1..=5 => {
                let newest = self.tokens.len().saturating_sub(6);
                let among = self.tokens.len() - newest;
                let shown = newest + self.chance(among.max(1));
                self.arrive(self.tokens.get(shown).copied()).await;
            }
            6..=7 => self.suspend().await,
            8 => self.leave().await,
            _ => {
                self.now = self.now + limits::GRACE;
                let (): () = self.run(END_GRACE, &[]).await;
            }
        }
    }

    async fn arrive(&mut self, shown: Option<(u8, u8)>) {
        let (number, claim) = match shown {
            None => (u8::try_from(1 + self.chance(5)).unwrap(), Claim::Fresh),
            Some((number, shown)) => {
                let proof = token(shown);
                (number, Claim::Resume { proof })
            }
        };
        let next = u8::try_from(1 + self.tokens.len() % 250).unwrap();
        let attempt = Attempt {
            tab: TabId::from_random(self.chance(3).try_into().unwrap()),
            number: u32::try_from(self.chance(4)).unwrap(),
        };
        let instance = InstanceId::from_random(self.chance(3).try_into().unwrap());
        let arrival = Arrival {
            id: id(number),
            name: "Ada".to_owned().try_into().unwrap(),
            instance: instance.clone(),
            attempt: attempt.clone(),
            claim,
            next_proof: token(next),
        };
        let entry = json!({
            "id": arrival.id, "name": arrival.name, "instance": instance, "attempt": attempt,
            "server": "s", "given": hex(token(next)),
        });
        let shown = shown.map_or(String::new(), |(_, shown)| hex(token(shown)));
        let tabs = limits::REMEMBERED_TABS.to_string();
        let args = [
            CAPACITY.to_string(),
            entry.to_string(),
            shown,
            tabs,
            NEVER.to_string(),
        ];
        let answer: Answer = self.run(JOIN, &args).await;
        self.room.expire(self.now);
        let was_empty = self.room.is_empty();
        let entered = self.room.join(arrival);
        self.compare_answers(&entered, &answer, was_empty);
        if let Ok(entered) = entered {
            self.seats.push((number, entered.generation));
            self.tokens.push((number, next));
        }
        self.compare_rosters(&answer);
    }

    fn compare_answers(
        &mut self,
        entered: &Result<Entered, Refusal>,
        (status, generation, continues, _): &Answer,
        was_empty: bool,
    ) {
        let expected = match entered {
            Ok(_) => "joined",
            Err(Refusal::Full) => "full",
            Err(Refusal::ResumeRefused) => "refused",
        };
        assert_eq!(status, expected);
        let Ok(entered) = entered else {
            self.seen[usize::from(expected == "full")] += 1;
            return;
        };
        if was_empty {
            // The room in Redis was born just now, with numbers of its own.
            self.ahead = generation - entered.generation;
        }
        assert_eq!(*generation, entered.generation + self.ahead);
        let goes_on = entered.continues.map_or(0, |before| before + self.ahead);
        assert_eq!(*continues, goes_on);
        self.seen[2 + usize::from(goes_on > 0)] += 1;
    }

    fn compare_rosters(&self, (_, _, _, (_, sequence, _, entries)): &Answer) {
        let mut entries: Vec<Value> = entries
            .iter()
            .map(|entry| serde_json::from_str(entry).unwrap())
            .collect();
        entries.sort_by_key(|entry| entry["since"].as_u64());
        let in_redis: Vec<_> = entries.iter().map(seen_in_redis).collect();
        let participants = self.room.participants();
        let in_room: Vec<_> = participants.iter().map(seen_in_room).collect();
        assert_eq!(in_redis, in_room);
        if !in_room.is_empty() {
            assert_eq!(*sequence, self.room.sequence() + self.ahead, "the events");
        }
    }

    fn some_seat(&mut self) -> Option<Seat> {
        let newest = self.seats.len().saturating_sub(8);
        match self.seats.len() - newest {
            0 => None,
            among => {
                let chosen = newest + self.chance(among);
                Some(self.seats[chosen])
            }
        }
    }

    async fn suspend(&mut self) {
        let Some((number, generation)) = self.some_seat() else {
            return;
        };
        let unloaded = self.chance(2) == 0;
        let reason = if unloaded { "left" } else { "lost" };
        let args = [
            id(number).to_string(),
            (generation + self.ahead).to_string(),
            LONG.to_owned(),
            reason.to_owned(),
        ];
        let (): () = self.run(DETACH, &args).await;
        if unloaded {
            self.room.await_reload(&id(number), generation, self.now);
        } else {
            self.room.detach(&id(number), generation, self.now);
        }
    }

    async fn leave(&mut self) {
        let Some((number, generation)) = self.some_seat() else {
            return;
        };
        let args = [
            id(number).to_string(),
            (generation + self.ahead).to_string(),
            "left".to_owned(),
        ];
        let (): () = self.run(LEAVE, &args).await;
        self.room.leave(&id(number), generation, LeaveReason::Left);
    }
}

/// Who, on which page, and how they are.
type Look = (String, String, Presence);

fn seen_in_room(participant: &Participant) -> Look {
    (
        participant.id.to_string(),
        participant.instance.to_string(),
        participant.presence,
    )
}

fn seen_in_redis(entry: &Value) -> Look {
    let text = |key: &str| entry[key].as_str().map(str::to_owned);
    let presence = match (entry.get("deadline"), text("farewell").as_deref()) {
        (None, _) => Presence::Connected,
        (Some(_), Some("left")) => Presence::Unloaded,
        (Some(_), _) => Presence::Reconnecting,
    };
    (text("id").unwrap(), text("instance").unwrap(), presence)
}

fn hex(hash: TokenHash) -> String {
    let bytes = hash.as_bytes().iter();
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn the_scripts_answer_as_the_room_does() {
    let server = RedisServer::start();
    let redis = connect(&server).await;
    let mut seen = [0; 4];
    for seed in 0..HISTORIES {
        let mut flush = redis.clone();
        let (): () = redis::cmd("FLUSHALL")
            .query_async(&mut flush)
            .await
            .unwrap();
        let mut twins = Twins {
            room: Room::new(CAPACITY, limits::GRACE, 0),
            redis: redis.clone(),
            now: Timestamp::default(),
            ahead: 0,
            seats: Vec::new(),
            tokens: Vec::new(),
            random: Jitter::new(seed),
            seen,
        };
        println!("history {seed}");
        for _ in 0..STEPS {
            twins.step().await;
        }
        seen = twins.seen;
    }
    let [refused, full, let_in, went_on] = seen;
    println!("refused {refused}, full {full}, let in {let_in}, went on {went_on}");
    assert!(seen.iter().all(|times| *times > 100), "{seen:?}");
}
