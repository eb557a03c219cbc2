//! Links between the pages.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use rtc::browser;

/// A link to another page of this server, which is shown without loading anything.
#[component]
pub(crate) fn Link(
    /// The path of the page.
    #[prop(into)]
    to: String,
    #[prop(optional)] class: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let href = to.clone();
    let go = move |event: MouseEvent| {
        // With another button or key it is the browser's: a new tab, a new window, a download.
        let is_plain = event.button() == 0
            && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        if is_plain {
            event.prevent_default();
            browser::go(&to);
        }
    };
    view! { <a href=href class=class on:click=go>{children()}</a> }
}
