//! The first page: begin a meeting, or go to one.

use leptos::html;
use leptos::prelude::*;
use leptos::web_sys;
use meeting::id::RoomId;
use meeting::invitation::{self, NoInvitation};
use rtc::{browser, storage};

use crate::call::recent;
use crate::components::emblem::Emblem;
use crate::components::icon::{Glyph, Icon};
use crate::components::language_select::LanguageSelect;
use crate::components::link::Link;
use crate::components::logo::Brand;
use crate::components::text::{Words, words};
use crate::components::title::Title;
use crate::early::EarlyInput;
use crate::messages::messages;

/// The first page: what Rotunda is, and the way into a room.
#[component]
pub(crate) fn Home() -> impl IntoView {
    let new_meeting = move |_| browser::go(&path(&browser::random_room()));
    view! {
        <Title text=Signal::derive(|| messages().product.to_owned())/>
        <main class="home">
            <header>
                <Brand/>
                <LanguageSelect/>
            </header>
            <div class="home-start">
                <h1><Words of=|it| it.home.title/></h1>
                <p class="lead"><Words of=|it| it.home.lead/></p>
                <div class="home-actions">
                    <button type="button" class="button primary large" on:click=new_meeting>
                        <Icon glyph=Glyph::Plus/>
                        <Words of=|it| it.home.new_meeting/>
                    </button>
                    <CodeForm/>
                </div>
                <RecentRooms/>
            </div>
            <Emblem/>
            <p class="promise"><Words of=|it| it.home.promise/></p>
        </main>
    }
}

/// A field for the code of a room or a link to it.
#[component]
fn CodeForm() -> impl IntoView {
    let early = EarlyInput::take();
    let typed = RwSignal::new(early.clone().unwrap_or_default());
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let (Some(_), Some(field)) = (&early, field.get()) {
            // A field that cannot be focused is no longer there.
            drop(field.focus());
        }
    });
    let wrong = RwSignal::new(None::<NoInvitation>);
    let problem = move || {
        let texts = &messages().home;
        wrong.get().map_or("", |wrong| match wrong {
            NoInvitation::Elsewhere => texts.another_server,
            NoInvitation::Nothing => texts.not_a_code,
        })
    };
    let go = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let text = typed.get_untracked();
        match invitation::find(&text, &browser::here(), browser::address) {
            Ok(room) => browser::go(&path(&room)),
            Err(nothing) => wrong.set(Some(nothing)),
        }
    };
    let on_input = move |event| {
        typed.set(event_target_value(&event));
        wrong.set(None);
    };
    view! {
        <form class="code-form" on:submit=go>
            <div class="code-row">
                <input
                    type="text"
                    node_ref=field
                    aria-label=words(|it| it.home.code_or_link)
                    placeholder=words(|it| it.home.code_or_link)
                    aria-invalid=move || wrong.get().map(|_| "true")
                    aria-describedby="code-problem"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    prop:value=move || typed.get()
                    on:input=on_input
                />
                <button type="submit" class="button"><Words of=|it| it.home.join/></button>
            </div>
            <p
                class="problem"
                id="code-problem"
                role="alert"
                prop:textContent=problem
            ></p>
        </form>
    }
}

/// The rooms this browser was in lately. Only the browser knows them.
#[component]
fn RecentRooms() -> impl IntoView {
    let rooms = RwSignal::new(Vec::new());
    Effect::new(move |_| rooms.set(recent::read(&storage::get(recent::KEY).unwrap_or_default())));
    let links = move || {
        let link = |room: RoomId| view! { <li translate="no"><Link to=path(&room)>{room.to_string()}</Link></li> };
        rooms.get().into_iter().map(link).collect_view()
    };
    let list = move || {
        view! {
            <nav class="recent" aria-labelledby="recent-title">
                <h2 id="recent-title"><Words of=|it| it.home.recent/></h2>
                <ul role="list">{links}</ul>
            </nav>
        }
    };
    move || rooms.with(|rooms| !rooms.is_empty()).then(list)
}

fn path(room: &RoomId) -> String {
    ["/", room.as_str()].concat()
}
