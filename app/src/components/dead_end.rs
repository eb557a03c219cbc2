//! A page that says what happened and offers what can be done.

use leptos::html;
use leptos::prelude::*;

use super::link::Link;
use super::logo::Logo;
use crate::messages::{self, messages};

/// A page from which one can only go elsewhere.
#[component]
pub(crate) fn DeadEnd<V>(
    texts: &'static messages::DeadEnd,
    /// What can be done but going home.
    actions: V,
) -> impl IntoView
where
    V: IntoView + 'static,
{
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
            <h1 tabindex="-1" node_ref=heading>{texts.title}</h1>
            <p>{texts.text}</p>
            <div class="actions">
                {actions}
                <Link to="/" class="button">{messages().ended.home}</Link>
            </div>
        </main>
    }
}
