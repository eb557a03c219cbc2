//! The list of people.

use leptos::prelude::*;
use rtc::view::PersonView;

use super::copy_link::CopyLink;
use super::icon::{Glyph, Icon};
use super::text::Title;
use crate::call::Call;
use crate::call::face::{hue, initials};
use crate::call::wording::title;
use crate::messages::messages;

/// Who is there, and how to invite others.
#[component]
pub(crate) fn People(call: Call) -> impl IntoView {
    let texts = &messages().people;
    let ids = call.part(|view| {
        view.people
            .iter()
            .map(|person| person.id.clone())
            .collect::<Vec<_>>()
    });
    let hearing = call.hearing(|_| true);
    view! {
        <div class="people">
            <p class="hint" prop:textContent=move || (texts.count)(ids.with(Vec::len))></p>
            {move || hearing.get().map(|words| view! { <p class="hint" prop:textContent=words></p> })}
            <ul class="people-list" role="list" aria-label=texts.title>
                <For each=move || ids.get() key=Clone::clone let:id>
                    {
                        let person = call.person(id);
                        move || person.get().map(|person| view! { <Entry person/> })
                    }
                </For>
            </ul>
            <div class="invite">
                <p class="hint">{texts.invite}</p>
                <CopyLink call/>
            </div>
        </div>
    }
}

#[component]
fn Entry(person: PersonView) -> impl IntoView {
    let texts = &messages().people;
    let name = title(&person, false);
    let label = name.to_string();
    let microphone = if person.microphone {
        (Glyph::Microphone, texts.microphone_on)
    } else {
        (Glyph::MicrophoneOff, texts.microphone_off)
    };
    let camera = if person.camera {
        (Glyph::Camera, texts.camera_on)
    } else {
        (Glyph::CameraOff, texts.camera_off)
    };
    let screen = person.screen.then_some((Glyph::Screen, texts.sharing));
    let marks = screen
        .into_iter()
        .chain([microphone, camera])
        .map(|(glyph, words)| {
            view! {
                <span class="mark" role="img" aria-label=words>
                    <Icon glyph=glyph/>
                </span>
            }
        });
    view! {
        <li class="person" aria-label=label>
            <span
                class="face"
                data-hue=hue(&person.id).to_string()
                aria-hidden="true"
                translate="no"
                prop:textContent=initials(&person.name)
            ></span>
            <Title sentence=name/>
            {marks.collect_view()}
        </li>
    }
}
