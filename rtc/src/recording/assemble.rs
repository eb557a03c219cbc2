//! One file of all parts.

use js_sys::{Array, Uint8Array};
use meeting::recording::webm::{Ends, Index};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File};

use super::format::container;
use crate::error::JsError;

/// The parts as one file, which says how long it is and where players may begin. It is made of the
/// parts where they lie, and takes no memory. What is not WebM is put together as it is.
pub(super) async fn assemble(parts: &[File], mime: &str) -> Result<Blob, JsError> {
    let mut index = Index::default();
    for part in parts {
        let bytes = JsFuture::from(part.array_buffer()).await?;
        index.push(&Uint8Array::new(&bytes).to_vec());
    }
    let whole = concatenate(parts.iter().map(JsValue::from), mime)?;
    let Some(Ends { head, body, tail }) = index.finish() else {
        return Ok(whole);
    };
    // Exact up to eight thousand terabytes.
    #[expect(clippy::cast_precision_loss, reason = "a size, far below 2^53")]
    let body = whole.slice_with_f64_and_f64(body.start as f64, body.end as f64)?;
    let bytes = |bytes: &[u8]| Uint8Array::from(bytes).into();
    concatenate([bytes(&head), body.into(), bytes(&tail)], mime)
}

fn concatenate(pieces: impl IntoIterator<Item = JsValue>, mime: &str) -> Result<Blob, JsError> {
    let pieces: Array = pieces.into_iter().collect();
    let options = BlobPropertyBag::new();
    options.set_type(container(mime));
    Ok(Blob::new_with_blob_sequence_and_options(&pieces, &options)?)
}
