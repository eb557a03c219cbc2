//! The title of the window.

use leptos::prelude::*;

/// Sets it for as long as nothing else does.
#[component]
pub(crate) fn Title(#[prop(into)] text: Signal<String>) -> impl IntoView {
    Effect::new(move |_| document().set_title(&text.get()));
    #[cfg(feature = "ssr")]
    view! { <leptos_meta::Title text/> }
}
