//! An address under which the page has a file.

use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlAnchorElement, Url};

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
    let document = web_sys::window().and_then(|window| window.document());
    let link = document.and_then(|document| document.create_element("a").ok());
    if let Some(link) = link.map(JsCast::unchecked_into::<HtmlAnchorElement>) {
        link.set_href(url);
        link.set_download(name);
        link.click();
    }
}
