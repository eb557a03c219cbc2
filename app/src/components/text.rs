//! Texts that change, and texts that are somebody's.
//!
//! A browser that translates a page puts elements of its own in the place of text nodes, so what
//! is later written into those nodes is never seen. Every text that changes while it is shown is
//! therefore the `textContent` of an element, which replaces whatever stands in there: here, or
//! with `prop:textContent` where the server needs to render nothing.

use leptos::prelude::*;

use crate::call::sentence::{Piece, Sentence};

/// A text that may change. The server renders what it is at first.
#[component]
pub(crate) fn Text(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let first = cfg!(feature = "ssr").then(|| text.get_untracked());
    view! { <span prop:textContent=move || text.get()>{first}</span> }
}

/// A sentence. What is somebody's keeps its own direction, and names are not translated.
#[component]
pub(crate) fn Told(sentence: Sentence) -> impl IntoView {
    let piece = |piece| {
        let (text, class, translate) = match piece {
            Piece::Ours(text) => (text, None, None),
            Piece::Name(text) => (text, Some("foreign"), Some("no")),
            Piece::Quote(text) => (text, Some("foreign"), None),
        };
        view! { <span class=class translate=translate prop:textContent=text></span> }
    };
    sentence.into_pieces().into_iter().map(piece).collect_view()
}
