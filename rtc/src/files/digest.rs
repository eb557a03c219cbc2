//! SHA-256, as the browser takes it
//! ([Web Cryptography](https://www.w3.org/TR/WebCryptoAPI/#SubtleCrypto-method-digest)).

use js_sys::Uint8Array;
use meeting::files::Digest;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::SubtleCrypto;

use crate::error::JsError;
use crate::object::get;

/// What takes digests; nothing where the page is not
/// [secure](https://www.w3.org/TR/secure-contexts/).
pub(super) fn subtle() -> Option<SubtleCrypto> {
    let crypto = web_sys::window()?.crypto().ok()?;
    let subtle = get(&crypto, "subtle");
    subtle.is_object().then(|| subtle.unchecked_into())
}

/// The digest of some bytes.
pub(super) async fn sha256(subtle: &SubtleCrypto, bytes: &[u8]) -> Result<Digest, JsError> {
    // A copy of its own: the memory of the program may move while the browser reads it.
    let bytes = Uint8Array::from(bytes);
    let promise = subtle.digest_with_str_and_js_u8_array("SHA-256", &bytes)?;
    let mut digest = [0; Digest::BYTES];
    let taken = Uint8Array::new(&JsFuture::from(promise).await?);
    if taken.length() as usize == digest.len() {
        taken.copy_to(&mut digest);
    }
    Ok(Digest::from_bytes(digest))
}
