//! Texts that this page's own server has.

use js_sys::Object;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::bindings;
use crate::object::get;

/// Texts under names, in parts under names.
#[derive(Debug)]
pub struct Texts(JsValue);

impl Texts {
    /// Fetches them; `path` is a path of this page's server, where there is JSON. `None` when they
    /// cannot be had, or are something else.
    pub async fn fetch(path: &str) -> Option<Self> {
        let answer = JsFuture::from(bindings::fetch(path, &Object::new())).await;
        let answer: Response = answer.ok()?.dyn_into().ok()?;
        if !answer.ok() {
            return None;
        }
        let texts = JsFuture::from(answer.json().ok()?).await.ok()?;
        texts.is_object().then_some(Self(texts))
    }

    /// The part of a name; it holds nothing when there is none.
    pub fn part(&self, name: &str) -> Self {
        if self.0.is_object() {
            Self(get(&self.0, name))
        } else {
            Self(JsValue::UNDEFINED)
        }
    }

    /// The text that this part is.
    pub fn text(&self) -> Option<String> {
        self.0.as_string()
    }
}
