//! The pages after a call.

use leptos::prelude::*;
use rtc::browser;
use rtc::view::Ending;

use crate::call::Call;
use crate::call::wording::{self, NextStep};
use crate::components::dead_end::DeadEnd;
use crate::components::kept_recordings::KeptRecordings;
use crate::components::recording::BeingSaved;
use crate::components::text::Words;

/// Says why the call is over and offers the way back.
#[component]
pub(crate) fn After(
    ending: Ending,
    call: Call,
    /// Counted up to begin again.
    visit: RwSignal<u32>,
) -> impl IntoView {
    let (texts, next) = wording::ending(ending);
    let act = move |_| match next {
        NextStep::Reload => browser::reload(),
        NextStep::TryAgain | NextStep::Rejoin | NextStep::UseHere => {
            visit.update(|visit| *visit += 1);
        }
    };
    let action = view! {
        <button type="button" class="button primary" on:click=act>
            <Words of=next.label()/>
        </button>
    };
    view! {
        <DeadEnd texts actions=action>
            <BeingSaved call/>
            <KeptRecordings/>
        </DeadEnd>
    }
}
