//! What this browser remembers between visits
//! ([`localStorage`](https://html.spec.whatwg.org/multipage/webstorage.html)). A browser that
//! refuses to store forgets, and that is all.

use web_sys::Storage;

/// What was stored under a key.
pub fn get(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Stores a text under a key, for as long as the person keeps this site's data.
pub fn set(key: &str, value: &str) {
    if let Some(storage) = storage() {
        // Storage may be full or forbidden; nothing that is kept here is worth telling anybody.
        drop(storage.set_item(key, value));
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
