//! The panel beside the stage; one at a time.

use leptos::either::Either;
use leptos::prelude::*;

use super::chat::Chat;
use super::chat::tools::Tools;
use super::icon::{Glyph, Icon};
use super::people::People;
use super::text::{Words, words};
use crate::call::panel::Panel;
use crate::call::{Call, is_composing};

/// The panel that is open, if any. Escape closes it.
#[component]
pub(crate) fn OpenPanel(call: Call) -> impl IntoView {
    move || {
        call.panel.get().map(|panel| {
            view! {
                <aside
                    class="panel"
                    role="region"
                    aria-label=words(panel.name())
                    on:keydown=move |event| {
                        if event.key() == "Escape" && !is_composing(&event) {
                            call.close_panel();
                        }
                    }
                >
                    <header class="panel-head">
                        <h2><Words of=panel.name()/></h2>
                        {(panel == Panel::Chat).then(|| view! { <Tools call/> })}
                        <button
                            type="button"
                            class="plain"
                            aria-label=words(|it| it.call.close_panel)
                            on:click=move |_| call.close_panel()
                        >
                            <Icon glyph=Glyph::Close/>
                        </button>
                    </header>
                    {match panel {
                        Panel::Chat => Either::Left(view! { <Chat call/> }),
                        Panel::People => Either::Right(view! { <People call/> }),
                    }}
                </aside>
            }
        })
    }
}
