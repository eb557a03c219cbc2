//! What is wrong with the call as a whole, in words, above the stage.

use leptos::prelude::*;
use rtc::CallHandle;

use super::icon::{Glyph, Icon};
use crate::call::Call;
use crate::messages::messages;

/// The banners of a call; usually none.
#[component]
pub(crate) fn Banners(call: Call) -> impl IntoView {
    let texts = &messages().call;
    let server_away = call.server_away();
    let play = move |_| {
        call.sound_blocked.set(false);
        call.command(CallHandle::resume_sound);
    };
    let away = move || {
        view! {
            <p class="banner">
                <Icon glyph=Glyph::Warning/>
                <span>{texts.server_away}</span>
            </p>
        }
    };
    let silent = move || {
        view! {
            <p class="banner">
                <Icon glyph=Glyph::Speaker/>
                <span>{texts.sound_blocked}</span>
                <button type="button" class="button" on:click=play>
                    {texts.play_sound}
                </button>
            </p>
        }
    };
    view! {
        <div class="banners" role="status">
            {move || server_away.get().then(away)}
            {move || call.sound_blocked.get().then(silent)}
        </div>
    }
}
