//! The STUN and TURN servers that browsers are told of.
//!
//! None is built in. TURN credentials are of the kind coturn calls REST: the user name says until
//! when it holds and whose it is, the password is an HMAC over it, so the TURN server needs to know
//! nothing but the shared secret
//! ([draft-uberti-behave-turn-rest](https://datatracker.ietf.org/doc/html/draft-uberti-behave-turn-rest-00)).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use meeting::id::ParticipantId;
use meeting::signaling::{IceServer, IceServers};
use sha1::Sha1;
use thiserror::Error;

use crate::secret::Secret;

/// The URL of a STUN or TURN server
/// ([RFC 7064](https://www.rfc-editor.org/rfc/rfc7064),
/// [RFC 7065](https://www.rfc-editor.org/rfc/rfc7065)). A browser that is given a malformed one
/// makes no connection at all, so it is checked here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IceUrl(Box<str>);

/// Why a text is not the URL of a STUN or TURN server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum IceUrlError {
    /// Not STUN.
    #[error("write it as stun:host or stun:host:port")]
    Stun,
    /// Not TURN.
    #[error("write it as turn:host, turns:host:port or turn:host:port?transport=tcp")]
    Turn,
}

impl IceUrl {
    /// Reads a `stun:` or `stuns:` URL.
    ///
    /// # Errors
    ///
    /// When it is not one.
    pub fn stun(text: &str) -> Result<Self, IceUrlError> {
        let address = text
            .strip_prefix("stun:")
            .or_else(|| text.strip_prefix("stuns:"));
        address
            .filter(|address| is_host_and_port(address))
            .map(|_| Self(text.into()))
            .ok_or(IceUrlError::Stun)
    }

    /// Reads a `turn:` or `turns:` URL.
    ///
    /// # Errors
    ///
    /// When it is not one.
    pub fn turn(text: &str) -> Result<Self, IceUrlError> {
        let rest = text
            .strip_prefix("turn:")
            .or_else(|| text.strip_prefix("turns:"));
        let rest = rest.ok_or(IceUrlError::Turn)?;
        let (address, transport) = rest.split_once('?').unwrap_or((rest, "transport=udp"));
        let known = matches!(transport, "transport=udp" | "transport=tcp");
        if known && is_host_and_port(address) {
            Ok(Self(text.into()))
        } else {
            Err(IceUrlError::Turn)
        }
    }
}

fn is_host_and_port(address: &str) -> bool {
    let bracketed = address
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'));
    let (host, port) = match bracketed {
        Some((host, rest)) => (
            host,
            rest.strip_prefix(':').or((!rest.is_empty()).then_some("")),
        ),
        None => match address.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (address, None),
        },
    };
    let in_host = |c: char| match bracketed {
        Some(_) => c.is_ascii_hexdigit() || c == ':' || c == '.',
        None => c.is_ascii_alphanumeric() || c == '-' || c == '.',
    };
    let host_is_good = !host.is_empty() && host.chars().all(in_host);
    host_is_good && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

/// The servers of this deployment.
#[derive(Clone, Debug, Default)]
pub struct IceServerList {
    /// STUN.
    pub stun: Vec<IceUrl>,
    /// TURN, with what it takes to use it.
    pub turn: Option<TurnAccess>,
}

/// TURN servers that share one secret.
#[derive(Clone, Debug)]
pub struct TurnAccess {
    /// The servers.
    pub urls: Vec<IceUrl>,
    /// What they share with this server.
    pub secret: Secret,
    /// How long a credential holds.
    pub ttl: Duration,
}

impl IceServerList {
    /// What this participant is told at this moment.
    pub fn for_participant(&self, id: &ParticipantId, now: SystemTime) -> IceServers {
        let mut servers = Vec::new();
        if !self.stun.is_empty() {
            servers.push(IceServer {
                urls: texts(&self.stun),
                username: None,
                credential: None,
            });
        }
        servers.extend(self.turn.as_ref().and_then(|turn| turn.server(id, now)));
        IceServers {
            servers,
            ttl_ms: self.turn.as_ref().map(|turn| millis(turn.ttl)),
        }
    }

