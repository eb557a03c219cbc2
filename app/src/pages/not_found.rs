//! The page for addresses that lead nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::dead_end::DeadEnd;
use crate::messages::messages;

/// Says so.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    let texts = &messages().ended.not_found;
    view! {
        <Title text=texts.title/>
        <DeadEnd texts actions=()/>
    }
}
