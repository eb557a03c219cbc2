//! Which element shows which video.

use meeting::adaptation::TrackSource;
use meeting::id::ParticipantId;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlVideoElement, MediaStream};

use super::local_media::LocalMedia;
use crate::bindings::VideoElementExt;
use crate::clock;
use crate::error::{JsError, report};
use crate::handle::VideoSource;
use crate::vec_map::VecMap;

/// The elements on the page, by the name of their attachment.
#[derive(Debug, Default)]
pub(super) struct Attachments {
    shown: VecMap<u64, Attachment>,
    first_frame_awaited: bool,
}

#[derive(Debug)]
struct Attachment {
    element: HtmlVideoElement,
    source: VideoSource,
    stream: Option<MediaStream>,
}

impl Attachments {
    pub(super) fn add(&mut self, key: u64, element: HtmlVideoElement, source: VideoSource) {
        // Sound has elements of its own, so that it goes on when a tile goes away.
        element.set_muted(true);
        element.set_autoplay(true);
        self.shown.insert(
            key,
            Attachment {
                element,
                source,
                stream: None,
            },
        );
    }

    pub(super) fn remove(&mut self, key: u64) {
        if let Some(attachment) = self.shown.remove(&key) {
            attachment.element.set_src_object(None);
        }
    }

    /// Gives each element the stream its source has now. `received` finds what arrives of somebody.
    pub(super) fn refresh(
        &mut self,
        local_media: &LocalMedia,
        received: &dyn Fn(&ParticipantId, TrackSource) -> Option<MediaStream>,
    ) {
        for attachment in self.shown.values_mut() {
            let stream = match &attachment.source {
                VideoSource::LocalCamera => local_media.stream(TrackSource::Camera),
                VideoSource::LocalScreen => local_media.stream(TrackSource::Screen),
                VideoSource::RemoteCamera(owner) => received(owner, TrackSource::Camera),
                VideoSource::RemoteScreen(owner) => received(owner, TrackSource::Screen),
            };
            if stream == attachment.stream {
                continue;
            }
            attachment.element.set_src_object(stream.as_ref());
            attachment.stream = stream;
            if attachment.stream.is_some() {
                play(&attachment.element);
                let is_remote = matches!(attachment.source, VideoSource::RemoteCamera(_));
                if is_remote && !self.first_frame_awaited {
                    self.first_frame_awaited = true;
                    mark_first_frame(&attachment.element);
                }
            }
        }
    }
}

fn play(element: &HtmlVideoElement) {
    let Ok(promise) = element.play() else { return };
    spawn_local(async move {
        if let Err(error) = JsFuture::from(promise).await {
            // An element that got another stream meanwhile says AbortError, and plays that one.
            report(&JsError::from(error).to_string());
        }
    });
}

fn mark_first_frame(element: &HtmlVideoElement) {
    let callback = Closure::once_into_js(|| clock::mark("rotunda:first-remote-frame"));
    let element = element.unchecked_ref::<VideoElementExt>();
    if let Err(error) = element.request_video_frame_callback(callback.unchecked_ref()) {
        report(&JsError::from(error).to_string());
    }
}
