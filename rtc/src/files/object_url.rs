//! An address under which the page has a file.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, Document, HtmlAnchorElement, Url};

use crate::error::{JsError, report};

/// An address that leads nowhere any more once this is dropped.
#[derive(Debug)]
pub(crate) struct ObjectUrl(String);

impl ObjectUrl {
    pub(crate) fn new(blob: &Blob) -> Option<Self> {
        Url::create_object_url_with_blob(blob).ok().map(Self)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        // One that is unknown is revoked already.
        drop(Url::revoke_object_url(&self.0));
    }
}

/// Has the browser put a file where the person keeps what they download.
pub(crate) fn save(url: &str, name: &str) {
    if let Err(error) = press_link(url, name) {
        report(&JsError::from(error).to_string());
    }
}

/// Not every browser follows a link that is in no document.
fn press_link(url: &str, name: &str) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|window| window.document());
    let body = document.as_ref().and_then(Document::body);
    let (Some(document), Some(body)) = (document, body) else {
        return Ok(());
    };
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(url);
    link.set_download(name);
    body.append_child(&link)?;
    link.click();
    link.remove();
    Ok(())
}
