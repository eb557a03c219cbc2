//! One message.

use std::sync::Arc;

use leptos::either::{Either, EitherOf3};
use leptos::html;
use leptos::prelude::*;
use rtc::Command;
use rtc::view::{ChatEntry, Outgoing, Reaction, Relation};

use super::actions::Actions;
use crate::call::Call;
use crate::call::composing::undelivered;
use crate::call::links::{Piece, pieces};
use crate::call::sentence::Sentence;
use crate::call::wording::{first_line, reaction as name_of};
use crate::components::files::FileEntry;
use crate::components::icon::{Glyph, Icon};
use crate::components::reactions::emoji;
use crate::components::text::{Told, Words, words};
use crate::language::{list, number, time_of_day};
use crate::messages::messages;

/// All messages, and those that only change others.
pub(super) type Entries = Memo<Arc<Vec<Arc<ChatEntry>>>>;

/// One message: who wrote it when and for whom, what it answers, what it says now, and what people feel
/// about it.
#[component]
pub(super) fn Message(
    call: Call,
    entries: Entries,
    entry: RwSignal<Arc<ChatEntry>>,
    /// Of which message the options are shown, by its key.
    opened: RwSignal<Option<u64>>,
) -> impl IntoView {
    let (key, mine, file) =
        entry.with_untracked(|entry| (entry.key, entry.mine, entry.message.file.clone()));
    let text = Memo::new(move |_| entry.with(|entry| entry.text().map(ToOwned::to_owned)));
    let is_there = Memo::new(move |_| text.with(Option::is_some));
    let body = move || match (text.get(), file.clone()) {
        (None, _) => {
            EitherOf3::A(view! { <p class="chat-deleted"><Words of=|it| it.chat.deleted/></p> })
        }
        (Some(_), Some(file)) => EitherOf3::B(view! { <FileEntry call file mine/> }),
        (Some(text), None) => {
            EitherOf3::C(view! { <p class="chat-text" dir="auto">{written(&text)}</p> })
        }
    };
    let is_open = Memo::new(move |_| opened.get() == Some(key) && is_there.get());
    let toggle = move |_| {
        let other = (!is_open.get_untracked()).then_some(key);
        opened.set(other);
    };
    let button = NodeRef::<html::Button>::new();
    let options = move || {
        view! {
            <button
                type="button"
                class="plain chat-options"
                node_ref=button
                aria-label=words(|it| it.chat.options)
                aria-expanded=move || if is_open.get() { "true" } else { "false" }
                on:click=toggle
            >
                <Icon glyph=Glyph::More/>
            </button>
        }
    };
    view! {
        <li class="chat-message" data-you=mine.then_some("")>
            <div class="chat-top">
                <Head call entry/>
                {move || is_there.get().then(options)}
            </div>
            <Answered entries entry/>
            {body}
            <Reacted call entry/>
            {move || is_open.get().then(|| view! { <Actions call entry opened options=button/> })}
        </li>
    }
}

/// Who wrote it, when, for whom, and what became of it.
#[component]
fn Head(call: Call, entry: RwSignal<Arc<ChatEntry>>) -> impl IntoView {
    let head = entry.get_untracked();
    let sender = if head.mine {
        Either::Left(view! { <Words of=|it| it.chat.you/> })
    } else {
        Either::Right(head.name.to_string())
    };
    let (at, mine) = (head.message.at, head.mine);
    let private = head.message.to.is_some().then(|| {
        let sentence = move || match &head.addressee {
            Some(name) => Sentence::about(messages().chat.private_to, name.as_str()),
            None => Sentence::plain(messages().chat.private),
        };
        view! { " " <span class="chat-note">{move || view! { <Told sentence=sentence()/> }}</span> }
    });
    let edited = Memo::new(move |_| entry.with(|entry| entry.revision.edited().is_some()));
    let edited = move || {
        edited
            .get()
            .then(|| view! { " " <span class="chat-note"><Words of=|it| it.chat.edited/></span> })
    };
    // Whoever passed it on might have made it up.
    let passed_on = Memo::new(move |_| entry.with(|entry| entry.passed_on_by.clone()));
    let passed_on = move || {
        passed_on.get().map(|name| {
            let sentence =
                move || Sentence::about(messages().chat.passed_on_by, name.as_str());
            view! { " " <span class="chat-note">{move || view! { <Told sentence=sentence()/> }}</span> }
        })
    };
    view! {
        <p class="chat-head">
            <bdi class="chat-sender" translate=(!mine).then_some("no")>{sender}</bdi>
            " "
            <time translate="no" prop:textContent=move || time_of_day(at)></time>
            {mine.then(|| view! { " " <Delivery call entry/> })}
            {private}
            {edited}
            {passed_on}
        </p>
    }
}

