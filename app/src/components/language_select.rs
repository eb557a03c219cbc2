//! Choosing the language of the page.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::icon::{Glyph, Icon};
use super::text::Words;
use crate::language::choice::choose;
use crate::language::{Language, spoken};

/// A list of the languages, each named in itself. Whoever picks one sees the page in it as soon as its
/// texts are there; where they cannot be had, the list goes back and says so.
#[component]
pub(crate) fn LanguageSelect() -> impl IntoView {
    let element = NodeRef::<html::Select>::new();
    let failed = RwSignal::new(false);
    let show = move || {
        let now = spoken(|spoken| spoken.language);
        if let Some(element) = element.get() {
            element.set_value(now.tag());
        }
    };
    Effect::new(move |_| show());
    let on_change = move |event| {
        failed.set(false);
        let chosen = Language::of(&event_target_value(&event)).unwrap_or_default();
        spawn_local(async move {
            let is_there = choose(chosen).await;
            // The list may be gone by then.
            if failed.try_set(!is_there).is_none() {
                untrack(show);
            }
        });
    };
    let first = untrack(|| spoken(|spoken| spoken.language));
    let options = Language::ALL.map(|language| {
        let tag = language.tag();
        let is_first = language == first;
        view! { <option value=tag lang=tag translate="no" selected=is_first>{language.name()}</option> }
    });
    view! {
        <div class="language">
            <label class="device">
                <Icon glyph=Glyph::Globe/>
                <span class="visually-hidden"><Words of=|it| it.languages.title/></span>
                // Nobody hears of a choice that is made before the program is there.
                <select node_ref=element disabled=cfg!(feature = "ssr") on:change=on_change>
                    {options.collect_view()}
                </select>
            </label>
            {move || failed.get().then(|| view! { <p class="problem" role="alert"><Words of=|it| it.languages.not_loaded/></p> })}
        </div>
    }
}
