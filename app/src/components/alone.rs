//! What stands on the stage as long as nobody else is there.

use leptos::prelude::*;

use super::copy_link::CopyLink;
use super::text::Words;
use crate::call::Call;

/// Says so, and how to change it.
#[component]
pub(crate) fn Alone(call: Call) -> impl IntoView {
    view! {
        <div class="alone">
            <h2><Words of=|it| it.call.alone_title/></h2>
            <p><Words of=|it| it.call.alone_text/></p>
            <CopyLink call/>
        </div>
    }
}
