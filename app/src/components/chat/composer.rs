//! Where one writes.

use leptos::html;
use leptos::prelude::*;
use leptos::{ev, web_sys};
use meeting::limits;
use meeting::visible::has_visible;
use rtc::view::Addressee;

use crate::call::composing::Composing;
use crate::call::sentence::Sentence;
use crate::call::{Call, is_composing};
use crate::components::files::{AttachButton, AttachingFiles};
use crate::components::icon::{Glyph, Icon};
use crate::components::text::{Told, Words, words};
use crate::messages::messages;

/// Where one writes. Enter sends, Shift and Enter begins a new line.
#[component]
pub(super) fn Composer(call: Call) -> impl IntoView {
    let field = NodeRef::<html::Textarea>::new();
    let draft = call.draft;
    let empty = Memo::new(move |_| draft.with(|draft| !has_visible(draft)));
    let too_long = Memo::new(move |_| draft.with(String::len) > limits::CHAT_BYTES);
    let is_gone = call.addressee_is_gone();
    let is_edit = Memo::new(move |_| {
        call.composing
            .with(|it| matches!(it, Composing::Edit { .. }))
    });
    let kept = Memo::new(move |_| empty.get() || too_long.get() || is_gone.get() && !is_edit.get());
    let send = move || {
        if !kept.get_untracked() {
            call.send_draft();
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        // Enter also ends a composition in languages written with one.
        if is_composing(&event) {
            return;
        }
        if event.key() == "Enter" && !event.shift_key() {
            event.prevent_default();
            send();
        }
        let is_about = || {
            call.composing
                .with_untracked(|it| *it != Composing::Message)
        };
        if event.key() == "Escape" && is_about() {
            event.stop_propagation();
            call.compose(Composing::Message);
        }
    };
    Effect::new(move |_| {
        call.composing.track();
        if let Some(field) = field.get() {
            // A field that cannot be focused is no longer there.
            drop(field.focus());
        }
    });
    let on_input = move |event| {
        draft.set(event_target_value(&event));
        if !is_edit.get_untracked() && !empty.get_untracked() {
            call.say_typing();
        }
    };
    let problem = move || {
        if too_long.get() {
            messages().chat.too_long
        } else if is_gone.get() && !is_edit.get() {
            messages().chat.choose_again
        } else {
            ""
        }
    };
    let rows = move || {
        draft
            .with(|draft| draft.split('\n').count().clamp(1, 6))
            .to_string()
    };
    let label = move || {
        let texts = &messages().chat;
        let to = |to: &Option<Addressee>| {
            let named = |to: &Addressee| texts.field_to.with(to.name.as_str());
            to.as_ref().map_or_else(|| texts.field.to_owned(), named)
        };
        call.addressee.with(to)
    };
    view! {
        <form
            class="composer"
            on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                send();
            }
        >
            <Typing call/>
            <p class="problem" role="alert" prop:textContent=problem></p>
            <About call/>
            <AttachingFiles call/>
            {move || (!is_edit.get()).then(|| view! { <SendTo call/> })}
            <div class="composer-row">
                <AttachButton call/>
                <textarea
                    node_ref=field
                    rows=rows
                    aria-label=label
                    placeholder=label
                    prop:value=move || draft.get()
                    on:input=on_input
                    on:keydown=on_key
                ></textarea>
                <button
                    type="submit"
                    class="send"
                    aria-label=words(|it| it.chat.send)
                    disabled=move || kept.get()
                >
                    <Icon glyph=Glyph::Send/>
                </button>
            </div>
        </form>
    }
}

/// Which message it answers or takes the place of, and how to do neither.
#[component]
fn About(call: Call) -> impl IntoView {
    move || {
        let sentence = match call.composing.get() {
            Composing::Message => return None,
            Composing::Reply { author, .. } => Sentence::about(messages().chat.replying, &author),
            Composing::Edit { .. } => Sentence::plain(messages().chat.editing),
        };
        Some(view! {
            <div class="composer-about">
                <p><Told sentence/></p>
                <button
                    type="button"
                    class="plain"
                    aria-label=words(|it| it.chat.cancel)
                    on:click=move |_| call.compose(Composing::Message)
                >
                    <Icon glyph=Glyph::Close/>
                </button>
            </div>
        })
    }
}

/// Whom what is written is for.
#[component]
fn SendTo(call: Call) -> impl IntoView {
    let element = NodeRef::<html::Select>::new();
    let others = call.part(|view| {
        let others = view.people.iter().filter(|person| !person.you);
        let addressee = |person: &rtc::view::PersonView| Addressee {
            id: person.id.clone(),
            name: person.name.clone(),
        };
        others.map(addressee).collect::<Vec<_>>()
    });
    // Whoever has left stays in the list while what is written is for them: it must not become a
    // message for everyone.
    let offered = Memo::new(move |_| {
        let mut offered = others.get();
        if let Some(to) = call.addressee.get()
            && !offered.iter().any(|it| it.id == to.id)
        {
            offered.push(to);
        }
        offered
    });
    let value = Memo::new(move |_| {
        let id = |to: &Option<Addressee>| to.as_ref().map(|to| to.id.as_str().to_owned());
        call.addressee.with(id).unwrap_or_default()
    });
    Effect::new(move |_| {
        offered.track();
        let value = value.get();
        if let Some(element) = element.get() {
            element.set_value(&value);
        }
    });
    let on_change = move |event| {
        let id = event_target_value(&event);
        let chosen = offered
            .with_untracked(|offered| offered.iter().find(|to| to.id.as_str() == id).cloned());
        call.addressee.set(chosen);
    };
    let options = move || {
        let option = |to: Addressee| {
            let (id, name) = (to.id.as_str().to_owned(), to.name.to_string());
            view! { <option value=id translate="no" prop:textContent=name></option> }
        };
        offered.get().into_iter().map(option).collect_view()
    };
    let select = move || {
        view! {
            <label class="send-to">
                <span><Words of=|it| it.chat.send_to/></span>
                <select node_ref=element on:change=on_change>
                    <option value="" prop:textContent=words(|it| it.chat.everyone)></option>
                    {options}
                </select>
            </label>
        }
    };
    let none = Memo::new(move |_| offered.with(Vec::is_empty));
    move || (!none.get()).then(select)
}

/// Who else is writing just now.
#[component]
fn Typing(call: Call) -> impl IntoView {
    let names = call.part(|view| {
        let typing = view.people.iter().filter(|person| person.typing);
        typing
            .map(|person| person.name.to_string())
            .collect::<Vec<_>>()
    });
    let sentence = move || {
        let texts = &messages().chat;
        Some(match names.get().as_slice() {
            [] => return None,
            [name] => Sentence::about(texts.typing, name),
            _ => Sentence::plain(texts.several_typing),
        })
    };
    view! { <p class="typing">{move || sentence().map(|sentence| view! { <Told sentence/> })}</p> }
}
