//! Which shard of a Redis that is spread over several a key belongs to, and what ails it.

use std::time::Duration;

use super::{MachineId, SimulatedRedis};

/// One of the parts of a Redis.
pub type ShardId = usize;

/// What may be wrong with a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ailment {
    /// Each answer takes this much longer.
    Slow(Duration),
    /// Nothing is answered; connections stay open.
    Hung,
}

impl SimulatedRedis {
    /// The shard on which a key or the channel of that name is.
    pub fn shard_of(&self, key: &str) -> ShardId {
        of_key(key, self.0.shards)
    }

    /// The shard at which the subscription of a machine is.
    pub fn subscription_of(&self, machine: MachineId) -> Option<ShardId> {
        let state = self.state();
        let mut subscribers = state.subscribers.values();
        let found = subscribers.find(|subscriber| subscriber.machine == machine);
        found.map(|subscriber| subscriber.shard)
    }

    /// Something goes wrong with a shard.
    pub fn ail(&self, shard: ShardId, ailment: Ailment) {
        self.state().ailing.insert(shard, ailment);
    }

    /// A shard is well again.
    pub fn recover(&self, shard: ShardId) {
        self.state().ailing.remove(&shard);
        self.0.changed.notify_waiters();
    }

    /// How many scripts a shard has run.
    pub fn scripts_run(&self, shard: ShardId) -> usize {
        let state = self.state();
        state.scripts_run.get(&shard).copied().unwrap_or_default()
    }

    /// How much longer a shard takes for an answer than the network does.
    pub(super) fn slowness(&self, shard: ShardId) -> Duration {
        match self.state().ailing.get(&shard) {
            Some(Ailment::Slow(time)) => *time,
            Some(Ailment::Hung) | None => Duration::ZERO,
        }
    }
}

/// The shard of the key that a command is about; the first one if it is about none.
pub(super) fn of_command(command: &[String], shards: usize) -> ShardId {
    let key = match command.first().map(String::as_str) {
        Some("EVALSHA") => command.get(3),
        Some("SCRIPT") | None => None,
        Some(_) => command.get(1),
    };
    key.map_or(0, |key| of_key(key, shards))
}

/// The shard of a key, by the [hash slot](https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model)
/// of what stands in braces in it.
pub(super) fn of_key(key: &str, shards: usize) -> ShardId {
    let tag = key
        .split_once('{')
        .and_then(|(_, rest)| rest.split_once('}'));
    let tag = tag.map(|(tag, _)| tag).filter(|tag| !tag.is_empty());
    let slot = crc16(tag.unwrap_or(key).as_bytes()) % 16384;
    usize::from(slot) * shards / 16384
}

fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            let shifted = crc << 1;
            if crc & 0x8000 == 0 {
                shifted
            } else {
                shifted ^ 0x1021
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_with_the_same_text_in_braces_are_together() {
        // Redis' own examples.
        assert_eq!(crc16(b"123456789"), 0x31c3);
        assert_eq!(of_key("foo", 16384), 12182);
        assert_eq!(of_key("{foo}bar", 16384), 12182);
        assert_eq!(of_key("foo{}bar", 16384), of_key("foo{}bar", 16384));
    }
}
