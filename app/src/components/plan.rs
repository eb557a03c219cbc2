//! The picture on the first page: the plan of a rotunda, with people around the middle.

use leptos::prelude::*;

/// How many people sit there: as many as a room holds unless its operator says otherwise.
const SEATS: u16 = 8;

/// Draws the plan.
#[component]
pub(crate) fn Plan() -> impl IntoView {
    let seat = |place: u16| {
        let turn = ["rotate(", &(place * 360 / SEATS).to_string(), ")"].concat();
        view! { <circle class="plan-seat" cy="-104" r="23" transform=turn data-place=place.to_string()></circle> }
    };
    view! {
        <svg class="plan" viewBox="-200 -200 400 400" aria-hidden="true" focusable="false">
            <circle class="plan-floor" r="196"></circle>
            <circle class="plan-wall" r="186" pathLength="48"></circle>
            <circle class="plan-columns" r="158" pathLength="48"></circle>
            <circle class="plan-ring" r="60"></circle>
            <circle class="plan-ring" r="44"></circle>
            {(0..SEATS).map(seat).collect_view()}
        </svg>
    }
}