    /// How often the servers have to be told again so that no credential runs out on the way:
    /// twice in its life. `None` when nothing runs out.
    pub fn refresh_interval(&self) -> Option<Duration> {
        self.turn.as_ref().map(|turn| turn.ttl / 2)
    }
}

impl TurnAccess {
    fn server(&self, id: &ParticipantId, now: SystemTime) -> Option<IceServer> {
        let expiry = (now + self.ttl).duration_since(UNIX_EPOCH).ok()?.as_secs();
        let username = format!("{expiry}:{id}");
        let mut mac = Hmac::<Sha1>::new_from_slice(self.secret.reveal().as_bytes()).ok()?;
        mac.update(username.as_bytes());
        let credential = STANDARD.encode(mac.finalize().into_bytes());
        Some(IceServer {
            urls: texts(&self.urls),
            username: Some(username),
            credential: Some(credential),
        })
    }
}

fn texts(urls: &[IceUrl]) -> Vec<String> {
    urls.iter().map(|url| url.0.to_string()).collect()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stun_url_is_a_host_and_perhaps_a_port() {
        for good in [
            "stun:a.example",
            "stun:a.example:3478",
            "stuns:192.0.2.1:5349",
            "stun:[::1]:1",
        ] {
            assert!(IceUrl::stun(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a.example",
            "stun:",
            "stun://a.example",
            "stun:a b",
            "stun:a:0",
            "stun:a:port",
            "stun:a:65536",
            "stun:[::1",
            "stun:[::1]3",
            "stun:a?transport=udp",
            "turn:a.example",
        ] {
            assert_eq!(IceUrl::stun(bad), Err(IceUrlError::Stun), "{bad}");
        }
    }

    #[test]
    fn a_turn_url_may_name_its_transport() {
        for good in [
            "turn:a.example",
            "turns:a.example:443?transport=tcp",
            "turn:a?transport=udp",
        ] {
            assert!(IceUrl::turn(good).is_ok(), "{good}");
        }
        for bad in [
            "turn:",
            "turn:a?",
            "turn:a?transport=sctp",
            "turn:a?x=y",
            "stun:a",
        ] {
            assert_eq!(IceUrl::turn(bad), Err(IceUrlError::Turn), "{bad}");
        }
    }

    #[test]
    fn a_credential_is_what_a_turn_server_with_the_same_secret_computes() {
        // The expected value was computed with
        // printf '1000600:0707…07' | openssl dgst -sha1 -hmac north -binary | base64
        let list = IceServerList {
            stun: vec![],
            turn: Some(TurnAccess {
                urls: vec![IceUrl::turn("turn:turn.example.org").unwrap()],
                secret: "north".parse().unwrap(),
                ttl: Duration::from_secs(600),
            }),
        };
        let now = UNIX_EPOCH + Duration::from_secs(1_000_000);
        let told = list.for_participant(&ParticipantId::from_bytes([7; 16]), now);
        assert_eq!(told.ttl_ms, Some(600_000));
        assert_eq!(
            told.servers,
            [IceServer {
                urls: vec!["turn:turn.example.org".to_owned()],
                username: Some("1000600:07070707070707070707070707070707".to_owned()),
                credential: Some("+4u20kF/+pbZZzrnpepghAyN908=".to_owned()),
            }]
        );
    }

    #[test]
    fn nobody_is_told_of_a_server_that_the_operator_did_not_name() {
        let id = ParticipantId::from_bytes([7; 16]);
        let told = IceServerList::default().for_participant(&id, UNIX_EPOCH);
        assert_eq!(told, IceServers::default());
        assert_eq!(IceServerList::default().refresh_interval(), None);
    }
}
