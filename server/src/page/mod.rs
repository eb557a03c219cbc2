//! The page: rendered here first, then brought to life by the browser; and its files.

pub(crate) mod headers;
mod languages;

use std::path::PathBuf;

use any_spawner::Executor;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{ResponseOptions, render_app_to_stream_with_context};
use meeting::id::RoomId;
use tower::ServiceExt;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;

use crate::settings::site::{PACKAGE, Site};

/// Every address that nothing else answers.
pub(crate) fn router(site: &Site) -> Router {
    // What renders pages runs its tasks on this. An error says that the process has been told before.
    drop(Executor::init_tokio());
    let options = site.leptos_options();
    let page =
        render_app_to_stream_with_context(tell_the_page, move || app::shell(options.clone()));
    Router::new()
        .fallback(get(page))
        .layer(from_fn(one_address_for_each_room))
        .layer(from_fn(always_fresh))
        .merge(languages::router())
        .layer(CompressionLayer::new().gzip(true).br(true))
        .layer(from_fn_with_state(Files::new(site.root()), files_first))
}

/// Tells the page what it is asked for and in which language, and lets it run its inline script.
fn tell_the_page() {
    if let Some(request) = use_context::<Parts>() {
        let path = request.uri.path().to_owned();
        provide_context(app::Request { path });
    }
    allow_own_script();
    languages::speak_as_asked();
}

/// Lets the page run its inline script, which carries the nonce of this one answer.
fn allow_own_script() {
    let nonce = use_nonce();
    let response = use_context::<ResponseOptions>();
    let (Some(nonce), Some(response)) = (nonce, response) else {
        return;
    };
    if let Ok(policy) = HeaderValue::from_str(&headers::page_policy(&nonce)) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

async fn not_found(page: impl Future<Output = Response>) -> Response {
    let mut response = page.await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// What a path leads to.
#[derive(Debug, PartialEq, Eq)]
enum Destination {
    /// The first page, or a room at its one address.
    Here,
    /// A room, whose address is another.
    There(RoomId),
    /// Nothing.
    Nowhere,
}

impl Destination {
    fn of(path: &str) -> Self {
        let name = path.strip_prefix('/').unwrap_or(path);
        match RoomId::from_path(name) {
            _ if name.is_empty() => Self::Here,
            Ok(room) if room.as_str() == name => Self::Here,
            Ok(room) => Self::There(room),
            Err(_) => Self::Nowhere,
        }
    }
}

/// A room is at its name and nowhere else: another spelling, and what a link caught from the
/// sentence around it, leads there. A name that no room can have is not found.
async fn one_address_for_each_room(request: Request, next: Next) -> Response {
    match Destination::of(request.uri().path()) {
        Destination::Here => next.run(request).await,
        Destination::There(room) => {
            let query = request.uri().query().map(|query| format!("?{query}"));
            let address = format!("/{room}{}", query.unwrap_or_default());
            Redirect::permanent(&address).into_response()
        }
        Destination::Nowhere => not_found(next.run(request)).await,
    }
}

/// A page is small and changes with each version; it is asked for each time. It is in the language
/// that was asked for.
async fn always_fresh(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.append(VARY, ACCEPT_LANGUAGE.into());
    response
}

/// The files of the site.
#[derive(Clone)]
struct Files(ServeDir);

impl Files {
    fn new(root: PathBuf) -> Self {
        let files = ServeDir::new(root).append_index_html_on_directories(false);
        Self(files.precompressed_br().precompressed_gzip())
    }
}

/// A path with a dot in it may name a file; no room and no page has one.
async fn files_first(State(files): State<Files>, request: Request, next: Next) -> Response {
    if !request.uri().path().contains('.') {
        return next.run(request).await;
    }
    let lifetime = lifetime(request.uri().path());
    let (parts, body) = request.into_parts();
    let for_file = Request::from_parts(parts.clone(), Body::empty());
    let Ok(response) = files.0.oneshot(for_file).await;
    // No file has such a name; for some names the operating system has other words for it.
    if response.status() == StatusCode::NOT_FOUND || response.status().is_server_error() {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let mut response = response.map(Body::new);
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        response.headers_mut().insert(CACHE_CONTROL, lifetime);
    }
    response
}

/// A file with a hash in its name never changes; any other may with the next version.
fn lifetime(path: &str) -> HeaderValue {
    if has_hash(path) {
        HeaderValue::from_static("public, max-age=31536000, immutable")
    } else {
        HeaderValue::from_static("public, max-age=300")
    }
}

/// Whether a path is of the form `/pkg/name.HASH.extension`.
fn has_hash(path: &str) -> bool {
    const HASH_CHARS: usize = 22;
    let package = path
        .strip_prefix('/')
        .and_then(|path| path.strip_prefix(PACKAGE));
    let Some(file) = package.and_then(|path| path.strip_prefix('/')) else {
        return false;
    };
    let mut parts = file.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(_), Some(hash), Some(_), None) => hash.len() == HASH_CHARS,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_built_file_with_a_hash_in_its_name_is_kept_for_ever() {
        for path in [
            "/pkg/rotunda.0123456789abcdefghijkl.js",
            "/pkg/rotunda.0123456789abcdefghij-_.wasm",
        ] {
            assert!(has_hash(path), "{path}");
        }
        for path in [
            "/favicon.svg",
            "/pkg/rotunda.js",
            "/pkg/rotunda.short.js",
            "/pkg/snippets/a.0123456789abcdefghijkl/inline0.js",
            "/rotunda.0123456789abcdefghijkl.js",
        ] {
            assert!(!has_hash(path), "{path}");
        }
    }
}
