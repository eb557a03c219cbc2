//! The call: the stage, a panel beside it, the bar below.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use rtc::storage;

use crate::call::keys::{self, Letters, Modifiers, Shortcut, shortcut};
use crate::call::panel::Panel;
use crate::call::{Call, is_composing, recent};
use crate::components::banner::Banners;
use crate::components::bar::Bar;
use crate::components::drop_zone::DropZone;
use crate::components::panel::OpenPanel;
use crate::components::recording::RecordingMark;
use crate::components::stage::Stage;
use crate::components::text::{Text, Words};

/// The page that is shown from then on, until the call is over.
#[component]
pub(crate) fn InCall(call: Call) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    Effect::new(move |_| {
        let line = storage::get(recent::KEY).unwrap_or_default();
        storage::set(recent::KEY, &recent::with_room(&line, &call.room()));
        if let Some(heading) = heading.get() {
            // A heading that cannot be focused is no longer there.
            drop(heading.focus());
        }
    });
    listen_to_keys(call);
    view! {
        <main class="call on-dark">
            <h1 class="visually-hidden" tabindex="-1" node_ref=heading>
                <Words of=|it| it.lobby.room/> " "
                <span translate="no"><Text text=call.room().to_string()/></span>
            </h1>
            <Banners call/>
            <RecordingMark call/>
            <Stage call/>
            <OpenPanel call/>
            <Bar call/>
            <DropZone call/>
        </main>
    }
}

/// The keys of the keyboard, as long as the call is shown.
fn listen_to_keys(call: Call) {
    // A page without storage has them on.
    Effect::new(move |_| {
        let off = storage::get(keys::STORED).is_some_and(|stored| stored == keys::OFF);
        call.letter_keys.set(!off);
    });
    let listener = window_event_listener(ev::keydown, move |event| {
        if is_composing(&event) {
            return;
        }
        let modifiers = Modifiers {
            command: event.ctrl_key() || event.meta_key(),
            other: event.alt_key() || event.shift_key() || event.get_modifier_state("AltGraph"),
        };
        let letters = if typing() || !call.letter_keys.get_untracked() {
            Letters::Letters
        } else {
            Letters::Shortcuts
        };
        let Some(shortcut) = shortcut(&event.key(), &event.code(), modifiers, letters) else {
            return;
        };
        // A key that is held down is the browser's no more than one that is pressed.
        event.prevent_default();
        if event.repeat() {
            return;
        }
        match shortcut {
            Shortcut::Microphone => call.toggle_microphone(),
            Shortcut::Camera => call.toggle_camera(),
            Shortcut::Chat => call.toggle_panel(Panel::Chat),
            Shortcut::People => call.toggle_panel(Panel::People),
            Shortcut::Share => call.toggle_share(),
            Shortcut::Hand => call.toggle_hand(),
        }
    });
    on_cleanup(move || listener.remove());
}

/// Whether what is typed goes into a field.
fn typing() -> bool {
    let fields = "input, textarea, select, [contenteditable]";
    document()
        .active_element()
        .is_some_and(|focused| focused.matches(fields).unwrap_or(false))
}
