//! Short notices of what just happened, seen and read aloud.

use leptos::prelude::*;

use super::text::Told;
use crate::call::toasts::{About, Toasts};

/// Where the notices appear. Both elements are in the document from the start, or nothing would be
/// read.
#[component]
pub(crate) fn Toaster(toasts: Toasts) -> impl IntoView {
    view! {
        <div class="toasts" role="status" aria-live="polite" aria-atomic="false">
            <For each=move || toasts.shown.get() key=|toast| toast.number let:toast>
                <p class="toast" data-trouble=(toast.about == About::Trouble).then_some("")>
                    <Told sentence=toast.sentence/>
                </p>
            </For>
        </div>
        <div class="visually-hidden" role="status" aria-live="polite" aria-atomic="false">
            <For each=move || toasts.announced.get() key=|toast| toast.number let:toast>
                <p><Told sentence=toast.sentence/></p>
            </For>
        </div>
    }
}
