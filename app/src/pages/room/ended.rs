//! The pages after a call.

use leptos::prelude::*;
use rtc::browser;
use rtc::view::Ending;

use crate::call::Call;
use crate::call::wording::{NextStep, ending as words};
use crate::components::dead_end::DeadEnd;
use crate::components::kept_recordings::KeptRecordings;
use crate::components::recording::BeingSaved;
use crate::messages::messages;

/// Says why the call is over and offers the way back.
#[component]
pub(crate) fn After(
    ending: Ending,
    call: Call,
    /// Counted up to begin again.
    visit: RwSignal<u32>,
) -> impl IntoView {
    let (texts, next) = words(messages(), ending);
    let label = match next {
        NextStep::Again(label) => label,
        NextStep::Reload => messages().ended.reload,
    };
    let act = move |_| match next {
        NextStep::Again(_) => visit.update(|visit| *visit += 1),
        NextStep::Reload => browser::reload(),
    };
    let action =
        view! { <button type="button" class="button primary" on:click=act>{label}</button> };
    view! {
        <DeadEnd texts actions=action>
            <BeingSaved call/>
            <KeptRecordings/>
        </DeadEnd>
    }
}
