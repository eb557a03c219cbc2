//! The pre-join page: see and hear oneself, choose devices, say one's name.

use leptos::either::Either;
use leptos::html;
use leptos::prelude::*;
use leptos::web_sys;
use meeting::id::DisplayName;
use rtc::view::{CallState, CaptureState, Loading};
use rtc::{Command, VideoSource, browser, storage};

use crate::call::Call;
use crate::call::wording::{self, device_problems, joins_without_devices};
use crate::components::device_select::{DeviceKind, DeviceSelect};
use crate::components::icon::{Glyph, Icon};
use crate::components::language_select::LanguageSelect;
use crate::components::level::Level;
use crate::components::link::Link;
use crate::components::logo::Brand;
use crate::components::text::{Text, Words, words};
use crate::components::toggle::{Source, Toggle};
use crate::components::video::Video;
use crate::early::EarlyInput;
use crate::messages::messages;

/// Where the name is remembered.
const NAME_KEY: &str = "rotunda.name";

/// The page that is shown until the server has let this page in.
#[component]
pub(crate) fn Lobby(call: Call) -> impl IntoView {
    view! {
        <header class="lobby-head">
            <Link to="/">
                <Brand/>
            </Link>
            <LanguageSelect/>
        </header>
        <main class="lobby">
            <div class="lobby-see">
                <Preview call/>
                <DeviceChoice call/>
            </div>
            <div class="lobby-join">
                <h1><Words of=|it| it.lobby.title/></h1>
                <p class="lobby-room">
                    <Words of=|it| it.lobby.room/> " "
                    <strong translate="no"><Text text=call.room().to_string()/></strong>
                </p>
                <JoinForm call/>
                <DeviceProblems call/>
            </div>
        </main>
    }
}

/// One's own picture with the two toggles on it.
#[component]
fn Preview(call: Call) -> impl IntoView {
    let state = call.local(|local| local.camera.state);
    let wanted = call.local(|local| local.camera.wanted);
    let on = Memo::new(move |_| state.get() == CaptureState::On);
    let instead = move || {
        let texts = &messages().lobby;
        match state.get() {
            CaptureState::Starting => texts.camera_starting,
            CaptureState::Off if wanted.get() => texts.camera_starting,
            CaptureState::Off | CaptureState::On | CaptureState::Failed(_) => texts.camera_off,
        }
    };
    let look = call.own_look();
    let picture = move || {
        if on.get() {
            Either::Left(view! { <Video call source=VideoSource::LocalCamera look/> })
        } else {
            let text = Signal::derive(move || instead().to_owned());
            Either::Right(view! { <p class="preview-words"><Text text/></p> })
        }
    };
    view! {
        <div class="preview on-dark" role="group" aria-label=words(|it| it.lobby.preview)>
            {picture}
            <div class="preview-controls">
                <Toggle source=Source::Microphone call/>
                <Toggle source=Source::Camera call/>
            </div>
        </div>
    }
}

/// Which devices are used.
#[component]
fn DeviceChoice(call: Call) -> impl IntoView {
    let offered = call.local(|local| local.support.speaker_choice);
    let speaker = move || {
        view! {
            <div class="device-column">
                <DeviceSelect kind=DeviceKind::Speaker call/>
                <button
                    type="button"
                    class="quiet"
                    on:click=move |_| call.send(Command::TestSpeaker)
                >
                    <Icon glyph=Glyph::Speaker/>
                    <Words of=|it| it.lobby.test_sound/>
                </button>
            </div>
        }
    };
    view! {
        <div class="device-choice">
            <div class="device-column">
                <DeviceSelect kind=DeviceKind::Microphone call/>
                <Level call/>
            </div>
            <div class="device-column">
                <DeviceSelect kind=DeviceKind::Camera call/>
            </div>
            {move || offered.get().then(speaker)}
        </div>
    }
}

/// One's name, and the way in.
#[component]
fn JoinForm(call: Call) -> impl IntoView {
    let typed = EarlyInput::take();
    let name = RwSignal::new(typed.clone().unwrap_or_default());
    let missing = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        match (&typed, field.get()) {
            // A field that cannot be focused is no longer there.
            (Some(_), Some(field)) => drop(field.focus()),
            (Some(_), None) => {}
            (None, _) => name.set(storage::get(NAME_KEY).unwrap_or_default()),
        }
    });
    let joining =
        call.part(|view| matches!(view.state, CallState::Loading(_) | CallState::Joining(_)));
    let can_connect = call.local(|local| local.support.peer_connections);
    let state = call.part(|view| view.state);
    let failed = Memo::new(move |_| state.get() == CallState::Loading(Loading::Failed));
    let trouble = move || {
        let texts = &messages().lobby;
        match (can_connect.get(), state.get()) {
            (false, _) => texts.no_connections,
            (true, CallState::Loading(Loading::Underway)) => texts.loading,
            (true, CallState::Loading(Loading::Failed)) => texts.not_loaded,
            (true, CallState::Joining(Some(obstacle))) => wording::obstacle(&texts.away, obstacle),
            (true, _) => "",
        }
    };
    let without = call.local(joins_without_devices);
    let label = Signal::derive(move || {
        let texts = &messages().lobby;
        let label = match (joining.get(), without.get()) {
            (true, _) => texts.joining,
            (false, true) => texts.join_without_devices,
            (false, false) => texts.join_now,
        };
        label.to_owned()
    });
    let problem = move || {
        if missing.get() {
            messages().lobby.name_missing
        } else {
            ""
        }
    };
    let join = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Ok(chosen) = DisplayName::try_from(name.get_untracked()) else {
            missing.set(true);
            if let Some(field) = field.get_untracked() {
                // A field that cannot be focused is no longer there.
                drop(field.focus());
            }
            return;
        };
        storage::set(NAME_KEY, chosen.as_str());
        call.send(Command::Join(chosen));
    };
    let on_input = move |event| {
        name.set(event_target_value(&event));
        missing.set(false);
    };
    view! {
        <form class="join-form" on:submit=join>
            <label for="your-name"><Words of=|it| it.lobby.your_name/></label>
            <input
                type="text"
                id="your-name"
                node_ref=field
                maxlength="64"
                autocomplete="name"
                aria-invalid=move || missing.get().then_some("true")
                aria-describedby="name-problem"
                prop:value=move || name.get()
                on:input=on_input
            />
            <p
                class="problem"
                id="name-problem"
                role="alert"
                prop:textContent=problem
            ></p>
            <p
                class="problem"
                role="status"
                prop:textContent=trouble
            ></p>
            {move || failed.get().then(|| view! {
                <button type="button" class="button" on:click=|_| browser::reload()>
                    <Words of=|it| it.ended.reload/>
                </button>
            })}
            <button type="submit" class="button primary large" disabled=move || joining.get() || !can_connect.get()>
                <Text text=label/>
            </button>
        </form>
    }
}

/// What is wrong with the devices, and what to do about it.
#[component]
fn DeviceProblems(call: Call) -> impl IntoView {
    let problems = call.local(|local| device_problems(messages(), local));
    let asking = call.local(|local| {
        [&local.microphone, &local.camera]
            .into_iter()
            .any(|it| it.state == CaptureState::Starting)
    });
    let list = move || {
        let problem = |words| view! { <li><Icon glyph=Glyph::Warning/><span prop:textContent=words></span></li> };
        problems.get().into_iter().map(problem).collect_view()
    };
    view! {
        <div class="device-problems" role="status">
            {move || asking.get().then(|| view! { <p class="hint"><Words of=|it| it.lobby.asking/></p> })}
            <ul role="list">{list}</ul>
        </div>
    }
}
