//! The link of the room, to read and to copy.

use leptos::prelude::*;
use leptos::task::spawn_local;
use rtc::browser;

use super::icon::{Glyph, Icon};
use super::text::Words;
use crate::call::Call;
use crate::call::sentence::Sentence;
use crate::call::toasts::Toasts;
use crate::messages::messages;

/// Shows the link with a button that copies it.
#[component]
pub(crate) fn CopyLink(call: Call) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    // The address of the server is known in the browser only.
    let link = RwSignal::new(String::new());
    Effect::new(move |_| link.set(browser::origin_link(&call.room())));
    let copy = move |_| {
        let texts = &messages().call;
        spawn_local(async move {
            let copied = browser::copy_to_clipboard(&link.get_untracked()).await;
            if copied {
                toasts.news(Sentence::plain(texts.link_copied));
            } else {
                toasts.trouble(Sentence::plain(texts.link_not_copied));
            }
        });
    };
    view! {
        <div class="copy-link">
            <code class="link" dir="ltr" translate="no" prop:textContent=move || link.get()></code>
            <button type="button" class="button" on:click=copy>
                <Icon glyph=Glyph::Copy/>
                <Words of=|it| it.call.copy_link/>
            </button>
        </div>
    }
}
