//! The WebAssembly entry point.

// The types of views nest as deeply as the pages do.
#![recursion_limit = "512"]

use leptos::prelude::document;
use wasm_bindgen::prelude::wasm_bindgen;

/// Brings the page that the server rendered to life.
#[wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        if let Some(body) = document().body() {
            // The page is already broken; saying so may fail too.
            drop(body.set_attribute("data-broken", ""));
        }
    }));
    leptos::mount::hydrate_body(app::App);
}
