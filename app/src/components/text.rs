//! Texts of the page, which change with its language, and texts that are somebody's.
//!
//! A browser that translates a page puts elements of its own in the place of text nodes, so what
//! is later written into those nodes is never seen. Every text that changes while it is shown is
//! therefore the `textContent` of an element, which replaces whatever stands in there: here, or
//! with `prop:textContent` where the server needs to render nothing.

use leptos::either::Either;
use leptos::prelude::*;

use crate::call::sentence::{Piece, Sentence};
use crate::messages::{Which, messages};

/// A text of the catalogue for an attribute, in whatever language the page is.
pub(crate) fn words(of: Which<str>) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || of(messages())
}

/// A text of the catalogue, in whatever language the page is.
#[component]
pub(crate) fn Words(of: Which<str>) -> impl IntoView {
    let first = cfg!(feature = "ssr").then(|| of(messages()));
    view! { <span prop:textContent=words(of)>{first}</span> }
}

/// A text that may change. The server renders what it is at first.
#[component]
pub(crate) fn Text(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let first = cfg!(feature = "ssr").then(|| text.get_untracked());
    view! { <span prop:textContent=move || text.get()>{first}</span> }
}

/// A sentence. What is somebody's has its own direction, and names are not translated.
#[component]
pub(crate) fn Told(sentence: Sentence) -> impl IntoView {
    let foreign = |text, translate: Option<&'static str>| {
        Either::Right(view! { <bdi translate=translate prop:textContent=text></bdi> })
    };
    let piece = |piece| match piece {
        Piece::Ours(text) => Either::Left(view! { <span prop:textContent=text></span> }),
        Piece::Name(text) => foreign(text, Some("no")),
        Piece::Quote(text) => foreign(text, None),
    };
    sentence.into_pieces().into_iter().map(piece).collect_view()
}

/// What a tile or an entry of a list is called, on one line.
///
/// A name alone sets the direction of the line, so that of a long one the beginning is seen. With
/// words of ours beside it the line has theirs.
#[component]
pub(crate) fn Title(sentence: Sentence) -> impl IntoView {
    let whole = sentence.isolated();
    match sentence.as_name().map(ToOwned::to_owned) {
        Some(name) => Either::Left(
            view! { <span class="name" dir="auto" translate="no" title=whole prop:textContent=name></span> },
        ),
        None => Either::Right(view! { <span class="name" title=whole><Told sentence/></span> }),
    }
}
