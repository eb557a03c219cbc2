//! What people see: pages, components, view state.
//!
//! The same code renders the first frame on the server and, once it has arrived, in the browser,
//! so that frame is made of nothing only a browser knows. Such facts are filled in from effects,
//! which never run on the server.
//!
//! ```
//! # #[cfg(feature = "ssr")] {
//! use app::App;
//! use leptos::prelude::*;
//! use leptos_router::location::RequestUrl;
//!
//! let page = Owner::new().with(|| {
//!     provide_context(RequestUrl::new("/"));
//!     view! { <App/> }.to_html()
//! });
//! assert!(page.contains("<h1"));
//! # }
//! ```

mod call;
mod components;
#[cfg(test)]
#[path = "../../fuzz/checks/corpus.rs"]
mod corpus;
mod document;
mod early;
mod language;
mod messages;
mod pages;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "csr")]
mod start;

pub use language::Language;
#[cfg(feature = "ssr")]
pub use language::provide_language;
#[cfg(feature = "ssr")]
pub use shell::shell;
#[cfg(feature = "csr")]
pub use start::start;

use leptos::ev;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use rtc::file_drop;

use pages::home::Home;
use pages::not_found::NotFound;
use pages::room::Room;

/// The id of the element that holds the page.
#[cfg(any(feature = "ssr", feature = "csr"))]
const PAGE_ID: &str = "page";

/// All pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    document::follow_language();
    Effect::new(|_| {
        // Wherever a file is dropped, the page stays. It lives as long as the document.
        window_event_listener(ev::dragover, |event| file_drop::keep_page(&event));
        window_event_listener(ev::drop, |event| file_drop::keep_page(&event));
    });
    Effect::new(|_| rtc::mark_hydrated());
    view! {
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=Home/>
                <Route path=path!("/:room") view=Room/>
            </Routes>
        </Router>
    }
}
