//! The address of the page, and the pages that addresses lead to.

#[cfg(feature = "csr")]
use std::time::Duration;

#[cfg(feature = "csr")]
use leptos::{ev, task::spawn_local};
use leptos::prelude::*;
use meeting::id::RoomId;
#[cfg(feature = "csr")]
use rtc::browser;

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
            let next = here().await;
            if page.with_untracked(|shown| *shown != next) {
                page.set(next);
            }
        });
    });
    on_cleanup(move || moved.remove());
    page
}

/// The page that the address leads to, as soon as its part of the program is there. What cannot be
/// loaded is tried again.
#[cfg(feature = "csr")]
pub(crate) async fn here() -> Page {
    const AGAIN: Duration = Duration::from_secs(1);
    loop {
        // The person may have gone on meanwhile.
        match Destination::of(&browser::path()) {
            Destination::Home => match parts::home().await {
                Ok(home) => return Page::Home(home),
                Err(_) => browser::wait(AGAIN).await,
            },
            Destination::Room(room) => return Page::Room(room),
            Destination::InvalidRoom => return Page::InvalidRoom,
            Destination::Nowhere => return Page::NotFound,
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
