//! What can be done with a message.

use std::sync::Arc;

use leptos::html;
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
    /// What opened them.
    options: NodeRef<html::Button>,
) -> impl IntoView {
    let me = call.me();
    let is_own =
        Memo::new(move |_| entry.with(|entry| me.with(|me| me.as_ref() == Some(&entry.author))));
    let is_text = entry.with_untracked(|entry| entry.message.file.is_none());
    let done = move || opened.set(None);
    // What was for one alone is answered to that one, or not at all.
    let has_answer = entry
        .with_untracked(|entry| entry.message.to.is_none() || addressee_of_reply(entry).is_some());
    let react = move |reaction: Reaction| {
        let of = entry.with_untracked(|entry| entry.id());
        let reaction = Some(reaction);
        call.send(Command::SendChat(Outgoing::Reaction { of, reaction }));
        done();
        if let Some(options) = options.get_untracked() {
            // A button that cannot be focused is no longer there.
            drop(options.focus());
        }
    };
    let reply = move |_| {
        call.reply(&entry.get_untracked());
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
        // Whoever was about to change or answer it writes something of their own now, and so does the
        // focus go to the field.
        call.compose(Composing::Message);
        done();
    };
    view! {
        <div class="chat-actions" role="group" aria-label=words(|it| it.chat.options)>
            <ReactionButtons press=react/>
            {has_answer.then(|| view! {
                <button type="button" class="button" on:click=reply><Words of=|it| it.chat.reply/></button>
            })}
            {move || (is_own.get() && is_text).then(|| view! {
                <button type="button" class="button" on:click=edit><Words of=|it| it.chat.edit/></button>
            })}
            {move || (is_own.get() && is_text).then(|| view! {
                <button type="button" class="button" on:click=delete><Words of=|it| it.chat.delete/></button>
            })}
        </div>
    }
}
