//! What is wrong with the call as a whole, in words, above the stage.

use leptos::prelude::*;
use rtc::{Command, browser};

use super::icon::{Glyph, Icon};
use super::text::Text;
use crate::call::Call;
use crate::call::wording::{self, NextStep};
use crate::messages::messages;

/// The banners of a call; usually none.
#[component]
pub(crate) fn Banners(call: Call) -> impl IntoView {
    let absence = call.absence();
    let is_away = Memo::new(move |_| absence.get().is_some());
    view! {
        <div class="banners" role="status">
            {move || is_away.get().then(|| view! { <Away call/> })}
            {move || call.sound_blocked.get().then(|| view! { <Silent call/> })}
        </div>
    }
}

/// The server does not know of the call.
#[component]
fn Away(call: Call) -> impl IntoView {
    let absence = call.absence();
    let words = Signal::derive(move || {
        let told = absence.get();
        told.map(|(absence, reach)| wording::absence(messages(), absence, reach))
            .unwrap_or_default()
    });
    let remedy = Memo::new(move |_| {
        let (absence, _) = absence.get()?;
        wording::remedy(messages(), absence)
    });
    let button = move |next| {
        let label = match next {
            NextStep::Again(label) => label,
            NextStep::Reload => messages().ended.reload,
        };
        let act = move |_| match next {
            NextStep::Again(_) => call.send(Command::TryAgain),
            NextStep::Reload => browser::reload(),
        };
        view! { <button type="button" class="button" on:click=act>{label}</button> }
    };
    view! {
        <p class="banner">
            <Icon glyph=Glyph::Warning/>
            <Text text=words/>
            {move || remedy.get().map(button)}
        </p>
    }
}

/// The browser holds back the sound.
#[component]
fn Silent(call: Call) -> impl IntoView {
    let texts = &messages().call;
    let play = move |_| {
        call.sound_blocked.set(false);
        call.send(Command::ResumeSound);
    };
    view! {
        <p class="banner">
            <Icon glyph=Glyph::Speaker/>
            <span>{texts.sound_blocked}</span>
            <button type="button" class="button" on:click=play>
                {texts.play_sound}
            </button>
        </p>
    }
}
