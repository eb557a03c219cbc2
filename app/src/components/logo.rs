//! The mark: a rotunda, its dome and its arches.

use leptos::prelude::*;

use super::text::Words;

/// The mark and the name.
#[component]
pub(crate) fn Brand() -> impl IntoView {
    view! {
        <span class="brand" translate="no">
            <Logo/>
            <Words of=|it| it.product/>
        </span>
    }
}

/// Draws the mark in the colour of the text around it.
#[component]
pub(crate) fn Logo() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
            <path d="M24 4.5v4M8 23C8 14 15 8.5 24 8.5S40 14 40 23zM5 27.5h38M8.5 41V31.5\
                     M39.5 41V31.5M15 41v-5a4 4 0 0 1 8 0v5M25 41v-5a4 4 0 0 1 8 0v5M5 43.5h38"></path>
        </svg>
    }
}
