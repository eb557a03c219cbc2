//! Numbers out of `getStats`.

use js_sys::Map;
use wasm_bindgen::{JsCast, JsValue};

use crate::object::get;

/// Bytes a connection has received over whichever candidate pairs it used.
pub(crate) fn bytes_received(report: &JsValue) -> u64 {
    let mut total = 0.0;
    report.unchecked_ref::<Map>().for_each(&mut |entry, _| {
        if get(&entry, "type").as_string().as_deref() == Some("candidate-pair") {
            total += get(&entry, "bytesReceived").as_f64().unwrap_or_default();
        }
    });
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of bytes, far below 2^53"
    )]
    let total = total as u64;
    total
}
