//! The flags of the program, and an environment variable for each: one way to fill [`Settings`].

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use meeting::limits;
use store::StoreSettings;

use super::ice_servers::{IceServerList, TurnAccess};
use super::ice_url::IceUrl;
use super::origin::{Origin, OriginPolicy};
use super::secret::{Secret, not_blank};
use super::site::Site;
use super::timespan::{self, TimeSpanError};
use super::{Rate, Settings, Timing};

/// A meeting room of your own: video meetings in the browser.
///
/// Every flag can also be given as the environment variable named beside it.
#[derive(Clone, Debug, Parser)]
#[command(name = "rotunda", version, about, long_about = None, max_term_width = 100)]
pub struct Flags {
    /// Address and port to listen on; port 0 picks a free one
    #[arg(long, env = "ROTUNDA_LISTEN", hide_env_values = true)]
    #[arg(default_value = "127.0.0.1:3000", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,

    /// Where people find this server, such as https://meet.example.org. Only pages from there and
    /// from --allow-origin may then open a meeting's socket; without it, pages of the host that
    /// the request was addressed to
    #[arg(
        long,
        env = "ROTUNDA_PUBLIC_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub public_url: Option<Origin>,

    /// Further origins whose pages may open a meeting's socket
    #[arg(
        long,
        env = "ROTUNDA_ALLOW_ORIGIN",
        hide_env_values = true,
        value_name = "ORIGIN"
    )]
    #[arg(value_delimiter = ',')]
    pub allow_origin: Vec<Origin>,

    /// Keep rooms in this Redis, so that several servers form one meeting; without it, rooms live
    /// in this process. redis://user:password@host:6379/0, rediss:// for TLS,
    /// unix:///run/redis.sock, redis+sentinel://host:26379,host:26379/service, or
    /// redis+cluster://host:6379,host:6379
    #[arg(
        long,
        env = "ROTUNDA_REDIS_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub redis_url: Option<Secret>,

    /// How many people fit in one room
    #[arg(
        long,
        env = "ROTUNDA_CAPACITY",
        hide_env_values = true,
        value_name = "PEOPLE"
    )]
    #[arg(default_value_t = default_capacity(), value_parser = clap::value_parser!(u32).range(2..=100))]
    pub capacity: u32,

    /// STUN servers for the browsers, such as stun:stun.example.org:3478
    #[arg(long, env = "ROTUNDA_STUN", hide_env_values = true, value_name = "URL")]
    #[arg(value_delimiter = ',', value_parser = IceUrl::stun)]
    pub stun: Vec<IceUrl>,

    /// TURN servers for the browsers, such as turns:turn.example.org:5349?transport=tcp
    #[arg(long, env = "ROTUNDA_TURN", hide_env_values = true, value_name = "URL")]
    #[arg(value_delimiter = ',', value_parser = IceUrl::turn, requires = "turn_secret")]
    pub turn: Vec<IceUrl>,

    /// The secret shared with the TURN servers (coturn: static-auth-secret)
    #[arg(
        long,
        env = "ROTUNDA_TURN_SECRET",
        hide_env_values = true,
        value_name = "SECRET"
    )]
    pub turn_secret: Option<Secret>,

    /// How long a TURN credential holds, such as 10m; renewed in time for those in a meeting
    #[arg(
        long,
        env = "ROTUNDA_TURN_TTL",
        hide_env_values = true,
        value_name = "TIME"
    )]
    #[arg(default_value = "10m", value_parser = turn_ttl)]
    pub turn_ttl: Duration,

    /// How many connections may be open at once
    #[arg(
        long,
        env = "ROTUNDA_MAX_CONNECTIONS",
        hide_env_values = true,
        value_name = "NUMBER"
    )]
    #[arg(default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: u32,

    /// How long stopping may take: browsers move to another server, or wait for this one's
    /// successor, before the program ends
    #[arg(
        long,
        env = "ROTUNDA_DRAIN_TIMEOUT",
        hide_env_values = true,
        value_name = "TIME"
    )]
    #[arg(default_value = "5s", value_parser = drain_timeout)]
    pub drain_timeout: Duration,

    /// Tuning: how long somebody whose connection broke keeps the seat in the room. The same on
    /// every server of a deployment
    #[arg(
        long,
        env = "ROTUNDA_GRACE",
        hide_env_values = true,
        value_name = "TIME"
    )]
    #[arg(default_value = "15s", value_parser = grace)]
    pub grace: Duration,

    /// Tuning: a server that Redis has not heard of for this long is dead. The same on every server
    /// of a deployment
    #[arg(
        long,
        env = "ROTUNDA_LEASE",
        hide_env_values = true,
        value_name = "TIME"
    )]
    #[arg(default_value = "10s", value_parser = lease)]
    pub lease: Duration,

    /// The folder with the page's files; by default `site` beside the program
    #[arg(
        long,
        env = "ROTUNDA_SITE_ROOT",
        hide_env_values = true,
        value_name = "FOLDER"
    )]
    pub site_root: Option<PathBuf>,

    /// What to log, such as info, warn or server=debug
    #[arg(
        long,
        env = "ROTUNDA_LOG",
        hide_env_values = true,
        value_name = "FILTER"
    )]
    #[arg(default_value = "info", value_parser = not_blank)]
    pub log: String,
}

