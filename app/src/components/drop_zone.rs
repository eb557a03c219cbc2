//! Files that are dropped on the call.

use leptos::ev;
use leptos::prelude::*;
use rtc::file_drop;

use super::icon::{Glyph, Icon};
use super::text::Words;
use crate::call::Call;
use crate::call::toasts::Toasts;

/// Shows, while files are dragged over the call, that they can be dropped there, and attaches them to
/// the chat when they are.
#[component]
pub(crate) fn DropZone(call: Call) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let dragged = RwSignal::new(false);
    let over = window_event_listener(ev::dragover, move |event| {
        if file_drop::brings_files(&event) {
            file_drop::take(&event);
            dragged.set(true);
        }
    });
    let away = window_event_listener(ev::dragleave, move |event| {
        // Within the page it goes from one element to another.
        if event.related_target().is_none() {
            dragged.set(false);
        }
    });
    let drop = window_event_listener(ev::drop, move |event| {
        dragged.set(false);
        if file_drop::brings_files(&event)
            && let Some(files) = file_drop::dropped(&event)
        {
            call.attach_files(&files, toasts);
        }
    });
    on_cleanup(move || {
        over.remove();
        away.remove();
        drop.remove();
    });
    let zone = || {
        view! {
            <div class="drop-zone">
                <p>
                    <Icon glyph=Glyph::Attach/>
                    <Words of=|it| it.files.drop/>
                </p>
            </div>
        }
    };
    move || dragged.get().then(zone)
}
