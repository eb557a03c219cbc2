//! A small window that opens from a button of the bar.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::Element;

use super::icon::{Glyph, Icon};
use super::text::words;
use crate::call::is_composing;
use crate::messages::Which;

/// A button and what it opens. Escape, a press outside, the button itself, and what is in it and has the
/// attribute `data-closes` close it again.
#[component]
pub(crate) fn Popover<C>(
    /// The name of the button and of what it opens.
    name: Which<str>,
    /// The picture on the button.
    glyph: Glyph,
    /// More classes for the button.
    class: &'static str,
    children: TypedChildrenFn<C>,
) -> impl IntoView
where
    C: IntoView + 'static,
{
    let open = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let close = move || {
        open.set(false);
        if let Some(button) = button.get_untracked() {
            // A button that cannot be focused is no longer there.
            drop(button.focus());
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !is_composing(&event) && open.get_untracked() {
            event.stop_propagation();
            close();
        }
    };
    let on_click = move |event: ev::MouseEvent| {
        let chosen = event_target::<Element>(&event).closest("[data-closes]");
        if chosen.is_ok_and(|chosen| chosen.is_some()) {
            close();
        }
    };
    let children = children.into_inner();
    let content = move || {
        let children = children();
        view! {
            <div class="scrim" on:click=move |_| close()></div>
            <PopoverBody name on_click children/>
        }
    };
    view! {
        <div class="popover-anchor" on:keydown=on_key>
            <button
                type="button"
                class=class
                node_ref=button
                aria-label=words(name)
                aria-haspopup="dialog"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Icon glyph=glyph/>
            </button>
            {move || open.get().then(&content)}
        </div>
    }
}

/// What a popover shows. It takes the focus when it opens.
#[component]
fn PopoverBody<F, C>(name: Which<str>, on_click: F, children: C) -> impl IntoView
where
    F: Fn(ev::MouseEvent) + 'static,
    C: IntoView + 'static,
{
    let body = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(body) = body.get() {
            // An element that cannot be focused is no longer there.
            drop(body.focus());
        }
    });
    view! {
        <div
            class="popover"
            role="dialog"
            aria-label=words(name)
            tabindex="-1"
            node_ref=body
            on:click=on_click
        >
            {children}
        </div>
    }
}
