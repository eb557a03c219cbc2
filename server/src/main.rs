//! The program `rotunda`.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use server::settings::Settings;
use server::settings::flags::Flags;
use server::{shutdown, telemetry};
use store::Store;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    match start(Flags::parse().into()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do when even this cannot be written.
            let _ = writeln!(io::stderr(), "rotunda: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn start(settings: Settings) -> anyhow::Result<()> {
    telemetry::start(&settings.log)?;
    settings.site.check()?;
    let listener = TcpListener::bind(settings.listen).await.with_context(|| {
        format!(
            "cannot listen on {}; choose another address with --listen",
            settings.listen
        )
    })?;
    let store = open_store(&settings).await?;
    let stop = shutdown::on_signal()?;
    let url = match &settings.origins.public {
        Some(origin) => origin.to_string(),
        None => format!("http://{}", reachable(listener.local_addr()?)),
    };
    writeln!(io::stdout(), "Rotunda is ready at {url}")?;
    server::run(listener, settings, store, stop).await;
    Ok(())
}

async fn open_store(settings: &Settings) -> anyhow::Result<Store> {
    match &settings.redis_url {
        None => Ok(Store::memory(settings.store)),
        Some(url) => Store::redis(url.reveal(), settings.store).await.context(
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
