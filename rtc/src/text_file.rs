//! Texts that the person keeps as files.

use js_sys::Array;
use web_sys::{Blob, BlobPropertyBag};

use crate::files::object_url::{self, ObjectUrl};

/// A text on its way to where the person keeps what they download. The browser takes it from the page, so
/// it has to be kept until that has happened.
#[derive(Debug)]
pub struct TextFile {
    _url: ObjectUrl,
}

impl TextFile {
    /// Saves a text under a name. Nothing where the browser does not take it.
    pub fn save(name: &str, text: &str) -> Option<Self> {
        let options = BlobPropertyBag::new();
        options.set_type("text/plain;charset=utf-8");
        let parts = Array::of1(&text.into());
        let blob = Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
        let url = ObjectUrl::new(&blob)?;
        object_url::save(url.as_str(), name);
        Some(Self { _url: url })
    }
}
