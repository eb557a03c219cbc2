//! What JavaScript throws, as a Rust error.

use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

/// Something a browser call threw or a promise was rejected with. The name is the contract
/// ([`DOMException` names](https://webidl.spec.whatwg.org/#idl-DOMException-error-names)); the
/// message is for the log only.
#[derive(Clone, Debug, Error)]
#[error("{name}: {message}")]
pub(crate) struct JsError {
    pub(crate) name: String,
    pub(crate) message: String,
}

impl JsError {
    /// A page without something that every page has.
    pub(crate) fn no_page() -> Self {
        Self {
            name: "InvalidStateError".to_owned(),
            message: "this is no page of a browser".to_owned(),
        }
    }
}

impl From<JsValue> for JsError {
    fn from(value: JsValue) -> Self {
        if let Some(exception) = value.dyn_ref::<DomException>() {
            return Self {
                name: exception.name(),
                message: exception.message(),
            };
        }
        if let Some(error) = value.dyn_ref::<js_sys::Error>() {
            return Self {
                name: error.name().into(),
                message: error.message().into(),
            };
        }
        Self {
            name: "Error".to_owned(),
            message: value.as_string().unwrap_or_default(),
        }
    }
}

/// Writes a line to the browser's console, for whoever looks for the cause of something.
pub(crate) fn report(text: &str) {
    web_sys::console::debug_1(&text.into());
}
