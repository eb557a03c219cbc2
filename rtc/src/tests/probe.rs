//! What a page asks before it opens a socket.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::object::get;
use crate::socket::probe::Request;

/// Puts something that never answers in the place of `fetch`, until dropped.
struct Silence {
    fetch: JsValue,
}

impl Silence {
    fn falls() -> Self {
        let global = js_sys::global();
        let silence = "globalThis.asked = init; return new Promise(() => {})";
        let silence = Function::new_with_args("url, init", silence);
        let fetch = get(&global, "fetch");
        Reflect::set(&global, &"fetch".into(), &silence).unwrap();
        Self { fetch }
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        Reflect::set(&js_sys::global(), &"fetch".into(), &self.fetch).unwrap();
    }
}

#[wasm_bindgen_test]
fn a_request_ends_with_whoever_asked_and_follows_no_redirect() {
    let _silence = Silence::falls();
    let (request, _answer) = Request::send();
    let asked = get(&js_sys::global(), "asked");
    assert_eq!(get(&asked, "redirect").as_string().unwrap(), "manual");
    let signal: web_sys::AbortSignal = get(&asked, "signal").unchecked_into();
    assert!(!signal.aborted());
    drop(request);
    assert!(signal.aborted());
}
