//! One tile: somebody's face, or somebody's screen.

use leptos::either::Either;
use leptos::prelude::*;
use meeting::layout::{Part, Rect};
use meeting::signaling::Presence;
use rtc::VideoSource;
use rtc::view::{LinkState, PersonView};

use super::icon::{Glyph, Icon};
use super::reactions::ShownOnTile;
use super::text::{Title, words};
use super::video::Video;
use crate::call::Call;
use crate::call::face::{hue, initials};
use crate::call::tiles::TileKey;
use crate::call::wording::title;
use crate::messages::messages;

/// A tile. It is built once for its key and only ever changes from within, so its video plays on
/// whatever happens around it.
#[component]
pub(crate) fn Tile(
    call: Call,
    key: TileKey,
    /// Where it stands and in which part of the stage.
    position: Memo<(Part, Rect)>,
    pinned: RwSignal<Option<TileKey>>,
) -> impl IntoView {
    let (id, is_screen) = match &key {
        TileKey::Person(id) => (id.clone(), false),
        TileKey::Screen(id) => (id.clone(), true),
    };
    let person = call.person(id.clone());
    let name =
        Memo::new(move |_| person.with(|person| person.as_ref().map(|it| title(it, is_screen))));
    let label = move || name.with(|name| name.as_ref().map(ToString::to_string));
    let you = person.with_untracked(|person| person.as_ref().is_some_and(|person| person.you));
    let is_pinned = {
        let key = key.clone();
        Memo::new(move |_| pinned.with(|pinned| pinned.as_ref() == Some(&key)))
    };
    let pin = move || pinned.set((!is_pinned.get_untracked()).then(|| key.clone()));
    let pin = StoredValue::new(pin);

    let seen = Memo::new(move |_| {
        person.with(|person| person.as_ref().is_some_and(|it| is_screen || it.camera))
    });
    let source = match (you, is_screen) {
        (true, false) => VideoSource::LocalCamera,
        (true, true) => VideoSource::LocalScreen,
        (false, false) => VideoSource::RemoteCamera(id.clone()),
        (false, true) => VideoSource::RemoteScreen(id.clone()),
    };
    let own_look = call.own_look();
    let look = Signal::derive(move || match (you, is_screen) {
        (_, true) => "screen",
        (true, false) => own_look.get(),
        (false, false) => "face",
    });
    let picture = move || {
        if seen.get() {
            Either::Left(view! { <Video call source=source.clone() look/> })
        } else {
            Either::Right(view! { <Avatar person/> })
        }
    };
    let muted = Memo::new(move |_| {
        !is_screen && person.with(|person| person.as_ref().is_some_and(|it| !it.microphone))
    });
    let hand = Memo::new(move |_| {
        !is_screen && person.with(|it| it.as_ref().is_some_and(|it| it.hand.is_some()))
    });
    let raised = move || {
        hand.get().then(|| {
            view! {
                <span class="raised" data-you=you.then_some("") role="img" aria-label=words(|it| it.tile.hand)>
                    <Icon glyph=Glyph::Hand/>
                </span>
            }
        })
    };
    let mark = move || {
        muted.get().then(|| {
            view! {
                <span class="muted" role="img" aria-label=words(|it| it.tile.muted)>
                    <Icon glyph=Glyph::MicrophoneOff/>
                </span>
            }
        })
    };
    let speaking = move || {
        !is_screen && person.with(|it| it.as_ref().is_some_and(|it| it.speaking && it.microphone))
    };
    let link = move || person.with(|person| person.as_ref().map(|person| person.link.as_str()));
    let pin_name = move || {
        let texts = &messages().tile;
        let wording = if is_pinned.get() {
            texts.unpin
        } else {
            texts.pin
        };
        wording.with(&label().unwrap_or_default())
    };
    view! {
        <div
            class="tile"
            role="group"
            // A finger that touches the tile shows its button.
            tabindex="-1"
            aria-label=label
            data-participant=id.as_str().to_owned()
            data-connection=link
            data-part=move || part_name(position.get().0)
            data-speaking=move || speaking().then_some("")
            style:transform=move || { let at = position.get().1; ["translate(", &px(at.x), ",", &px(at.y), ")"].concat() }
            style:width=move || px(position.get().1.width)
            style:height=move || px(position.get().1.height)
            on:dblclick=move |_| pin.with_value(|pin| pin())
        >
            {picture}
            {(!is_screen).then(|| view! { <ShownOnTile person/> })}
            <div class="plates">
            <TileState call person is_screen/>
            <div class="nameplate">
                {raised}
                {mark}
                {move || name.get().map(|sentence| view! { <Title sentence/> })}
            </div>
            </div>
            <button
                type="button"
                class="pin"
                aria-label=pin_name
                aria-pressed=move || if is_pinned.get() { "true" } else { "false" }
                on:click=move |_| pin.with_value(|pin| pin())
            >
                <Icon glyph=Glyph::Pin/>
            </button>
        </div>
    }
}

