//! Short notices of what just happened, seen and read aloud.

use leptos::prelude::*;

use super::text::Told;
use crate::call::toasts::{About, Toast, Toasts};

/// Where the notices appear. Both elements are in the document from the start, or nothing would be
/// read.
#[component]
pub(crate) fn Toaster(toasts: Toasts) -> impl IntoView {
    view! {
        <Notices list=toasts.shown class="toasts" each="toast"/>
        <Notices list=toasts.announced class="visually-hidden"/>
    }
}

/// Notices, the newest last.
#[component]
fn Notices(
    list: RwSignal<Vec<Toast>>,
    class: &'static str,
    /// The class of each.
    #[prop(optional)]
    each: &'static str,
) -> impl IntoView {
    view! {
        <div class=class role="status" aria-live="polite" aria-atomic="false">
            <For each=move || list.get() key=|toast| toast.number let:toast>
                <p class=each data-trouble=(toast.about == About::Trouble).then_some("")>
                    <Told sentence=toast.sentence/>
                </p>
            </For>
        </div>
    }
}
