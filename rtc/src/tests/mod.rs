//! The edge against a real browser with fake devices.

mod configuration;
mod devices;
mod events;
mod intl;
mod loopback;
mod probe;
mod recordings;
mod texts;
mod tokens;

use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);