/// Whether everybody whom it is for has it.
#[component]
fn Delivery(call: Call, entry: RwSignal<Arc<ChatEntry>>) -> impl IntoView {
    let missing = call.part(move |view| entry.with(|entry| undelivered(entry, &view.people)));
    move || {
        let missing = missing.get()?;
        let all = missing.is_empty();
        let label = move || match missing.as_slice() {
            [] => messages().chat.delivered.to_owned(),
            names => messages().chat.not_delivered.with(&list(names)),
        };
        let glyph = if all { Glyph::Check } else { Glyph::Clock };
        Some(view! {
            <span class="chat-delivery" role="img" translate="no" aria-label=label.clone() title=label>
                <Icon glyph/>
            </span>
        })
    }
}

/// What it answers.
#[component]
fn Answered(entries: Entries, entry: RwSignal<Arc<ChatEntry>>) -> impl IntoView {
    let of = entry.with_untracked(|entry| match &entry.message.relation {
        Some(Relation::Reply { of }) => Some(of.clone()),
        _ => None,
    });
    of.map(|of| {
        let answered = Memo::new(move |_| {
            entries.with(|entries| {
                let found = entries.iter().find(|entry| entry.is(&of))?;
                Some((found.name.to_string(), first_line(found.text()?)))
            })
        });
        let quote = move || {
            let sentence = match answered.get() {
                Some((name, text)) => Sentence::said(messages(), &name, text),
                None => Sentence::plain(messages().chat.answered_is_gone),
            };
            view! { <Told sentence/> }
        };
        view! { <blockquote class="chat-answered">{quote}</blockquote> }
    })
}

/// What people feel about it. Pressing one shows the same, or takes it back.
#[component]
fn Reacted(call: Call, entry: RwSignal<Arc<ChatEntry>>) -> impl IntoView {
    let me = call.me();
    let shown = Memo::new(move |_| {
        entry.with(|entry| {
            let shown = entry.revision.reactions().into_iter();
            let names = |names: Vec<_>| names.into_iter().map(ToString::to_string).collect();
            shown
                .map(|(reaction, who)| (reaction, names(who)))
                .collect::<Vec<(Reaction, Vec<String>)>>()
        })
    });
    let own = Memo::new(move |_| {
        entry.with(|entry| me.with(|me| entry.revision.reaction_of(me.as_ref()?)))
    });
    let chip = move |(reaction, names): (Reaction, Vec<String>)| {
        let count = names.len();
        let is_own = move || own.get() == Some(reaction);
        let press = move |_| {
            let of = entry.with_untracked(|entry| entry.id());
            let reaction = (own.get_untracked() != Some(reaction)).then_some(reaction);
            call.send(Command::SendChat(Outgoing::Reaction { of, reaction }));
        };
        let label = move || {
            let name = name_of(&messages().reactions, reaction);
            [name, messages().said, &list(&names)].concat()
        };
        view! {
            <button
                type="button"
                class="chat-reaction"
                translate="no"
                aria-pressed=move || if is_own() { "true" } else { "false" }
                aria-label=label.clone()
                title=label
                on:click=press
            >
                <span aria-hidden="true">{emoji(reaction)}</span>
                <span aria-hidden="true" prop:textContent=move || number(count)></span>
            </button>
        }
    };
    move || {
        let shown = shown.get();
        (!shown.is_empty()).then(|| {
            view! {
                <div class="chat-reactions">{shown.into_iter().map(chip).collect_view()}</div>
            }
        })
    }
}

/// What somebody wrote, with its links.
fn written(text: &str) -> impl IntoView + use<> {
    let piece = |piece| match piece {
        Piece::Text(text) => Either::Left(str::to_owned(text)),
        Piece::Link(link) => {
            let (href, words) = (str::to_owned(link), str::to_owned(link));
            Either::Right(
                view! { <a href=href target="_blank" rel="noopener noreferrer" translate="no"><bdi>{words}</bdi></a> },
            )
        }
    };
    pieces(text).into_iter().map(piece).collect_view()
}
