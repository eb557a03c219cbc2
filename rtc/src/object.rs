//! Reading and writing plain JavaScript objects, and their JSON: what is needed before a call is read by
//! the browser, so that the page need not load a reader of its own first.

use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::clock;

/// An object with these properties.
pub(crate) fn object<'a>(properties: impl IntoIterator<Item = (&'a str, JsValue)>) -> Object {
    let object = Object::new();
    for (name, value) in properties {
        set(&object, name, &value);
    }
    object
}

/// Sets a property of a plain object.
pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) {
    // Setting a property fails only on frozen objects and proxies, and none comes here.
    drop(Reflect::set(object, &name.into(), value));
}

/// A property of an object; undefined when there is none.
pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A property that is a text.
pub(crate) fn text(object: &JsValue, name: &str) -> Option<String> {
    get(object, name).as_string()
}

/// A property that is on or off.
pub(crate) fn flag(object: &JsValue, name: &str) -> Option<bool> {
    get(object, name).as_bool()
}

/// A property that is a moment, in milliseconds since 1970.
pub(crate) fn moment(object: &JsValue, name: &str) -> Option<u64> {
    get(object, name).as_f64().map(clock::whole)
}

/// A text as a property; null when there is none.
pub(crate) fn optional(text: Option<&str>) -> JsValue {
    text.map_or(JsValue::NULL, JsValue::from_str)
}

/// What a text in JSON says; undefined when it is none.
pub(crate) fn parse(json: &str) -> JsValue {
    JSON::parse(json).unwrap_or(JsValue::UNDEFINED)
}

/// A value in JSON; nothing when it has none.
pub(crate) fn to_json(value: &JsValue) -> Option<String> {
    JSON::stringify(value).ok()?.as_string()
}

/// Whether an object has a property.
pub(crate) fn has(object: &JsValue, name: &str) -> bool {
    Reflect::has(object, &name.into()).unwrap_or(false)
}
