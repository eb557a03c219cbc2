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

use super::ice_url::IceUrl;
use super::secret::Secret;

/// The servers of this deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IceServerList {
    /// STUN.
    pub stun: Vec<IceUrl>,
    /// TURN, with what it takes to use it.
    pub turn: Option<TurnAccess>,
}

/// TURN servers that share one secret.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    urls.iter().map(|url| url.as_str().to_owned()).collect()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

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
