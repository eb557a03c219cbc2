//! Web origins ([RFC 6454](https://www.rfc-editor.org/rfc/rfc6454)) and who may open a socket.

use std::fmt;
use std::str::FromStr;

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use thiserror::Error;
use url::Url;

use crate::refusal::{Refusal, Shown};

/// An http or https origin in its one canonical form, which is how browsers write it: the host as the
/// [URL standard](https://url.spec.whatwg.org/#host-serializing) says, no default port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(url::Origin);

/// A text that is not an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("give a scheme, a host and perhaps a port, such as https://meet.example.org")]
pub struct NotAnOrigin;

impl Origin {
    /// Whether pages of this origin came over TLS.
    pub fn is_secure(&self) -> bool {
        self.scheme() == "https"
    }

    fn scheme(&self) -> &str {
        match &self.0 {
            url::Origin::Tuple(scheme, ..) => scheme,
            url::Origin::Opaque(_) => "",
        }
    }
}

impl FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let url = Url::parse(text).map_err(|_| NotAnOrigin)?;
        let is_web = matches!(url.scheme(), "http" | "https");
        let has_user = !url.username().is_empty() || url.password().is_some();
        let has_more = url.path() != "/" || url.query().is_some() || url.fragment().is_some();
        // A URL may have an empty port, and white space that is not looked at; an origin has neither.
        let is_loose =
            text.trim_end_matches('/').ends_with(':') || text.contains(char::is_whitespace);
        if !is_web || has_user || has_more || is_loose {
            return Err(NotAnOrigin);
        }
        Ok(Self(url.origin()))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.ascii_serialization())
    }
}

/// Which pages may open a socket.
///
/// A browser always says which page asks; a request that names no origin is no browser, could
/// claim anything, and gains nothing by it, because no authority here rests on a cookie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OriginPolicy {
    /// Where people find this server: its pages may. Without it, the pages of whatever host the
    /// request was addressed to.
    pub public: Option<Origin>,
    /// Further origins whose pages may.
    pub allowed: Vec<Origin>,
}

impl OriginPolicy {
    /// Lets in a request with these headers, or says why not.
    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let mut origins = headers.get_all(ORIGIN).iter();
        let Some(origin) = origins.next() else {
            return Ok(());
        };
        let parsed = origin
            .to_str()
            .ok()
            .and_then(|text| text.parse::<Origin>().ok())
            .filter(|_| origins.next().is_none());
        if parsed
            .as_ref()
            .is_some_and(|origin| self.admits(origin, headers))
        {
            return Ok(());
        }
        Err(Refusal::Origin {
            origin: Shown::new(origin.as_bytes()),
            advice: self.advice(headers),
        })
    }

    fn admits(&self, origin: &Origin, headers: &HeaderMap) -> bool {
        self.allowed.contains(origin)
            || match &self.public {
                Some(public) => public == origin,
                None => addressed_to(headers, origin.scheme()).is_some_and(|own| own == *origin),
            }
    }

    /// What to do for a page to be let in.
    fn advice(&self, headers: &HeaderMap) -> String {
        match &self.public {
            Some(public) => format!(
                "pages of {public}, the --public-url, may open one; open the page there, or name \
                 the other origin with --public-url or --allow-origin"
            ),
            None => format!(
                "pages of the host that a request is addressed to may open one, and this one was \
                 addressed to {}; let the proxy pass on the header Host, or name the origin with \
                 --public-url or --allow-origin",
                headers.get(HOST).map_or_else(
                    || Shown::new(b"no host"),
                    |host| Shown::new(host.as_bytes())
                ),
            ),
        }
    }
}

/// The origin the request was addressed to. Behind a proxy the server cannot see whether the
/// browser used TLS, so the scheme is taken from the caller.
fn addressed_to(headers: &HeaderMap, scheme: &str) -> Option<Origin> {
    let host = headers.get(HOST)?.to_str().ok()?;
    format!("{scheme}://{host}").parse().ok()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn an_origin_has_one_canonical_form() {
        for (given, canonical) in [
            ("https://meet.example.org", "https://meet.example.org"),
            ("https://Meet.Example.org:443/", "https://meet.example.org"),
            ("http://meet.example.org:80", "http://meet.example.org"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("http://[0:0::0001]:3000", "http://[::1]:3000"),
            ("http://127.1", "http://127.0.0.1"),
        ] {
            assert_eq!(given.parse::<Origin>().unwrap().to_string(), canonical);
        }
    }

    #[test]
    fn what_is_more_or_less_than_an_origin_is_refused() {
        for text in [
            "",
            "null",
            "meet.example.org",
            "ftp://meet.example.org",
            "https://",
            "http://:80",
            "https://999.1.1.1",
            "https://xn--0.example",
            "https://meet.example.org/path",
            "https://meet.example.org/?query",
            "https://meet.example.org/#fragment",
            "https://user@meet.example.org",
            "https://meet.example.org:",
            "https://meet.example.org:/",
            " https://meet.example.org",
            "https://meet.example.org:99999",
        ] {
            assert_eq!(text.parse::<Origin>(), Err(NotAnOrigin), "{text}");
        }
    }

    #[test]
    fn whoever_is_refused_hears_what_would_be_let_in() {
        let public = "https://meet.example.org".parse().ok();
        let headers = |pairs: &[(&'static str, &'static str)]| {
            let pairs = pairs.iter().copied();
            HeaderMap::from_iter(pairs.map(|(name, value)| {
                (
                    name.parse::<HeaderName>().unwrap(),
                    HeaderValue::from_static(value),
                )
            }))
        };
        let refusal = |policy: &OriginPolicy, headers: &HeaderMap| {
            policy.check(headers).unwrap_err().to_string()
        };
        let by_url = OriginPolicy {
            public,
            allowed: vec![],
        };
        let elsewhere = headers(&[("origin", "https://a.example"), ("host", "a.example")]);
        for hint in [
            "https://a.example",
            "https://meet.example.org",
            "--public-url",
        ] {
            assert!(refusal(&by_url, &elsewhere).contains(hint), "{hint}");
        }
        let by_host = OriginPolicy::default();
        let rewritten = headers(&[("origin", "https://a.example"), ("host", "backend")]);
        for hint in ["https://a.example", "backend", "Host", "--public-url"] {
            assert!(refusal(&by_host, &rewritten).contains(hint), "{hint}");
        }
        let nowhere = headers(&[("origin", "null")]);
        assert!(refusal(&by_host, &nowhere).contains("no host"));
    }
}
