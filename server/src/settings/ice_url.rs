//! The URL of a STUN or TURN server, as far as every browser takes it.

use std::net::{Ipv4Addr, Ipv6Addr};

use thiserror::Error;
use url::Host;

/// The longest name that the DNS can carry
/// ([RFC 1035](https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4)), without the dot at its end.
const NAME_BYTES: usize = 253;
/// The longest part of a name between two dots.
const LABEL_BYTES: usize = 63;

/// What [Fetch](https://fetch.spec.whatwg.org/#port-blocking) calls bad ports, but for 53: Firefox
/// connects to none of them for ICE either.
const BLOCKED_PORTS: [u16; 81] = [
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 69, 77, 79, 87, 95, 101, 102, 103,
    104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512,
    513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995,
    1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669,
    6679, 6697, 10080,
];

/// The URL of a STUN or TURN server
/// ([RFC 7064](https://www.rfc-editor.org/rfc/rfc7064),
/// [RFC 7065](https://www.rfc-editor.org/rfc/rfc7065)), its scheme in lower case.
///
/// A browser that is given one that it does not take makes no connection at all, and browsers take
/// different ones; so this is what all of them take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IceUrl(Box<str>);

/// Why a text is not the URL of a STUN or TURN server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum IceUrlError {
    /// Not STUN.
    #[error("write it as stun:host or stun:host:port")]
    Stun,
    /// STUN over TLS.
    #[error("not every browser takes stuns:; write it as stun:host or stun:host:port")]
    StunOverTls,
    /// Not TURN.
    #[error("write it as turn:host, turns:host:port or turn:host:port?transport=tcp")]
    Turn,
    /// Neither a name nor an address.
    #[error(
        "its host has to be a DNS name of letters, digits and hyphens (other letters as xn--), an \
         IPv4 address, or an IPv6 address in brackets"
    )]
    Host,
    /// Not a port.
    #[error("its port has to be a number from 1 to 65535")]
    Port,
    /// A port of another service.
    #[error("browsers do not connect to port {0}; let the server listen on another one")]
    BlockedPort(u16),
}

impl IceUrl {
    /// Reads a `stun:` URL.
    ///
    /// # Errors
    ///
    /// When it is not one that every browser takes.
    pub fn stun(text: &str) -> Result<Self, IceUrlError> {
        let (scheme, address) = text.trim().split_once(':').ok_or(IceUrlError::Stun)?;
        match &*scheme.to_ascii_lowercase() {
            "stun" => {}
            "stuns" => return Err(IceUrlError::StunOverTls),
            _ => return Err(IceUrlError::Stun),
        }
        check_address(address, IceUrlError::Stun)?;
        Ok(Self(["stun:", address].concat().into()))
    }

    /// Reads a `turn:` or `turns:` URL.
    ///
    /// # Errors
    ///
    /// When it is not one that every browser takes.
    pub fn turn(text: &str) -> Result<Self, IceUrlError> {
        let (scheme, rest) = text.trim().split_once(':').ok_or(IceUrlError::Turn)?;
        let scheme = scheme.to_ascii_lowercase();
        let (address, transport) = rest.split_once('?').unwrap_or((rest, "transport=udp"));
        let known = matches!(transport, "transport=udp" | "transport=tcp");
        if !known || !matches!(&*scheme, "turn" | "turns") {
            return Err(IceUrlError::Turn);
        }
        check_address(address, IceUrlError::Turn)?;
        Ok(Self([&*scheme, ":", rest].concat().into()))
    }

