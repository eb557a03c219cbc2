//! What people see: pages, components, view state.
//!
//! The same code renders the first frame on the server and, once it has arrived, in the browser,
//! so that frame is made of nothing only a browser knows. Such facts are filled in from effects,
//! which never run on the server.
//!
//! ```
//! # #[cfg(feature = "ssr")] {
//! use app::{App, Request};
//! use leptos::prelude::*;
//!
//! let page = Owner::new().with(|| {
//!     provide_context(Request { path: "/".to_owned() });
//!     view! { <App/> }.to_html()
//! });
//! assert!(page.contains("<h1"));
//! # }
//! ```

mod address;
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
mod parts;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "csr")]
mod start;

#[cfg(feature = "ssr")]
pub use address::Request;
pub use language::Language;
#[cfg(feature = "ssr")]
pub use language::provide_language;
#[cfg(feature = "ssr")]
pub use shell::shell;
#[cfg(feature = "csr")]
pub use start::start;

/// The id of the element that holds the page.
#[cfg(any(feature = "ssr", feature = "csr"))]
const PAGE_ID: &str = "page";

/// The page that is asked for, as the server renders it.
#[cfg(feature = "ssr")]
#[leptos::component]
pub fn App() -> impl leptos::IntoView {
    leptos_meta::provide_meta_context();
    address::requested().view()
}
