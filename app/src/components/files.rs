//! Files in the chat, and those that are not there yet.

use leptos::html;
use leptos::prelude::*;
use rtc::Command;
use rtc::view::{AttachedFile, Attaching, FileKey, FileState};

use super::icon::{Glyph, Icon};
use super::text::{Text, Words, words};
use crate::call::Call;
use crate::call::file_state::{Offer, done, offer, status};
use crate::call::toasts::Toasts;
use crate::language::file_size;
use crate::messages::messages;

/// A file in a message.
#[component]
pub(crate) fn FileEntry(call: Call, file: AttachedFile, mine: bool) -> impl IntoView {
    let content = file.content();
    let known = call.part(move |view| {
        let mut files = view.files.iter();
        files.find(|it| it.content == content).cloned()
    });
    let state = Memo::new(move |_| {
        let offered = FileState::Offered { holders: 0 };
        known.with(|known| known.as_ref().map_or(offered, |it| it.state))
    });
    let url = Memo::new(move |_| known.with(|known| known.as_ref()?.url.clone()));
    let offered = Memo::new(move |_| offer(state.get(), mine));
    let (name, size) = (file.name.to_string(), file.size.bytes());
    let download = StoredValue::new(file);
    let press = move |_| {
        let key = known.with_untracked(|known| known.as_ref().and_then(|it| it.key));
        match (offered.get_untracked(), key) {
            (Offer::Get, _) => call.send(Command::AcceptFile(download.get_value())),
            (Offer::Cancel | Offer::Withdraw, Some(key)) => call.send(Command::CancelFile(key)),
            (Offer::Cancel | Offer::Withdraw, None) | (Offer::None, _) => {}
        }
    };
    let called = StoredValue::new(name.clone());
    let save = move |url: String| {
        let label = move || messages().files.save_named.with(&called.get_value());
        view! {
            <a class="button" href=url download=called.get_value() aria-label=label>
                <Words of=|it| it.files.save/>
            </a>
        }
    };
    view! {
        <div class="file">
            <FileAbout name size state/>
            {move || url.get().map(save)}
            <FileButton name=called offered press/>
        </div>
    }
}

/// The files that the person attached and that are in no message yet.
#[component]
pub(crate) fn AttachingFiles(call: Call) -> impl IntoView {
    let attaching = call.part(|view| view.attaching.clone());
    let keys = Memo::new(move |_| attaching.with(|it| it.iter().map(|it| it.key).collect::<Vec<_>>()));
    let of = move |key: FileKey| {
        attaching.with_untracked(|files| files.iter().find(|it| it.key == key).cloned())
    };
    let entry = move |file: Attaching| {
        let (key, size) = (file.key, file.size);
        let state = Memo::new(move |before: Option<&FileState>| {
            let now = attaching.with(|files| files.iter().find(|it| it.key == key).map(|it| it.state));
            now.or(before.copied()).unwrap_or(file.state)
        });
        let name = file.name.to_string();
        let called = StoredValue::new(name.clone());
        // One that cannot be attached is taken out of the way the same way.
        let offered = Memo::new(|_| Offer::Cancel);
        view! {
            <li class="file">
                <FileAbout name size state/>
                <FileButton name=called offered press=move |_| call.send(Command::CancelFile(key))/>
            </li>
        }
    };
    view! {
        <ul class="attaching" role="list">
            <For each=move || keys.get() key=|key| *key let:key>
                {of(key).map(entry)}
            </For>
        </ul>
    }
}

/// What a file is called, how large it is, and how it is with it.
#[component]
fn FileAbout(name: String, size: u64, state: Memo<FileState>) -> impl IntoView {
    let called = StoredValue::new(name.clone());
    let done = Memo::new(move |_| done(state.get()));
    let sizes = move || {
        let all = file_size(size);
        done.get().map_or_else(
            || all.clone(),
            |done| [file_size(done), " / ".to_owned(), all.clone()].concat(),
        )
    };
    let under_way = Memo::new(move |_| done.get().is_some());
    let progress = move || {
        view! {
            <progress
                aria-label=called.get_value()
                max=size.to_string()
                prop:value=move || done.get().unwrap_or_default().to_string()
            ></progress>
        }
    };
    view! {
        <Icon glyph=Glyph::File/>
        <div class="file-about">
            <p class="file-name" dir="auto" translate="no">{name}</p>
            <p class="file-size"><Text text=Signal::derive(sizes)/></p>
            {move || under_way.get().then(progress)}
            <p class="file-status" role="status" prop:textContent=move || status(messages(), state.get())></p>
        </div>
    }
}

/// What can be done with a file. It is one button all the while, so that the focus stays on it.
#[component]
fn FileButton(
    name: StoredValue<String>,
    offered: Memo<Offer>,
    press: impl Fn(leptos::ev::MouseEvent) + 'static,
) -> impl IntoView {
    let label = move || {
        let texts = &messages().files;
        match offered.get() {
            Offer::Get => texts.get_named.with(&name.get_value()),
            Offer::Cancel => texts.cancel_named.with(&name.get_value()),
            Offer::Withdraw => texts.withdraw_named.with(&name.get_value()),
            Offer::None => String::new(),
        }
    };
    let text = move || {
        let texts = &messages().files;
        match offered.get() {
            Offer::Get => texts.get,
            Offer::Cancel => texts.cancel,
            Offer::Withdraw => texts.withdraw,
            Offer::None => "",
        }
    };
    view! {
        <button
            type="button"
            class="button"
            aria-label=label
            hidden=move || offered.get() == Offer::None
            on:click=press
            prop:textContent=text
        ></button>
    }
}

/// The button with which files are chosen.
#[component]
pub(crate) fn AttachButton(call: Call) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let input = NodeRef::<html::Input>::new();
    let choose = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |_| {
        if let Some(input) = input.get_untracked()
            && let Some(files) = input.files()
        {
            call.attach_files(&files, toasts);
            // The same file may be chosen again.
            input.set_value("");
        }
    };
    view! {
        <input type="file" multiple hidden node_ref=input on:change=chosen/>
        <button type="button" class="send" aria-label=words(|it| it.files.attach) on:click=choose>
            <Icon glyph=Glyph::Attach/>
        </button>
    }
}