    /// The URL as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks a host and perhaps a port; `malformed` is what to say of anything else.
fn check_address(address: &str, malformed: IceUrlError) -> Result<(), IceUrlError> {
    if address.is_empty() || address.contains(['/', '?', '#', '@']) {
        return Err(malformed);
    }
    let host_end = if address.starts_with('[') {
        address.find(']').map(|bracket| bracket + 1)
    } else {
        address.find(':')
    };
    let (host, rest) = address.split_at(host_end.unwrap_or(address.len()));
    if !is_host(host) {
        return Err(IceUrlError::Host);
    }
    match rest.strip_prefix(':') {
        Some(port) => check_port(port),
        None if rest.is_empty() => Ok(()),
        None => Err(malformed),
    }
}

fn check_port(text: &str) -> Result<(), IceUrlError> {
    let port: u16 = text.parse().map_err(|_| IceUrlError::Port)?;
    // A sign or a zero before the number means nothing, but not to every browser.
    if port == 0 || port.to_string() != text {
        return Err(IceUrlError::Port);
    }
    if BLOCKED_PORTS.contains(&port) {
        return Err(IceUrlError::BlockedPort(port));
    }
    Ok(())
}

/// Whether a text is a host to every browser. Some read hosts as the
/// [URL standard](https://url.spec.whatwg.org/#host-parsing) does, to which `1.2` is an IPv4
/// address and `1.2.3.999` nothing; the others take the text as it is.
fn is_host(text: &str) -> bool {
    match Host::parse(text) {
        Ok(Host::Domain(_)) => is_dns_name(text),
        Ok(Host::Ipv4(_)) => text.parse::<Ipv4Addr>().is_ok(),
        Ok(Host::Ipv6(_)) => {
            let inner = text
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'));
            inner.is_some_and(|inner| inner.parse::<Ipv6Addr>().is_ok())
        }
        Err(_) => false,
    }
}

/// Whether a text is the name of a host
/// ([RFC 1123](https://www.rfc-editor.org/rfc/rfc1123#section-2.1)).
fn is_dns_name(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    name.len() <= NAME_BYTES && name.split('.').all(is_label)
}

fn is_label(text: &str) -> bool {
    let hyphen_outside = text.starts_with('-') || text.ends_with('-');
    let in_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=LABEL_BYTES).contains(&text.len()) && !hyphen_outside && text.bytes().all(in_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was tried in browsers, a line each: whether Rotunda, Chromium 156 and Firefox 153 take
    /// it (`+`) or not (`-`), and the URL.
    const TRIED: &str = include_str!("../../../end2end/ice-urls.txt");

    fn read(url: &str) -> Result<IceUrl, IceUrlError> {
        match url.to_ascii_lowercase().strip_prefix("turn") {
            Some(_) => IceUrl::turn(url),
            None => IceUrl::stun(url),
        }
    }

    #[test]
    fn what_is_taken_here_is_taken_by_every_browser() {
        let lines = TRIED.lines().filter(|line| !line.starts_with('#'));
        let mut taken = 0;
        for line in lines {
            let (verdicts, url) = line.split_at(6);
            let [here, chromium, firefox] = [0, 2, 4].map(|at| verdicts.as_bytes()[at] == b'+');
            assert_eq!(read(url).is_ok(), here, "{url:?}");
            assert!(!here || chromium && firefox, "{url:?}");
            taken += usize::from(here);
        }
        assert!(taken >= 20, "only {taken} were taken");
    }

    #[test]
    fn an_error_says_what_is_wrong() {
        for (url, error) in [
            ("", IceUrlError::Stun),
            ("stun", IceUrlError::Stun),
            ("a.example", IceUrlError::Stun),
            ("stun://a.example", IceUrlError::Stun),
            ("stun:a.example?transport=udp", IceUrlError::Stun),
            ("stun:[::1]3478", IceUrlError::Stun),
            ("stuns:a.example", IceUrlError::StunOverTls),
            ("STUNS:a.example", IceUrlError::StunOverTls),
            ("turn:a.example?transport=sctp", IceUrlError::Turn),
            ("turn:a.example?transport=TCP", IceUrlError::Turn),
            ("stun:999.1.1.1", IceUrlError::Host),
            ("stun:192.0.2", IceUrlError::Host),
            ("turn:a_b.example", IceUrlError::Host),
            ("stun:bücher.example", IceUrlError::Host),
            ("stun:xn--0.example", IceUrlError::Host),
            ("stun:[fe80::1%eth0]", IceUrlError::Host),
            ("turn:a.example:0", IceUrlError::Port),
            ("turn:a.example:+1", IceUrlError::Port),
            ("turn:a.example:65536", IceUrlError::Port),
            ("turns:a.example:636", IceUrlError::BlockedPort(636)),
        ] {
            assert_eq!(read(url), Err(error), "{url}");
        }
    }

    #[test]
    fn a_name_and_its_parts_are_bounded() {
        let long = "a".repeat(63);
        let longest = [&*long, &long, &long, &long[..61]].join(".");
        assert!(IceUrl::stun(&format!("stun:{longest}")).is_ok());
        assert!(IceUrl::stun(&format!("stun:{longest}a")).is_err());
        assert!(IceUrl::stun(&format!("stun:{longest}.")).is_ok());
        assert!(IceUrl::stun(&format!("stun:{long}a.example")).is_err());
    }

    #[test]
    fn the_scheme_is_written_in_lower_case_and_space_around_is_left_out() {
        let url = IceUrl::turn(" TURNS:turn.example.org:443?transport=tcp ").unwrap();
        assert_eq!(url.as_str(), "turns:turn.example.org:443?transport=tcp");
    }

    #[test]
    fn the_usual_ports_are_open_and_those_of_other_services_are_not() {
        for port in [53, 80, 443, 3478, 3479, 5349, 8443, 49152, 65535] {
            assert_eq!(check_port(&port.to_string()), Ok(()), "{port}");
        }
        for port in BLOCKED_PORTS {
            let blocked = Err(IceUrlError::BlockedPort(port));
            assert_eq!(check_port(&port.to_string()), blocked);
        }
    }
}
