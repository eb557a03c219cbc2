//! What the operator chose, as plain values. Everything in the server takes it from here; where it
//! came from is the business of [`flags`](flags) alone.

pub mod flags;
pub mod ice_servers;
pub mod ice_url;
pub mod origin;
pub mod secret;
pub mod site;
mod timespan;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use meeting::limits;
use store::StoreSettings;

use self::ice_servers::IceServerList;
use self::origin::OriginPolicy;
use self::secret::Secret;
use self::site::Site;

/// What the operator chose. The default is what the server does when nothing is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where to listen; port 0 is a free one.
    pub listen: SocketAddr,
    /// Where people find this server, and whose pages may open a socket.
    pub origins: OriginPolicy,
    /// The STUN and TURN servers that browsers are told of.
    pub ice: IceServerList,
    /// Rooms are in this Redis; without it, in this process.
    pub redis_url: Option<Secret>,
    /// What rooms are like.
    pub store: StoreSettings,
    /// How many connections may be open at once.
    pub max_connections: u32,
    /// How fast a browser may send.
    pub rate: Rate,
    /// How long things may take.
    pub timing: Timing,
    /// How long stopping may take.
    pub drain: Duration,
    /// Where the page's files are.
    pub site: Site,
    /// What to log, such as `info` or `warn,server=debug`.
    pub log: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 3000).into(),
            origins: OriginPolicy::default(),
            ice: IceServerList::default(),
            redis_url: None,
            store: StoreSettings::default(),
            max_connections: 10_000,
            rate: Rate::default(),
            timing: Timing::default(),
            drain: Duration::from_secs(5),
            site: Site::default(),
            log: "info".to_owned(),
        }
    }
}

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// From opening a connection to the end of the request's headers.
    pub header: Duration,
    /// For all requests of one plain HTTP connection together.
    pub http: Duration,
    /// From opening a socket to its `join`.
    pub first_frame: Duration,
    /// Between two frames of a browser.
    pub silence: Duration,
    /// For one frame on its way to a browser.
    pub write: Duration,
    /// For a browser to answer a Close frame and close the connection.
    pub close: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(5),
            http: Duration::from_secs(300),
            first_frame: limits::FIRST_FRAME,
            silence: limits::SILENCE,
            write: Duration::from_secs(10),
            close: Duration::from_secs(1),
        }
    }
}

/// How fast a browser may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Frames at once.
    pub burst: u32,
    /// Frames per second, on average.
    pub per_second: u32,
}

impl Default for Rate {
    fn default() -> Self {
        Self {
            burst: limits::RATE_BURST,
            per_second: limits::RATE_PER_SECOND,
        }
    }
}
