//! What people notice when servers and Redis fail, in numbers. `cargo xtask bench` says how to run
//! each of these; real processes on this machine are all they talk to.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what cannot be measured has no number"
)]

mod admission;
#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/support/bot/mod.rs"]
mod bot;
#[path = "../../tests/support/churn.rs"]
mod churn;
mod figures;
mod herd;
#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/support/program.rs"]
mod program;
mod redis;
#[path = "../../tests/support/redis_cli.rs"]
mod redis_cli;
#[path = "../../../store/tests/support/redis/mod.rs"]
mod redis_server;
mod servers;
#[path = "../../../store/tests/support/signal.rs"]
mod signal;
mod soak;

use std::time::Duration;

use clap::{Parser, Subcommand};

/// Far more than anything takes; when it runs out, a measurement fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
    /// Cargo says so to every benchmark.
    #[arg(long, global = true, hide = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum What {
    /// How long people have no socket when a server is restarted, or one of two is killed.
    Servers,
    /// What becomes of sockets and rooms when Redis is killed, frozen or emptied.
    Redis,
    /// How long it takes to be let in, with Redis.
    Admission,
    /// What hours of coming and going leave in memory, in descriptors and in Redis.
    Churn {
        /// How long.
        #[arg(long, default_value_t = 10)]
        minutes: u64,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().what {
        What::Servers => servers::measure().await,
        What::Redis => redis::measure().await,
        What::Admission => admission::measure().await,
        What::Churn { minutes } => soak::measure(Duration::from_secs(60 * minutes)).await,
    }
}
