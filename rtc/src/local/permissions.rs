//! What the person has decided for good
//! ([Permissions](https://www.w3.org/TR/permissions/)).

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::bindings::Permissions;
use crate::object::{get, object};

/// Whether the microphone or the camera is denied without a question, so that asking for both
/// failed on account of one. A browser that does not say counts as one that denies.
pub(crate) async fn one_is_denied() -> bool {
    for name in ["microphone", "camera"] {
        match state(name).await.as_deref() {
            Some("denied") | None => return true,
            Some(_) => {}
        }
    }
    false
}

async fn state(name: &str) -> Option<String> {
    let navigator = web_sys::window()?.navigator();
    let permissions = get(&navigator, "permissions");
    if !permissions.is_object() {
        return None;
    }
    let query = object([("name", name.into())]);
    let asked = permissions.unchecked_ref::<Permissions>().query(&query);
    let status = JsFuture::from(asked).await.ok()?;
    get(&status, "state").as_string()
}
