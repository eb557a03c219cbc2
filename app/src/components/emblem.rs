//! The emblem on the first page: a rotunda from above, with people around the middle.

use leptos::prelude::*;

/// How many people sit there: as many as a room holds unless its operator says otherwise.
const SEATS: u16 = 8;

/// Draws it in SVG; nobody who listens to the page hears of it.
#[component]
pub(crate) fn Emblem() -> impl IntoView {
    let seat = |number: u16| {
        let turn = ["rotate(", &(number * 360 / SEATS).to_string(), ")"].concat();
        view! { <circle class="emblem-seat" cy="-104" r="23" transform=turn data-seat=number.to_string()></circle> }
    };
    view! {
        <svg class="emblem" viewBox="-200 -200 400 400" aria-hidden="true" focusable="false">
            <circle class="emblem-floor" r="196"></circle>
            <circle class="emblem-wall" r="186" pathLength="48"></circle>
            <circle class="emblem-columns" r="158" pathLength="48"></circle>
            <circle class="emblem-ring" r="60"></circle>
            <circle class="emblem-ring" r="44"></circle>
            {(0..SEATS).map(seat).collect_view()}
        </svg>
    }
}