/// Somebody's initials, where there is no picture of them.
#[component]
fn Avatar(person: Memo<Option<PersonView>>) -> impl IntoView {
    let letters =
        Memo::new(move |_| person.with(|person| person.as_ref().map(|it| initials(&it.name))));
    let colour = person.with_untracked(|person| person.as_ref().map(|it| hue(&it.id).to_string()));
    view! {
        <div class="avatar" data-hue=colour aria-hidden="true" translate="no">
            <span prop:textContent=move || letters.get().unwrap_or_default()></span>
        </div>
    }
}

/// What keeps a tile from being well, in words.
#[component]
fn TileState(call: Call, person: Memo<Option<PersonView>>, is_screen: bool) -> impl IntoView {
    let you = person.with_untracked(|person| person.as_ref().is_some_and(|it| it.you));
    let words = Memo::new(move |_| {
        person.with(|person| person.as_ref().and_then(|it| state_words(it, is_screen)))
    });
    let unheard = call.hearing(|hearing| hearing.is_worrying);
    let unheard = move || unheard.get().filter(|_| you && !is_screen);
    let words = move || words.get().map(ToOwned::to_owned).or_else(unheard);
    view! {
        {move || words().map(|words| view! { <p class="tile-state" prop:textContent=words></p> })}
    }
}

fn state_words(person: &PersonView, is_screen: bool) -> Option<&'static str> {
    let texts = &messages().tile;
    match (person.link, person.presence) {
        (_, _) if person.you => is_screen.then_some(texts.your_screen),
        (LinkState::Connecting, _) => Some(texts.connecting),
        (LinkState::Reconnecting, _) => Some(texts.reconnecting),
        (LinkState::Failed, _) => Some(texts.failed),
        (LinkState::Unmade, _) => Some(texts.unmade),
        (LinkState::Connected, Presence::Reconnecting) => Some(texts.away),
        (LinkState::Connected, Presence::Connected | Presence::Unloaded) => None,
    }
}

const fn part_name(part: Part) -> &'static str {
    match part {
        Part::Stage => "stage",
        Part::Strip => "strip",
        Part::SelfView => "self",
    }
}

fn px(length: f64) -> String {
    // No screen is wider than this; whole numbers spare the page the code that writes others.
    [&(length.round() as i32).to_string(), "px"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::testing::person;

    #[test]
    fn a_broken_connection_is_told_in_words_and_a_good_one_is_not() {
        let mut other = person(2);
        assert_eq!(state_words(&other, false), None);
        other.presence = Presence::Reconnecting;
        assert_eq!(state_words(&other, false), Some("Away from the server"));
        other.link = LinkState::Reconnecting;
        assert_eq!(state_words(&other, false), Some("Reconnecting…"));
        assert_eq!(state_words(&person(1), true), Some("You are sharing this"));
    }
}
