//! What stands on the stage as long as nobody else is there.

use leptos::prelude::*;

use super::copy_link::CopyLink;
use crate::call::Call;
use crate::messages::messages;

/// Says so, and how to change it.
#[component]
pub(crate) fn Alone(call: Call) -> impl IntoView {
    let texts = &messages().call;
    view! {
        <div class="alone">
            <h2>{texts.alone_title}</h2>
            <p>{texts.alone_text}</p>
            <CopyLink call/>
        </div>
    }
}
