//! The list of people.

use leptos::prelude::*;
use meeting::id::ParticipantId;
use rtc::view::PersonView;

use super::copy_link::CopyLink;
use super::icon::{Glyph, Icon};
use super::text::{Title, Words, words};
use crate::call::Call;
use crate::call::face::{hue, initials};
use crate::call::wording::title;
use crate::language::number;
use crate::messages::{Which, messages};

/// Who is there, and how to invite others.
#[component]
pub(crate) fn People(call: Call) -> impl IntoView {
    let ids = call.part(|view| in_order(&view.people));
    let hearing = call.hearing(|_| true);
    view! {
        <div class="people">
            <p class="hint" prop:textContent=move || messages().people.count.with(ids.with(Vec::len))></p>
            {move || hearing.get().map(|words| view! { <p class="hint" prop:textContent=words></p> })}
            <ul class="people-list" role="list" aria-label=words(|it| it.people.title)>
                <For each=move || ids.get() key=Clone::clone let:id>
                    {
                        let person = call.person(id);
                        move || person.get().map(|person| view! { <Entry person/> })
                    }
                </For>
            </ul>
            <div class="invite">
                <p class="hint"><Words of=|it| it.people.invite/></p>
                <CopyLink call/>
            </div>
        </div>
    }
}

/// Hands first, in the order in which they were raised; then everybody else as they came.
fn in_order(people: &[PersonView]) -> Vec<ParticipantId> {
    let mut people: Vec<_> = people.iter().collect();
    people.sort_by_key(|person| person.hand.unwrap_or(usize::MAX));
    people.into_iter().map(|person| person.id.clone()).collect()
}

#[component]
fn Entry(person: PersonView) -> impl IntoView {
    let hue = hue(&person.id).to_string();
    let initials = initials(&person.name);
    let marks = marks(&person).into_iter().map(|(glyph, of)| {
        view! {
            <span class="mark" role="img" aria-label=words(of)>
                <Icon glyph=glyph/>
            </span>
        }
    });
    let hand = person.hand.map(|place| {
        view! {
            <span class="mark raised" role="img" aria-label=move || messages().people.hand.with(place)>
                <Icon glyph=Glyph::Hand/>
                <span aria-hidden="true" translate="no" prop:textContent=move || number(place)></span>
            </span>
        }
    });
    let name = Memo::new(move |_| title(&person, false));
    view! {
        <li class="person" aria-label=move || name.with(ToString::to_string)>
            <span
                class="face"
                data-hue=hue
                aria-hidden="true"
                translate="no"
                prop:textContent=initials
            ></span>
            {move || view! { <Title sentence=name.get()/> }}
            {hand}
            {marks.collect_view()}
        </li>
    }
}

/// What somebody does, as marks with their names.
fn marks(person: &PersonView) -> Vec<(Glyph, Which<str>)> {
    let sharing: (_, Which<str>) = (Glyph::Screen, |it| it.people.sharing);
    let microphone: (_, Which<str>) = if person.microphone {
        (Glyph::Microphone, |it| it.people.microphone_on)
    } else {
        (Glyph::MicrophoneOff, |it| it.people.microphone_off)
    };
    let camera: (_, Which<str>) = if person.camera {
        (Glyph::Camera, |it| it.people.camera_on)
    } else {
        (Glyph::CameraOff, |it| it.people.camera_off)
    };
    let sharing = person.screen.then_some(sharing);
    sharing.into_iter().chain([microphone, camera]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::testing::person;

    #[test]
    fn whoever_raised_a_hand_comes_first_in_the_order_in_which_hands_went_up() {
        let mut people: Vec<_> = (1..=5).map(person).collect();
        people[3].hand = Some(1);
        people[1].hand = Some(2);
        let expected: Vec<_> = [4, 2, 1, 3, 5].map(|n| person(n).id).into();
        assert_eq!(in_order(&people), expected);
    }
}
