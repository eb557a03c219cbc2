//! A page that says what happened and offers what can be done.

use leptos::html;
use leptos::prelude::*;

use super::link::Link;
use super::logo::Logo;
use super::text::{Text, Words};
use crate::messages::{self, Which, messages};

/// A page from which one can only go elsewhere.
#[component]
pub(crate) fn DeadEnd<V>(
    /// What happened.
    texts: Which<messages::DeadEnd>,
    /// What can be done but going home.
    actions: V,
) -> impl IntoView
where
    V: IntoView + 'static,
{
    let title = Signal::derive(move || texts(messages()).title.to_owned());
    let text = Signal::derive(move || texts(messages()).text.to_owned());
    let heading = NodeRef::<html::H1>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            // A heading that cannot be focused is no longer there.
            drop(heading.focus());
        }
    });
    view! {
        <main class="dead-end">
            <Logo/>
            <h1 tabindex="-1" node_ref=heading><Text text=title/></h1>
            <p><Text text/></p>
            <div class="actions">
                {actions}
                <Link to="/" class="button"><Words of=|it| it.ended.home/></Link>
            </div>
        </main>
    }
}
