//! The program `rotunda`.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use server::config::Config;
use server::{shutdown, telemetry};
use store::Store;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    let config = Config::parse();
    match start(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do when even this cannot be written.
            let _ = writeln!(io::stderr(), "rotunda: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn start(config: Config) -> anyhow::Result<()> {
    telemetry::start(&config.log)?;
    config.site.check()?;
    let listener = TcpListener::bind(config.listen).await.with_context(|| {
        format!(
            "cannot listen on {}; choose another address with --listen",
            config.listen
        )
    })?;
    let store = open_store(&config).await?;
    let stop = shutdown::on_signal()?;
    let url = match &config.public_url {
        Some(origin) => origin.to_string(),
        None => format!("http://{}", reachable(listener.local_addr()?)),
    };
    writeln!(io::stdout(), "Rotunda is ready at {url}")?;
    server::run(listener, config, store, stop).await;
    Ok(())
}

async fn open_store(config: &Config) -> anyhow::Result<Store> {
    let settings = config.store_settings();
    match &config.redis_url {
        None => Ok(Store::memory(settings)),
        Some(url) => Store::redis(url.reveal(), settings).await.context(
            "cannot use the Redis of --redis-url; check that it runs and that the URL is right",
        ),
    }
}

/// An address a browser on this machine can open: "every address" is none.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_as_one_that_a_browser_can_open() {
        for (listening, shown) in [
            ("0.0.0.0:3000", "127.0.0.1:3000"),
            ("192.0.2.7:80", "192.0.2.7:80"),
            ("[::]:3000", "[::1]:3000"),
            ("[2001:db8::7]:80", "[2001:db8::7]:80"),
        ] {
            let address = listening.parse().ok().map(reachable);
            assert_eq!(
                address.map(|address| address.to_string()).as_deref(),
                Some(shown)
            );
        }
    }
}
