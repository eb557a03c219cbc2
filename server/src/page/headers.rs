//! The security headers of every answer.

use axum::extract::{Request, State};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// What is true of every answer; pages bring their own policy in place of [`NOTHING_ALLOWED`].
const EVERYWHERE: [(HeaderName, HeaderValue); 6] = [
    (CONTENT_SECURITY_POLICY, NOTHING_ALLOWED),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
];

/// An answer that is no page may do nothing, should a browser show it as one.
const NOTHING_ALLOWED: HeaderValue =
    HeaderValue::from_static("default-src 'none'; base-uri 'none'; frame-ancestors 'none'");

/// What a meeting needs, for this origin alone; what it does not need, for nobody.
const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "autoplay=(self), camera=(self), display-capture=(self), fullscreen=(self), \
     microphone=(self), picture-in-picture=(self), screen-wake-lock=(self), \
     geolocation=(), payment=(), usb=()",
);

/// Half a year: long enough to protect, short enough to change one's mind.
const ONLY_TLS: HeaderValue = HeaderValue::from_static("max-age=15768000");

/// What a page may load: its own files, its own scripts, its own socket.
///
/// WebAssembly is compiled (`wasm-unsafe-eval`), the one inline script that starts it carries the
/// nonce of this answer, and people's media are blobs and streams of this page.
pub(crate) fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}

/// Whether the server stands behind TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// As far as we know, no.
    Unknown,
    /// The public URL says so.
    Tls,
}

/// Adds the headers that an answer does not have yet.
pub(crate) async fn harden(
    State(transport): State<Transport>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in EVERYWHERE {
        add(headers, name, value);
    }
    if transport == Transport::Tls {
        add(headers, STRICT_TRANSPORT_SECURITY, ONLY_TLS);
    }
    response
}

fn add(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}
