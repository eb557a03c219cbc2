//! Hands and reactions: the buttons for them, and what is seen of them.

use leptos::prelude::*;
use rtc::Command;
use rtc::view::{PersonView, Reaction};

use super::icon::{Glyph, Icon};
use super::text::{Words, words};
use crate::call::Call;
use crate::call::wording::reaction as name_of;
use crate::messages::messages;

/// Raises this person's hand, or lowers it.
#[component]
pub(crate) fn HandButton(call: Call) -> impl IntoView {
    let up = call.hand();
    let name = move || {
        let texts = &messages().call;
        if up.get() {
            texts.lower_hand
        } else {
            texts.raise_hand
        }
    };
    view! {
        <button
            type="button"
            class="round wide-only"
            data-active=move || up.get().then_some("")
            aria-label=name
            on:click=move |_| call.toggle_hand()
        >
            <Icon glyph=Glyph::Hand/>
        </button>
    }
}

/// The same among what is not needed often, where the bar has no room for it.
#[component]
pub(crate) fn HandItem(call: Call) -> impl IntoView {
    let up = call.hand();
    let name = move || {
        let up = up.get();
        view! {
            {up.then(|| view! { <Words of=|it| it.call.lower_hand/> })}
            {(!up).then(|| view! { <Words of=|it| it.call.raise_hand/> })}
        }
    };
    view! {
        <button type="button" class="menu-item" on:click=move |_| call.toggle_hand()>
            <Icon glyph=Glyph::Hand/>
            {name}
        </button>
    }
}

/// What one can show to everybody for a moment.
#[component]
pub(crate) fn Reactions(call: Call) -> impl IntoView {
    view! { <ReactionButtons press=move |reaction| call.send(Command::React(reaction))/> }
}

/// A button for each reaction.
#[component]
pub(crate) fn ReactionButtons(press: impl Fn(Reaction) + Copy + 'static) -> impl IntoView {
    let button = move |reaction: Reaction| {
        view! {
            <button
                type="button"
                class="reaction-button"
                aria-label=move || name_of(&messages().reactions, reaction)
                on:click=move |_| press(reaction)
            >
                <span aria-hidden="true" translate="no">{emoji(reaction)}</span>
            </button>
        }
    };
    view! {
        <div class="reactions" role="group" aria-label=words(|it| it.reactions.title)>
            {Reaction::ALL.map(button).into_iter().collect_view()}
        </div>
    }
}

/// What somebody shows just now, for those who look; the others hear of it.
#[component]
pub(crate) fn ShownOnTile(person: Memo<Option<PersonView>>) -> impl IntoView {
    let shown = Memo::new(move |_| {
        person.with(|person| person.as_ref().and_then(|person| person.reaction))
    });
    // By its number, so that the same one shown twice is seen to come twice.
    view! {
        <For each=move || shown.get() key=|shown| shown.number let:shown>
            <span class="reaction" aria-hidden="true" translate="no">
                {emoji(shown.reaction)}
            </span>
        </For>
    }
}

/// The character for a reaction.
pub(crate) const fn emoji(reaction: Reaction) -> &'static str {
    match reaction {
        Reaction::ThumbsUp => "👍",
        Reaction::Clapping => "👏",
        Reaction::Heart => "❤️",
        Reaction::Laughing => "😂",
        Reaction::Surprised => "😮",
        Reaction::Party => "🎉",
    }
}
