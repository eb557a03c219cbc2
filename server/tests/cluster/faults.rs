//! What may happen to a cluster.

use meeting::backoff::Jitter;
use simulation::cluster::redis::Memory;
use simulation::random::{between, is_replay};

use crate::cluster::Cluster;

/// Something that happens to a server or to Redis.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// The program is killed, and everybody connected hears of it.
    Kill(usize),
    /// The machine loses its power, and nobody hears of it.
    PowerOff(usize),
    /// The program is asked to stop.
    Stop(usize),
    /// The program starts again.
    Start(usize),
    /// The program gets no time any more.
    Freeze(usize),
    /// It does again.
    Thaw(usize),
    /// No packet passes between the machine and Redis.
    Isolate(usize),
    /// They pass again.
    Reconnect(usize),
    /// The connection for commands breaks.
    CutCommands(usize),
    /// The subscription hears nothing any more.
    Deafen(usize),
    /// Every subscription breaks.
    CutSubscriptions,
    RedisStop,
    RedisStart(Memory),
    RedisFreeze,
    RedisThaw,
    /// Redis forgets everything.
    RedisEmpty,
    /// Redis makes a copy that it may be set back to.
    RedisCopy,
}

impl Fault {
    /// Any fault of a cluster of so many servers.
    pub(crate) fn any(random: &mut Jitter, servers: usize) -> Self {
        let machine = usize::try_from(random.next_u64()).unwrap() % servers;
        match between(random, 0, 26) {
            0 | 1 => Self::Kill(machine),
            2 => Self::PowerOff(machine),
            3 | 4 => Self::Stop(machine),
            5..=7 => Self::Start(machine),
            8 => Self::Freeze(machine),
            9 | 10 => Self::Thaw(machine),
            11 => Self::Isolate(machine),
            12 | 13 => Self::Reconnect(machine),
            14 => Self::CutCommands(machine),
            15 => Self::Deafen(machine),
            16 => Self::RedisStop,
            17 | 18 => Self::RedisStart(Memory::Kept),
            19 => Self::RedisStart(Memory::Lost),
            20 => Self::RedisStart(Memory::Old),
            21 => Self::RedisFreeze,
            22 | 23 => Self::RedisThaw,
            24 => Self::RedisEmpty,
            25 => Self::RedisCopy,
            _ => Self::CutSubscriptions,
        }
    }
}

impl Cluster {
    /// Lets it happen.
    pub(crate) fn suffer(&mut self, fault: Fault) {
        if is_replay() {
            eprintln!("        {fault:?}");
        }
        self.within(|it| it.undergo(fault));
    }

    fn undergo(&mut self, fault: Fault) {
        let redis = &self.redis;
        match fault {
            Fault::Kill(machine) => self.servers[machine].process.kill(),
            Fault::PowerOff(machine) => {
                self.servers[machine].silence.fall();
                self.servers[machine].process.kill();
            }
            Fault::Stop(machine) => self.servers[machine].stop(),
            Fault::Start(machine) => self.start(machine),
            Fault::Freeze(machine) => self.servers[machine].process.freeze(),
            Fault::Thaw(machine) => self.servers[machine].process.thaw(),
            Fault::Isolate(machine) => redis.isolate(machine, true),
            Fault::Reconnect(machine) => redis.isolate(machine, false),
            Fault::CutCommands(machine) => redis.cut_commands(machine),
            Fault::Deafen(machine) => redis.deafen(machine),
            Fault::CutSubscriptions => redis.cut_subscriptions(),
            Fault::RedisStop => redis.stop(),
            Fault::RedisStart(memory) => redis.start(memory),
            Fault::RedisFreeze => redis.freeze(),
            Fault::RedisThaw => redis.thaw(),
            Fault::RedisEmpty => redis.empty(),
            Fault::RedisCopy => redis.copy(),
        }
    }

    /// Ends what can be ended, and starts what is dead.
    pub(crate) fn repair(&mut self) {
        self.redis.thaw();
        self.redis.start(Memory::Kept);
        for machine in 0..self.servers.len() {
            self.redis.isolate(machine, false);
            let server = &self.servers[machine];
            server.process.thaw();
            if server.is_stopping {
                server.process.kill();
            }
            self.start(machine);
        }
    }
}
