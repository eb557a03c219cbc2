//! Keeping the whole chat: on the clipboard, or as a file.

use leptos::prelude::*;
use leptos::reactive::send_wrapper_ext::SendOption;
use leptos::task::spawn_local;
use rtc::{TextFile, browser};

use crate::call::Call;
use crate::call::sentence::Sentence;
use crate::call::toasts::Toasts;
use crate::call::transcript::transcript;
use crate::components::icon::{Glyph, Icon};
use crate::components::text::words;
use crate::language::time_of_day;
use crate::messages::messages;

/// Buttons that copy and save what was written, once there is something.
#[component]
pub(crate) fn Tools(call: Call) -> impl IntoView {
    let entries = call.part(|view| view.chat.clone());
    let toasts = expect_context::<Toasts>();
    let none = Memo::new(move |_| entries.with(|entries| entries.is_empty()));
    let text = move || {
        entries.with_untracked(|entries| {
            transcript(
                &messages().chat,
                entries.iter().map(|it| &**it),
                time_of_day,
            )
        })
    };
    let copy = move |_| {
        let (texts, text) = (&messages().chat, text());
        spawn_local(async move {
            if browser::copy_to_clipboard(&text).await {
                toasts.news(Sentence::plain(texts.copied));
            } else {
                toasts.trouble(Sentence::plain(texts.not_copied));
            }
        });
    };
    // The browser takes the file from here.
    let saved = StoredValue::new(SendOption::new_local(None));
    let save = move |_| {
        let name = [messages().chat.file_name, ".txt"].concat();
        let file = TextFile::save(&name, &text());
        saved.set_value(SendOption::new_local(file));
    };
    let tools = move || {
        view! {
            <div class="chat-tools">
                <button type="button" class="plain" aria-label=words(|it| it.chat.copy_all) title=words(|it| it.chat.copy_all) on:click=copy>
                    <Icon glyph=Glyph::Copy/>
                </button>
                <button type="button" class="plain" aria-label=words(|it| it.chat.save) title=words(|it| it.chat.save) on:click=save>
                    <Icon glyph=Glyph::Save/>
                </button>
            </div>
        }
    };
    move || (!none.get()).then(tools)
}
