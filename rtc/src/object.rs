//! Reading and writing plain JavaScript objects.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

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

/// Whether an object has a property.
pub(crate) fn has(object: &JsValue, name: &str) -> bool {
    Reflect::has(object, &name.into()).unwrap_or(false)
}
