//! The pages for addresses that lead nowhere.

use leptos::prelude::*;

use crate::components::dead_end::DeadEnd;
use crate::components::title::Title;
use crate::messages::{self, Which, messages};

/// Says that nothing is there.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    view! { <LeadsNowhere texts=|it| &it.ended.not_found/> }
}

/// Says that no room can have this name.
#[component]
pub(crate) fn InvalidRoom() -> impl IntoView {
    view! { <LeadsNowhere texts=|it| &it.ended.invalid_room/> }
}

#[component]
fn LeadsNowhere(texts: Which<messages::DeadEnd>) -> impl IntoView {
    view! {
        <Title text=Signal::derive(move || texts(messages()).title.to_owned())/>
        <DeadEnd texts actions=()/>
    }
}
