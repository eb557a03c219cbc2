//! The WebAssembly entry point.
//!
//! What is loaded and never linked has no example that could run; `app` shows one of the page.

use leptos::prelude::document;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

/// Starts the page. The name is the one that the start script in the document calls.
#[wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        if let Some(body) = document().body() {
            // The page is already broken; saying so may fail too.
            drop(body.set_attribute("data-broken", ""));
        }
    }));
    spawn_local(app::start());
}
