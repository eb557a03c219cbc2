//! The scripts, with types. Each is one round trip and one atomic step.

use std::time::Duration;

use meeting::id::{ParticipantId, RoomId};
use meeting::limits;
use meeting::signaling::LeaveReason;
use redis::{FromRedisValue, Script};

use super::super::{Seat, StoreError, StoreSettings};
use super::SHORTEST_ROOM;
use super::keys;
use super::lenient;
use super::port::Connection;
use super::record::{OwnEntry, Proof, ServerId, Snapshot};

/// A snapshot as it comes: born, sequence, now, entries as JSON.
type RawSnapshot = (u64, u64, u64, Vec<String>);

#[derive(Debug)]
pub(super) struct Scripts {
    join: Script,
    detach: Script,
    leave: Script,
    remove: Script,
    close: Script,
    resize: Script,
    evacuate: Script,
    sync: Script,
    look: Script,
    beat: Script,
    capacity: usize,
    grace: u64,
    lease: u64,
}

/// The answer of the join script.
#[derive(Debug)]
pub(super) enum Joined {
    In {
        numbers: SeatNumbers,
        snapshot: Snapshot,
    },
    Full,
    Refused,
    /// Nobody waits for the answer any more, as it is this time in Redis' milliseconds.
    Late {
        now: u64,
    },
}

/// The numbers of a seat that was given.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeatNumbers {
    /// Its generation.
    pub(super) generation: u64,
    /// The generation whose sequence numbers go on; 0 when none do.
    pub(super) continues: u64,
}

/// What a server hears when it beats.
#[derive(Debug)]
pub(super) struct Servers {
    pub(super) live: Vec<ServerId>,
    pub(super) dead: Vec<ServerId>,
    /// When that was, in Redis' milliseconds.
    pub(super) now: u64,
}

macro_rules! room_script {
    ($file:literal) => {
        Script::new(concat!(
            include_str!("scripts/prelude.lua"),
            include_str!(concat!("scripts/", $file))
        ))
    };
}

impl Scripts {
    pub(super) fn new(settings: &StoreSettings) -> Self {
        Self {
            join: room_script!("join.lua"),
            detach: room_script!("detach.lua"),
            leave: room_script!("leave.lua"),
            remove: room_script!("remove.lua"),
            close: room_script!("close.lua"),
            resize: room_script!("resize.lua"),
            evacuate: room_script!("evacuate.lua"),
            sync: room_script!("sync.lua"),
            look: room_script!("look.lua"),
            beat: Script::new(include_str!("scripts/beat.lua")),
            capacity: settings.capacity,
            grace: millis(settings.grace),
            lease: millis(settings.lease),
        }
    }

    /// How long a room outlives the last server that cares for it, in milliseconds: as long as its
    /// participants may still come back, and never so short that others keep this server from caring.
    pub(super) fn room_ttl(&self) -> u64 {
        (self.lease + self.grace).max(millis(SHORTEST_ROOM))
    }

    pub(super) async fn join(
        &self,
        redis: &Connection,
        room: &RoomId,
        own: &OwnEntry,
        until: u64,
    ) -> Result<Joined, StoreError> {
        let given = OwnEntry {
            shown: None,
            ..own.clone()
        };
        let shown = own.shown.as_ref().map_or("", Proof::as_str);
        let args = [
            self.capacity.to_string(),
            serde_json::to_string(&given)?,
            shown.to_owned(),
            limits::REMEMBERED_TABS.to_string(),
            until.to_string(),
        ];
        let (status, generation, continues, raw): (String, u64, u64, RawSnapshot) =
            self.run(&self.join, redis, room, &args).await?;
        Ok(match status.as_str() {
            "joined" => Joined::In {
                numbers: SeatNumbers {
                    generation,
                    continues,
                },
                snapshot: read(raw),
            },
            "full" => Joined::Full,
            "late" => Joined::Late { now: raw.2 },
            _ => Joined::Refused,
        })
    }

