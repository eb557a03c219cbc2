//! How the program takes the page over in the browser.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlInputElement};

use crate::early::EarlyInput;
use crate::{App, PLACE};

/// Puts the living page in the place of the one the server rendered. It looks the same, so nobody
/// sees it happen, and nothing typed meanwhile is lost. `docs/decisions/0007-starting-afresh.md`
/// says why the rendered page is not brought to life itself.
pub fn start() {
    let Some(place) = document().get_element_by_id(PLACE) else {
        return;
    };
    let typed = typed_early(&place);
    place.set_inner_html("");
    let page = mount_to(place.unchecked_into(), move || {
        EarlyInput::provide(typed);
        App()
    });
    // The page lives as long as the document.
    page.forget();
}

/// What stands in the field that has the focus or a text already.
fn typed_early(place: &Element) -> Option<String> {
    let field = place.query_selector("input").ok().flatten()?;
    let focused = document().active_element().as_ref() == Some(&field);
    let text = field.dyn_into::<HtmlInputElement>().ok()?.value();
    (focused || !text.is_empty()).then_some(text)
}
