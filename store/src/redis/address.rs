//! Where Redis is, as the operator writes it.
//!
//! | form | what |
//! |---|---|
//! | `redis://[user:password@]host[:port][/database]` | one Redis or Valkey |
//! | `rediss://…` | the same over TLS |
//! | `unix:///path/of/socket[?db=…&user=…&pass=…]` | the same on this machine |
//! | `redis+sentinel://[user:password@]host[:port],…/service[/database][?sentinel=user:password]` | whichever Redis the sentinels say leads the service |
//! | `redis+cluster://[user:password@]host[:port],…` | a Redis Cluster, found through any of these nodes |
//!
//! `rediss+sentinel` and `rediss+cluster` are the same over TLS.

use redis::sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType};
use redis::{
    ConnectionAddr, ConnectionInfo, ErrorKind, IntoConnectionInfo, RedisError, RedisResult, TlsMode,
};

const SENTINEL_PORT: u16 = 26379;

/// Where Redis is.
pub(super) enum Address {
    One(Box<ConnectionInfo>),
    /// Two that know the same, one for each connection.
    Sentinels(Box<[SentinelClient; 2]>),
    Cluster(Vec<ConnectionInfo>),
}

/// A URL with several hosts, taken apart.
struct Parts<'a> {
    /// `redis` or `rediss`.
    scheme: &'a str,
    /// `user:password@`, or nothing.
    login: &'a str,
    hosts: Vec<&'a str>,
    path: &'a str,
    query: &'a str,
}

impl Address {
    pub(super) fn parse(url: &str) -> RedisResult<Self> {
        let (scheme, rest) = url.split_once("://").unwrap_or((url, ""));
        match scheme.split_once('+') {
            Some((scheme @ ("redis" | "rediss"), "sentinel")) => {
                let parts = Parts::of(scheme, rest);
                let pair = [sentinels(&parts)?, sentinels(&parts)?];
                Ok(Self::Sentinels(Box::new(pair)))
            }
            Some((scheme @ ("redis" | "rediss"), "cluster")) => {
                cluster(&Parts::of(scheme, rest)).map(Self::Cluster)
            }
            _ => Ok(Self::One(Box::new(url.into_connection_info()?))),
        }
    }
}

impl<'a> Parts<'a> {
    fn of(scheme: &'a str, rest: &'a str) -> Self {
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let hosts_at = authority.rfind('@').map_or(0, |at| at + 1);
        let (login, hosts) = authority.split_at(hosts_at);
        Self {
            scheme,
            login,
            hosts: hosts.split(',').filter(|host| !host.is_empty()).collect(),
            path,
            query,
        }
    }
}

fn cluster(parts: &Parts<'_>) -> RedisResult<Vec<ConnectionInfo>> {
    let Parts { scheme, login, .. } = parts;
    if parts.hosts.is_empty() || !parts.path.is_empty() || !parts.query.is_empty() {
        return Err(wrong("a cluster is a list of nodes and nothing else"));
    }
    let urls = parts
        .hosts
        .iter()
        .map(|host| format!("{scheme}://{login}{host}"));
    urls.map(IntoConnectionInfo::into_connection_info).collect()
}

