//! How the program takes the page over in the browser.

use futures::future::join;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlInputElement};

use crate::early::EarlyInput;
use crate::language::choice;
use crate::pages::Page;
use crate::{PAGE_ID, address, document};

/// Starts the page as soon as the texts of its language are there, and its part of the program. Until
/// then, what the server rendered is shown.
pub async fn start() {
    let ((), first) = join(choice::begin(), address::first()).await;
    take_over(first);
}

/// Puts the living page in the element of the one the server rendered. It looks the same, so nobody
/// sees it happen, and nothing typed meanwhile is lost. `docs/decisions/0007-starting-afresh.md`
/// says why the rendered page is not brought to life itself.
fn take_over(first: Page) {
    let Some(element) = document().get_element_by_id(PAGE_ID) else {
        return;
    };
    let typed = typed_early(&element);
    element.set_inner_html("");
    let page = mount_to(element.unchecked_into(), move || {
        EarlyInput::provide(typed);
        document::follow_language();
        Effect::new(|_| rtc::mark_hydrated());
        let page = address::follow(first);
        move || page.get().view()
    });
    // The page lives as long as the document.
    page.forget();
}

/// What stands in the field that has the focus or a text already.
fn typed_early(element: &Element) -> Option<String> {
    let field = element.query_selector("input").ok().flatten()?;
    let focused = document().active_element().as_ref() == Some(&field);
    let text = field.dyn_into::<HtmlInputElement>().ok()?.value();
    (focused || !text.is_empty()).then_some(text)
}
