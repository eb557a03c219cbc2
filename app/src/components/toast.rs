//! Short notices of what just happened, seen and read aloud.

use leptos::prelude::*;

use super::text::Told;
use crate::call::toasts::{About, Toast, Toasts};

/// Where the notices appear. Both elements are in the document from the start, or nothing would be
/// read.
#[component]
pub(crate) fn Toaster(toasts: Toasts) -> impl IntoView {
    view! {
        <Notices list=toasts.shown/>
        <Notices list=toasts.announced only_read=true/>
    }
}

/// Notices, the newest last.
#[component]
fn Notices(
    list: RwSignal<Vec<Toast>>,
    /// Whether they are for screen readers alone.
    #[prop(optional)]
    only_read: bool,
) -> impl IntoView {
    let (class, each) = match only_read {
        true => ("visually-hidden", None),
        false => ("toasts", Some("toast")),
    };
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