impl From<Flags> for Settings {
    fn from(flags: Flags) -> Self {
        let turn = flags.turn_secret.filter(|_| !flags.turn.is_empty());
        Self {
            listen: flags.listen,
            origins: OriginPolicy {
                public: flags.public_url,
                allowed: flags.allow_origin,
            },
            ice: IceServerList {
                stun: flags.stun,
                turn: turn.map(|secret| TurnAccess {
                    urls: flags.turn,
                    secret,
                    ttl: flags.turn_ttl,
                }),
            },
            redis_url: flags.redis_url,
            store: StoreSettings {
                capacity: usize::try_from(flags.capacity).unwrap_or(usize::MAX),
                grace: flags.grace,
                lease: flags.lease,
                beat: flags.lease * 3 / 10,
            },
            max_connections: flags.max_connections,
            drain: flags.drain_timeout,
            site: Site {
                folder: flags.site_root,
            },
            log: flags.log,
            rate: Rate::default(),
            timing: Timing::default(),
        }
    }
}

fn default_capacity() -> u32 {
    u32::try_from(limits::ROOM_CAPACITY).unwrap_or(u32::MAX)
}

fn turn_ttl(text: &str) -> Result<Duration, TimeSpanError> {
    timespan::parse(text, seconds(60)..=seconds(24 * 3600))
}

fn drain_timeout(text: &str) -> Result<Duration, TimeSpanError> {
    timespan::parse(text, seconds(1)..=seconds(600))
}

fn grace(text: &str) -> Result<Duration, TimeSpanError> {
    timespan::parse(text, seconds(1)..=seconds(600))
}

fn lease(text: &str) -> Result<Duration, TimeSpanError> {
    timespan::parse(text, seconds(1)..=seconds(300))
}

const fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(arguments: &[&str]) -> Result<Settings, String> {
        let program = std::iter::once(&"rotunda");
        let flags = Flags::try_parse_from(program.chain(arguments));
        flags.map(Settings::from).map_err(|error| error.to_string())
    }

    #[test]
    fn the_command_line_is_consistent() {
        Flags::command().debug_assert();
    }

    #[test]
    fn every_flag_is_also_an_environment_variable_of_its_name() {
        for argument in Flags::command().get_arguments() {
            let Some(flag) = argument.get_long() else {
                continue;
            };
            let variable = format!("ROTUNDA_{}", flag.to_uppercase().replace('-', "_"));
            assert_eq!(
                argument.get_env().and_then(|name| name.to_str()),
                Some(&*variable)
            );
            assert!(
                argument.is_hide_env_values_set(),
                "--help would show the value of {variable}"
            );
        }
    }

    #[test]
    fn nothing_needs_to_be_said() {
        assert_eq!(parse(&[]).unwrap(), Settings::default());
    }

    #[test]
    fn lists_can_be_repeated_or_separated_by_commas() {
        let settings = parse(&["--stun", "stun:a,stun:b", "--stun", "stun:c"]).unwrap();
        assert_eq!(settings.ice.stun.len(), 3);
    }

    #[test]
    fn a_secret_does_not_show_in_the_debug_text() {
        let settings = parse(&[
            "--turn=turn:turn.example.org",
            "--turn-secret=hunter2",
            "--redis-url=redis://:hunter2@localhost",
        ]);
        assert!(!format!("{:?}", settings.unwrap()).contains("hunter2"));
    }

    #[test]
    fn an_error_names_the_flag_and_says_what_to_write() {
        for (arguments, flag, advice) in [
            (&["--listen", "3000"][..], "--listen", "ADDRESS:PORT"),
            (
                &["--public-url", "meet.example.org"],
                "--public-url",
                "https://meet.example.org",
            ),
            (
                &["--allow-origin", "*"],
                "--allow-origin",
                "https://meet.example.org",
            ),
            (&["--capacity", "1"], "--capacity", "2..=100"),
            (&["--stun", "turn:a"], "--stun", "stun:"),
            (&["--stun", "stuns:a"], "--stun", "stun:host"),
            (&["--stun", "stun:999.1.1.1"], "--stun", "IPv4"),
            (&["--stun", "stun:a,"], "--stun", "stun:host"),
            (&["--turn-secret", " "], "--turn-secret", "empty"),
            (&["--redis-url", ""], "--redis-url", "empty"),
            (&["--log", ""], "--log", "empty"),
            (&["--turn", "turn:a"], "--turn-secret", "required"),
            (&["--turn-ttl", "10"], "--turn-ttl", "10m"),
            (&["--turn-ttl", "30s"], "--turn-ttl", "at least 1m"),
            (&["--max-connections", "0"], "--max-connections", "1..="),
            (&["--lease", "999ms"], "--lease", "at least 1s"),
            (&["--grace", "soon"], "--grace", "90s"),
            (&["--drain-timeout", "5"], "--drain-timeout", "90s"),
            (&["--drain-timeout", "1h"], "--drain-timeout", "at most 10m"),
            (&["--colour", "red"], "--colour", "--help"),
        ] {
            let error = parse(arguments).unwrap_err();
            assert!(
                error.contains(flag) && error.contains(advice),
                "{arguments:?}: {error}"
            );
        }
    }
}
