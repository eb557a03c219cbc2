//! How the program takes the page over in the browser.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlInputElement};

use crate::early::EarlyInput;
use crate::{PAGE_ID, address};

/// Puts the living page in the element of the one the server rendered. It looks the same, so nobody
/// sees it happen, and nothing typed meanwhile is lost. `docs/decisions/0007-starting-afresh.md`
/// says why the rendered page is not brought to life itself. Until what it takes is loaded, it stays.
pub async fn start() {
    let first = address::here().await;
    let Some(element) = document().get_element_by_id(PAGE_ID) else {
        return;
    };
    let typed = typed_early(&element);
    element.set_inner_html("");
    let page = mount_to(element.unchecked_into(), move || {
        EarlyInput::provide(typed);
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