    pub(super) async fn detach(
        &self,
        redis: &Connection,
        seat: &Seat,
        time: Duration,
        reason: LeaveReason,
    ) -> Result<(), StoreError> {
        let args = [
            seat.id.to_string(),
            seat.generation.to_string(),
            millis(time).to_string(),
            word(reason).to_owned(),
        ];
        self.run(&self.detach, redis, &seat.room, &args).await
    }

    pub(super) async fn leave(
        &self,
        redis: &Connection,
        seat: &Seat,
        reason: LeaveReason,
    ) -> Result<(), StoreError> {
        let args = [
            seat.id.to_string(),
            seat.generation.to_string(),
            word(reason).to_owned(),
        ];
        self.run(&self.leave, redis, &seat.room, &args).await
    }

    /// Sends somebody away. Says whether they were there.
    pub(super) async fn remove(
        &self,
        redis: &Connection,
        room: &RoomId,
        id: &ParticipantId,
    ) -> Result<bool, StoreError> {
        self.run(&self.remove, redis, room, &[id.to_string()]).await
    }

    /// Sends everybody away. Says how many there were.
    pub(super) async fn close(
        &self,
        redis: &Connection,
        room: &RoomId,
    ) -> Result<usize, StoreError> {
        self.run(&self.close, redis, room, &[]).await
    }

    /// Gives an open room a capacity of its own, or takes it away. Says whether there is one.
    pub(super) async fn resize(
        &self,
        redis: &Connection,
        room: &RoomId,
        capacity: Option<usize>,
    ) -> Result<bool, StoreError> {
        let capacity = capacity.map_or_else(String::new, |people| people.to_string());
        self.run(&self.resize, redis, room, &[capacity]).await
    }

    /// Whoever had their socket on this server is reconnecting from now on. Says how many.
    pub(super) async fn evacuate(
        &self,
        redis: &Connection,
        room: &RoomId,
        server: &ServerId,
    ) -> Result<u64, StoreError> {
        let args = [server.to_string(), self.grace.to_string()];
        self.run(&self.evacuate, redis, room, &args).await
    }

    /// Puts right what Redis has about these, and reads the room.
    pub(super) async fn sync(
        &self,
        redis: &Connection,
        room: &RoomId,
        held: &[OwnEntry],
    ) -> Result<Snapshot, StoreError> {
        let args = held
            .iter()
            .map(serde_json::to_string)
            .collect::<Result<Vec<_>, _>>()?;
        self.run(&self.sync, redis, room, &args).await.map(read)
    }

    /// Reads the room, and how many people fit in if that is of its own.
    pub(super) async fn look(
        &self,
        redis: &Connection,
        room: &RoomId,
    ) -> Result<(Snapshot, Option<usize>), StoreError> {
        let (raw, capacity): (RawSnapshot, Option<usize>) =
            self.run(&self.look, redis, room, &[]).await?;
        Ok((read(raw), capacity))
    }

    pub(super) async fn beat(
        &self,
        redis: &Connection,
        server: &ServerId,
    ) -> Result<Servers, StoreError> {
        let mut call = self.beat.key(keys::SERVERS);
        call.arg(server.as_str()).arg(self.lease);
        let (live, dead, now): (Vec<String>, Vec<String>, u64) =
            call.invoke_async(&mut redis.clone()).await?;
        let ids = |names: Vec<String>| names.into_iter().map(ServerId::from).collect();
        Ok(Servers {
            live: ids(live),
            dead: ids(dead),
            now,
        })
    }

    async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        redis: &Connection,
        room: &RoomId,
        args: &[String],
    ) -> Result<T, StoreError> {
        let mut call = script.key(keys::roster(room));
        call.key(keys::state(room)).arg(self.room_ttl()).arg(args);
        Ok(call.invoke_async(&mut redis.clone()).await?)
    }
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::from(u32::MAX))
}

/// A reason as it stands in records.
const fn word(reason: LeaveReason) -> &'static str {
    match reason {
        LeaveReason::Left => "left",
        LeaveReason::Lost => "lost",
        LeaveReason::Removed => "removed",
    }
}

fn read((born, sequence, now, entries): RawSnapshot) -> Snapshot {
    Snapshot {
        born,
        sequence,
        now,
        entries: lenient::readable(&entries),
    }
}
