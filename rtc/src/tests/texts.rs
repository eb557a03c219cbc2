//! Texts from the server.

use js_sys::{Function, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::object::get;
use crate::texts::Texts;

/// Puts something that answers with this text in the place of `fetch`, until dropped.
struct Answers {
    fetch: JsValue,
}

impl Answers {
    fn with(body: &str, status: u16) -> Self {
        let answer =
            format!("return Promise.resolve(new Response('{body}', {{status: {status}}}))");
        let global = js_sys::global();
        let fetch = get(&global, "fetch");
        let answer = Function::new_no_args(&answer);
        Reflect::set(&global, &"fetch".into(), &answer).unwrap();
        Self { fetch }
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        Reflect::set(&js_sys::global(), &"fetch".into(), &self.fetch).unwrap();
    }
}

#[wasm_bindgen_test]
async fn texts_are_found_by_the_names_of_their_parts() {
    let _server = Answers::with(
        r#"{"home": {"join": "Join", "number": 7}, "empty": null}"#,
        200,
    );
    let texts = Texts::fetch("/texts.json").await.unwrap();
    let text = |part: &str, name: &str| texts.part(part).part(name).text();
    assert_eq!(text("home", "join").as_deref(), Some("Join"));
    for (part, name) in [
        ("home", "leave"),
        ("home", "number"),
        ("house", "join"),
        ("empty", "join"),
    ] {
        assert_eq!(text(part, name), None, "{part} {name}");
    }
    assert_eq!(texts.part("home").part("join").part("deeper").text(), None);
    assert_eq!(texts.part("home").text(), None);
}

#[wasm_bindgen_test]
async fn an_answer_that_is_no_texts_is_none() {
    for (body, status) in [
        ("{}", 404),
        ("{}", 503),
        ("<html>", 200),
        ("", 200),
        ("7", 200),
        ("null", 200),
    ] {
        let _server = Answers::with(body, status);
        let texts = Texts::fetch("/texts.json").await;
        assert!(texts.is_none(), "{body} with {status}");
    }
}
