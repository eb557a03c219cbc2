//! The chat panel: what was written, and where to write.

mod actions;
mod composer;
mod message;
mod messages;
pub(crate) mod tools;

use leptos::prelude::*;

use self::composer::Composer;
use self::messages::Messages;
use crate::call::Call;

/// The chat panel.
#[component]
pub(crate) fn Chat(call: Call) -> impl IntoView {
    let entries = call.part(|view| view.chat.clone());
    view! {
        <div class="chat">
            <Messages call entries/>
            <Composer call/>
        </div>
    }
}
