//! What can be done with a message.

use std::sync::Arc;

use leptos::prelude::*;
use rtc::Command;
use rtc::view::{ChatEntry, Outgoing, Reaction};

use crate::call::Call;
use crate::call::composing::{Composing, addressee_of_reply};
use crate::components::reactions::ReactionButtons;
use crate::components::text::{Words, words};

/// What can be done with a message. It is shown below the message and covers nothing.
#[component]
pub(super) fn Actions(
    call: Call,
    entry: RwSignal<Arc<ChatEntry>>,
    opened: RwSignal<Option<u64>>,
) -> impl IntoView {
    let me = call.part(|view| Some(view.people.iter().find(|person| person.you)?.id.clone()));
    let is_own =
        Memo::new(move |_| entry.with(|entry| me.with(|me| me.as_ref() == Some(&entry.author))));
    let is_text = entry.with_untracked(|entry| entry.message.file.is_none());
    let done = move || opened.set(None);
    let react = move |reaction: Reaction| {
        let of = entry.with_untracked(|entry| entry.id());
        let reaction = Some(reaction);
        call.send(Command::SendChat(Outgoing::Reaction { of, reaction }));
        done();
    };
    let reply = move |_| {
        let entry = entry.get_untracked();
        call.compose(Composing::reply(&entry));
        call.addressee.set(addressee_of_reply(&entry));
        done();
    };
    let edit = move |_| {
        let entry = entry.get_untracked();
        call.edit(&entry);
        done();
    };
    let delete = move |_| {
        let of = entry.with_untracked(|entry| entry.id());
        call.send(Command::SendChat(Outgoing::Deletion { of }));
        done();
    };
    view! {
        <div class="chat-actions" role="group" aria-label=words(|it| it.chat.options)>
            <ReactionButtons press=react/>
            <button type="button" class="button" on:click=reply><Words of=|it| it.chat.reply/></button>
            {move || (is_own.get() && is_text).then(|| view! {
                <button type="button" class="button" on:click=edit><Words of=|it| it.chat.edit/></button>
            })}
            {move || is_own.get().then(|| view! {
                <button type="button" class="button" on:click=delete><Words of=|it| it.chat.delete/></button>
            })}
        </div>
    }
}
