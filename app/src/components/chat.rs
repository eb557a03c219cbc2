//! The chat panel: what was written, and where to write.

mod actions;
mod composer;
mod message;
mod messages;
mod tools;

use leptos::prelude::*;

use self::composer::Composer;
use self::messages::Messages;
use self::tools::Tools;
use crate::call::Call;

/// The chat panel.
#[component]
pub(crate) fn Chat(call: Call) -> impl IntoView {
    let entries = call.part(|view| view.chat.clone());
    view! {
        <div class="chat">
            <Tools entries/>
            <Messages call entries/>
            <Composer call/>
        </div>
    }
}
