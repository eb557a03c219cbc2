//! The page for addresses that lead nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::dead_end::DeadEnd;
use crate::components::text::words;

/// Says so.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    view! {
        <Title text=words(|it| it.ended.not_found.title)/>
        <DeadEnd texts=|it| &it.ended.not_found actions=()/>
    }
}
