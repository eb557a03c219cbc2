//! What is wrong with the call as a whole, in words, above the stage.

use leptos::prelude::*;
use rtc::{Command, browser};

use super::icon::{Glyph, Icon};
use super::text::{Text, Words};
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
        wording::remedy(absence)
    });
    let button = move |next: NextStep| {
        let act = move |_| match next {
            NextStep::Reload => browser::reload(),
            NextStep::TryAgain | NextStep::Rejoin | NextStep::UseHere => {
                call.send(Command::TryAgain);
            }
        };
        view! { <button type="button" class="button" on:click=act><Words of=next.label()/></button> }
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
    let play = move |_| {
        call.sound_blocked.set(false);
        call.send(Command::ResumeSound);
    };
    view! {
        <p class="banner">
            <Icon glyph=Glyph::Speaker/>
            <Words of=|it| it.call.sound_blocked/>
            <button type="button" class="button" on:click=play>
                <Words of=|it| it.call.play_sound/>
            </button>
        </p>
    }
}
