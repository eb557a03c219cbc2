//! The chat: what was written, and where to write.

use std::sync::Arc;

use leptos::either::Either;
use leptos::html;
use leptos::prelude::*;
use leptos::{ev, web_sys};
use meeting::limits;
use meeting::visible::has_visible;
use rtc::Command;
use rtc::view::ChatEntry;

use super::icon::{Glyph, Icon};
use super::text::{Told, Words, words};
use crate::call::links::{Piece, pieces};
use crate::call::sentence::Sentence;
use crate::call::{Call, is_composing};
use crate::language::time_of_day;
use crate::messages::messages;

/// This close to the end of the messages, in CSS pixels, one counts as reading the newest.
const NEAR_END: i32 = 48;

/// The chat panel.
#[component]
pub(crate) fn Chat(call: Call) -> impl IntoView {
    let entries = call.part(|view| view.chat.clone());
    view! {
        <div class="chat">
            <Messages entries/>
            <Composer call/>
        </div>
    }
}

/// The messages, the newest in sight.
#[component]
fn Messages(entries: Memo<Arc<Vec<Arc<ChatEntry>>>>) -> impl IntoView {
    let scroll = NodeRef::<html::Div>::new();
    let none = Memo::new(move |_| entries.with(|entries| entries.is_empty()));
    // Whoever reads back is left where they are.
    let at_end = StoredValue::new(true);
    let on_scroll = move |_| {
        if let Some(scroll) = scroll.get_untracked() {
            let below = scroll.scroll_height() - scroll.scroll_top() - scroll.client_height();
            at_end.set_value(below < NEAR_END);
        }
    };
    // Once for each frame: the browser has to place everything before it can say how long it is.
    let is_due = StoredValue::new(false);
    let follow = move || {
        is_due.try_set_value(false);
        if let Some(scroll) = scroll.try_get_untracked().flatten()
            && at_end.try_get_value() == Some(true)
        {
            scroll.set_scroll_top(scroll.scroll_height());
        }
    };
    Effect::new(move |_| {
        entries.track();
        if scroll.get().is_some() && !is_due.get_value() {
            is_due.set_value(true);
            request_animation_frame(follow);
        }
    });
    view! {
        <div class="chat-scroll" node_ref=scroll on:scroll=on_scroll tabindex="0" role="group" aria-label=words(|it| it.chat.messages)>
            {move || none.get().then(|| view! { <p class="hint"><Words of=|it| it.chat.empty/></p> })}
            <ul class="chat-messages" role="list">
                <For each=move || entries.get().to_vec() key=|entry| entry.key let:entry>
                    <Message entry/>
                </For>
            </ul>
        </div>
    }
}

/// One message. What somebody wrote never changes.
#[component]
fn Message(entry: Arc<ChatEntry>) -> impl IntoView {
    let sender = if entry.mine {
        Either::Left(view! { <Words of=|it| it.chat.you/> })
    } else {
        Either::Right(entry.name.to_string())
    };
    let at = entry.message.at;
    let text = pieces(&entry.message.text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => Either::Left(text.to_owned()),
            Piece::Link(link) => {
                let (href, words) = (link.to_owned(), link.to_owned());
                Either::Right(
                    view! { <a href=href target="_blank" rel="noopener noreferrer" translate="no"><bdi>{words}</bdi></a> },
                )
            }
        });
    // Whoever passed it on might have made it up.
    let passed_on = entry.passed_on_by.clone().map(|name| {
        let sentence =
            move || Sentence::about(messages().chat.passed_on_by, name.as_str());
        view! { " " <span class="chat-passed-on">{move || view! { <Told sentence=sentence()/> }}</span> }
    });
    view! {
        <li class="chat-message" data-you=entry.mine.then_some("")>
            <p class="chat-head">
                <bdi class="chat-sender" translate=(!entry.mine).then_some("no")>{sender}</bdi>
                " "
                <time translate="no" prop:textContent=move || time_of_day(at)></time>
                {passed_on}
            </p>
            <p class="chat-text" dir="auto">{text.collect_view()}</p>
        </li>
    }
}

/// Where one writes. Enter sends, Shift and Enter begins a new line.
#[component]
fn Composer(call: Call) -> impl IntoView {
    let field = NodeRef::<html::Textarea>::new();
    let draft = call.draft;
    let empty = Memo::new(move |_| draft.with(|draft| !has_visible(draft)));
    let too_long = Memo::new(move |_| draft.with(String::len) > limits::CHAT_BYTES);
    let send = move || {
        if empty.get_untracked() || too_long.get_untracked() {
            return;
        }
        let text = draft.with_untracked(|draft| draft.trim().to_owned());
        call.send(Command::SendChat(text));
        draft.set(String::new());
    };
    let on_key = move |event: ev::KeyboardEvent| {
        // Enter also ends a composition in languages written with one.
        if event.key() == "Enter" && !event.shift_key() && !is_composing(&event) {
            event.prevent_default();
            send();
        }
    };
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // A field that cannot be focused is no longer there.
            drop(field.focus());
        }
    });
    let problem = move || {
        if too_long.get() {
            messages().notices.too_long
        } else {
            ""
        }
    };
    let rows = move || {
        draft
            .with(|draft| draft.split('\n').count().clamp(1, 6))
            .to_string()
    };
    view! {
        <form
            class="composer"
            on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                send();
            }
        >
            <p class="problem" role="alert" prop:textContent=problem></p>
            <div class="composer-row">
                <textarea
                    node_ref=field
                    rows=rows
                    aria-label=words(|it| it.chat.field)
                    placeholder=words(|it| it.chat.field)
                    prop:value=move || draft.get()
                    on:input=move |event| draft.set(event_target_value(&event))
                    on:keydown=on_key
                ></textarea>
                <button
                    type="submit"
                    class="send"
                    aria-label=words(|it| it.chat.send)
                    disabled=move || empty.get() || too_long.get()
                >
                    <Icon glyph=Glyph::Send/>
                </button>
            </div>
        </form>
    }
}
