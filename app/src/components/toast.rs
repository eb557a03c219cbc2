//! Short notices of what just happened, seen and read aloud.

use std::time::Duration;

use leptos::prelude::*;

/// How long a notice stays.
const SHOWN: Duration = Duration::from_secs(5);
/// How many notices are shown at once.
const AT_ONCE: usize = 4;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Toast {
    number: u32,
    text: String,
    visible: bool,
}

/// The notices of a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// None so far.
    pub(crate) fn new() -> Self {
        Self {
            shown: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        }
    }

    /// Tells everybody.
    pub(crate) fn show(self, text: String) {
        self.add(text, true);
    }

    /// Tells those who listen; those who look see it elsewhere.
    pub(crate) fn announce(self, text: String) {
        self.add(text, false);
    }

    fn add(self, text: String, visible: bool) {
        let Some(number) = self.next.try_update_value(|next| {
            *next += 1;
            *next
        }) else {
            return;
        };
        self.shown.try_update(|shown| {
            if shown.len() >= AT_ONCE {
                shown.remove(0);
            }
            shown.push(Toast {
                number,
                text,
                visible,
            });
        });
        set_timeout(move || self.remove(number), SHOWN);
    }

    fn remove(self, number: u32) {
        self.shown
            .try_update(|shown| shown.retain(|toast| toast.number != number));
    }
}

/// Where the notices appear. It is in the document from the start, or nothing would be read.
#[component]
pub(crate) fn Toaster(toasts: Toasts) -> impl IntoView {
    view! {
        <div class="toasts" role="status" aria-live="polite" aria-atomic="false">
            <For each=move || toasts.shown.get() key=|toast| toast.number let:toast>
                <p class=if toast.visible { "toast" } else { "visually-hidden" }>{toast.text}</p>
            </For>
        </div>
    }
}
