//! `cargo xtask bench`: the numbers that are promised.

mod faults;
mod files;
mod join;
mod server;
mod spread;
mod weight;

use anyhow::Result;
use clap::Subcommand;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Time until a call is back after ten seconds without any network. Needs root.
    Blackout,
    /// How fast 200 MB go from page to page, and what that costs the voice beside them.
    Files,
    /// Time from pressing *Join now* to the first frame of somebody else.
    Join,
    /// Time until a call is back that lost the link it went over. Needs root.
    PathChange,
    /// The longest gap in media while the only server is killed and started again.
    ServerLoss,
    /// Time until pages are back when the only server is, after outages of 1, 4, 15 and 60 seconds.
    Return,
    /// Bytes that the first call page takes over the network.
    Weight,
    /// What becomes of people on real servers: when a server is restarted or killed, when Redis is
    /// killed, frozen or emptied, while thousands come and go, and how long joining takes.
    Server(server::Arguments),
}

/// Measures one thing and prints it.
///
/// # Errors
///
/// Something does not build or run, or is worse than its ceiling.
pub(crate) fn bench(arguments: &Arguments) -> Result<()> {
    match &arguments.what {
        What::Blackout => faults::blackout(),
        What::Files => files::files(),
        What::Join => join::join(),
        What::PathChange => faults::path_change(),
        What::ServerLoss => faults::server_loss(),
        What::Return => faults::comeback(),
        What::Weight => weight::weight(),
        What::Server(arguments) => server::server(arguments),
    }
}

/// Runs one measurement in a browser and collects the lines it prints for us.
fn measure(name: &str) -> Result<Vec<String>> {
    let mark = format!("measured {name} ");
    let mut lines = Vec::new();
    crate::browsers::playwright(
        "playwright.bench.config.ts",
        &[format!("bench/{name}")],
        |line| {
            if let Some(measurement) = line.trim().strip_prefix(&mark) {
                lines.push(measurement.to_owned());
            }
        },
    )?;
    Ok(lines)
}
