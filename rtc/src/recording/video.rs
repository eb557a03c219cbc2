//! A video that is seen on a canvas alone.

use futures::channel::oneshot;
use meeting::layout::Size;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlVideoElement, MediaStream};

use crate::error::{JsError, report};
use crate::listener::Listener;

/// [`HAVE_CURRENT_DATA`](https://html.spec.whatwg.org/multipage/media.html#dom-media-have_current_data)
const HAVE_CURRENT_DATA: u16 = 2;

/// An element outside of the document, which plays a stream until dropped.
#[derive(Debug)]
pub(super) struct Video(HtmlVideoElement);

impl Video {
    pub(super) fn of(stream: &MediaStream) -> Result<Self, JsError> {
        let document = web_sys::window().and_then(|window| window.document());
        let document = document.ok_or_else(JsError::no_page)?;
        let element: HtmlVideoElement = document.create_element("video")?.unchecked_into();
        element.set_muted(true);
        element.set_src_object(Some(stream));
        let playing = element.play()?;
        spawn_local(async move {
            if let Err(error) = JsFuture::from(playing).await {
                // One that is dropped before it plays says AbortError.
                report(&JsError::from(error).to_string());
            }
        });
        Ok(Self(element))
    }

    pub(super) const fn element(&self) -> &HtmlVideoElement {
        &self.0
    }

    /// Its size in pixels; nothing while there is no picture.
    pub(super) fn size(&self) -> Option<Size> {
        let (width, height) = (self.0.video_width(), self.0.video_height());
        let is_there = self.0.ready_state() >= HAVE_CURRENT_DATA && width > 0 && height > 0;
        is_there.then(|| Size {
            width: width.into(),
            height: height.into(),
        })
    }

    /// Waits for the first picture, and gives its size.
    pub(super) async fn first_picture(&self) -> Option<Size> {
        let (loaded, is_loaded) = oneshot::channel();
        let mut loaded = Some(loaded);
        let _listener = Listener::new(&self.0, "loadeddata", move |_| {
            if let Some(loaded) = loaded.take() {
                // Whoever waited may be gone.
                loaded.send(()).unwrap_or_default();
            }
        });
        if self.size().is_none() {
            is_loaded.await.ok()?;
        }
        self.size()
    }
}

impl Drop for Video {
    fn drop(&mut self) {
        self.0.set_src_object(None);
    }
}