fn sentinels(parts: &Parts<'_>) -> RedisResult<SentinelClient> {
    let (service, database) = parts.path.split_once('/').unwrap_or((parts.path, "0"));
    if parts.hosts.is_empty() || service.is_empty() {
        return Err(wrong(
            "sentinels need the name of the service that they watch",
        ));
    }
    let redis = login(parts.login, database)?;
    let addresses = parts.hosts.iter().map(|host| sentinel(parts.scheme, host));
    let addresses: Vec<_> = addresses.collect::<RedisResult<_>>()?;
    let mut builder = SentinelClientBuilder::new(addresses, service, SentinelServerType::Master)?
        .set_client_to_redis_db(redis.redis_settings().db());
    if parts.scheme == "rediss" {
        builder = builder
            .set_client_to_redis_tls_mode(TlsMode::Secure)
            .set_client_to_sentinel_tls_mode(TlsMode::Secure);
    }
    if let Some(username) = redis.redis_settings().username() {
        builder = builder.set_client_to_redis_username(username);
    }
    if let Some(password) = redis.redis_settings().password() {
        builder = builder.set_client_to_redis_password(password);
    }
    match parts.query.split_once('=') {
        None if parts.query.is_empty() => {}
        Some(("sentinel", text)) => {
            let sentinel = login(&format!("{text}@"), "0")?;
            if let Some(username) = sentinel.redis_settings().username() {
                builder = builder.set_client_to_sentinel_username(username);
            }
            if let Some(password) = sentinel.redis_settings().password() {
                builder = builder.set_client_to_sentinel_password(password);
            }
        }
        None | Some(_) => return Err(wrong("sentinels know one option, sentinel=user:password")),
    }
    builder.build()
}

/// The user, password and database in a URL.
fn login(login: &str, database: &str) -> RedisResult<ConnectionInfo> {
    format!("redis://{login}localhost/{database}").into_connection_info()
}

fn sentinel(scheme: &str, host: &str) -> RedisResult<ConnectionAddr> {
    let has_port = host
        .rsplit(']')
        .next()
        .is_some_and(|rest| rest.contains(':'));
    let url = if has_port {
        format!("{scheme}://{host}")
    } else {
        format!("{scheme}://{host}:{SENTINEL_PORT}")
    };
    Ok(url.into_connection_info()?.addr().clone())
}

fn wrong(what: &'static str) -> RedisError {
    RedisError::from((ErrorKind::InvalidClientConfig, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_redis_is_named_by_its_usual_url() {
        for url in [
            "redis://localhost",
            "redis://user:password@localhost:6380/2",
            "rediss://localhost",
            "valkey://localhost",
            "unix:///run/redis.sock",
            "redis+unix:///run/redis.sock?db=1",
        ] {
            assert!(matches!(Address::parse(url), Ok(Address::One(_))), "{url}");
        }
    }

    #[test]
    fn a_cluster_is_a_list_of_nodes() {
        let Ok(Address::Cluster(nodes)) =
            Address::parse("rediss+cluster://user:p%40ss@one:7000,two,[::1]:7002")
        else {
            panic!("not a cluster");
        };
        let nodes: Vec<_> = nodes.iter().map(|node| node.addr().to_string()).collect();
        assert_eq!(nodes, ["one:7000", "two:6379", "::1:7002"]);
        let Ok(Address::Cluster(nodes)) = Address::parse("redis+cluster://user:p%40ss@one") else {
            panic!("not a cluster");
        };
        assert_eq!(nodes[0].redis_settings().password(), Some("p@ss"));
    }

    #[test]
    fn sentinels_name_a_service() {
        for url in [
            "redis+sentinel://one,two:26380,[::1]/main",
            "rediss+sentinel://user:password@one/main/3?sentinel=watcher:secret",
        ] {
            assert!(
                matches!(Address::parse(url), Ok(Address::Sentinels(_))),
                "{url}"
            );
        }
        let address = sentinel("redis", "[::1]").unwrap();
        assert_eq!(address.to_string(), "::1:26379");
        assert_eq!(sentinel("redis", "a:1").unwrap().to_string(), "a:1");
    }

    #[test]
    fn what_is_half_a_url_is_refused() {
        for url in [
            "",
            "localhost",
            "http://localhost",
            "redis+sentinel://one",
            "redis+sentinel:///main",
            "redis+sentinel://one/main/x",
            "redis+sentinel://one/main?user=x",
            "redis+cluster://",
            "redis+cluster://one/0",
            "redis+carrier-pigeon://one",
        ] {
            assert!(Address::parse(url).is_err(), "{url}");
        }
    }
}
