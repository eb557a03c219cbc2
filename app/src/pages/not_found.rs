//! The pages for addresses that lead nowhere.

use leptos::prelude::*;

use crate::components::dead_end::DeadEnd;
use crate::components::title::Title;
use crate::messages::{self, messages};

/// Says that nothing is there.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    view! { <LeadsNowhere texts=&messages().ended.not_found/> }
}

/// Says that no room can have this name.
#[component]
pub(crate) fn InvalidRoom() -> impl IntoView {
    view! { <LeadsNowhere texts=&messages().ended.invalid_room/> }
}

#[component]
fn LeadsNowhere(texts: &'static messages::DeadEnd) -> impl IntoView {
    view! {
        <Title text=texts.title/>
        <DeadEnd texts actions=()/>
    }
}
