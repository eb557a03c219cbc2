//! Real processes are killed, frozen and told to stop while people are in meetings.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../support/bot/mod.rs"]
mod bot;
mod bounded;
#[path = "../support/churn.rs"]
mod churn;
mod fail_over;
mod herd;
#[path = "../support/program.rs"]
mod program;
#[path = "../support/redis_cli.rs"]
mod redis_cli;
mod redis_faults;
#[path = "../../../store/tests/support/redis_sentinels.rs"]
mod redis_sentinels;
#[path = "../../../store/tests/support/redis/mod.rs"]
mod redis_server;
mod server_faults;
#[path = "../../../store/tests/support/signal.rs"]
mod signal;

use std::time::Duration;

/// Far more than anything takes; when it runs out, a test fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(120);
