//! The address of the page, and the pages that addresses lead to.

#[cfg(feature = "csr")]
use std::time::Duration;

use leptos::prelude::*;
#[cfg(feature = "csr")]
use leptos::{ev, task::spawn_local};
use meeting::id::RoomId;
#[cfg(feature = "csr")]
use rtc::browser;
#[cfg(feature = "csr")]
use wasm_split_helpers::SplitLoaderError;

use crate::pages::Page;
use crate::parts;

/// What an address leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// The first page.
    Home,
    /// A room.
    Room(RoomId),
    /// The place of a room, with a name that none can have.
    InvalidRoom,
    /// Nothing.
    Nowhere,
}

impl Destination {
    /// What the path of an address leads to. The name of a room is taken as it stands there: the server
    /// leads here from every other spelling.
    fn of(path: &str) -> Self {
        let name = path.strip_prefix('/').unwrap_or(path);
        match name.parse() {
            _ if name.is_empty() => Self::Home,
            Ok(room) => Self::Room(room),
            Err(_) if name.contains('/') => Self::Nowhere,
            Err(_) => Self::InvalidRoom,
        }
    }
}

/// Follows the address of the page, which changes without a load: the person goes to another page, back
/// and forward. The page of before stays until the next one can be shown.
#[cfg(feature = "csr")]
pub(crate) fn follow(first: Page) -> RwSignal<Page> {
    let page = RwSignal::new(first);
    let moved = window_event_listener(ev::popstate, move |_| {
        spawn_local(async move {
            match here().await {
                Ok(next) if page.with_untracked(|shown| *shown == next) => {}
                Ok(next) => page.set(next),
                // The server may have a newer version, which has other parts.
                Err(_) => browser::reload(),
            }
        });
    });
    on_cleanup(move || moved.remove());
    page
}

/// The page with which the program begins, as soon as its part is there. What cannot be loaded is tried
/// again; meanwhile there is what the server rendered.
#[cfg(feature = "csr")]
pub(crate) async fn first() -> Page {
    const AGAIN: Duration = Duration::from_secs(1);
    loop {
        match here().await {
            Ok(page) => return page,
            Err(_) => browser::wait(AGAIN).await,
        }
    }
}

/// The page that the address leads to, as soon as its part of the program is there.
#[cfg(feature = "csr")]
async fn here() -> Result<Page, SplitLoaderError> {
    loop {
        let destination = Destination::of(&browser::path());
        let page = match destination.clone() {
            Destination::Home => Page::Home(parts::home().await?),
            Destination::Room(room) => Page::Room(room),
            Destination::InvalidRoom => Page::InvalidRoom,
            Destination::Nowhere => Page::NotFound,
        };
        // The person may have gone on meanwhile.
        if Destination::of(&browser::path()) == destination {
            return Ok(page);
        }
    }
}

/// The page that the server is asked for.
#[cfg(feature = "ssr")]
pub(crate) fn requested() -> Page {
    let request = use_context::<Request>();
    match Destination::of(&request.map(|request| request.path).unwrap_or_default()) {
        Destination::Home => Page::Home(parts::home_part()),
        Destination::Room(room) => Page::Room(room),
        Destination::InvalidRoom => Page::InvalidRoom,
        Destination::Nowhere => Page::NotFound,
    }
}

/// What the server is asked for; it says so before it renders [`App`](crate::App).
#[cfg(feature = "ssr")]
#[derive(Clone, Debug)]
pub struct Request {
    /// The path of the address.
    pub path: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_leads_to_its_page() {
        let room = || "abc-defg-hij".parse().unwrap();
        assert_eq!(Destination::of("/"), Destination::Home);
        assert_eq!(Destination::of(""), Destination::Home);
        assert_eq!(Destination::of("/abc-defg-hij"), Destination::Room(room()));
        assert_eq!(Destination::of("/a b"), Destination::InvalidRoom);
        assert_eq!(Destination::of("/no/such/page"), Destination::Nowhere);
    }
}
