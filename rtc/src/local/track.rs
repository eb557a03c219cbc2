//! A captured track, which stops when nobody needs it any more.

use wasm_bindgen::JsCast;
use web_sys::{MediaStream, MediaStreamTrack};

use crate::bindings::TrackExt;
use crate::error::JsError;
use crate::listener::Listener;

/// A captured track. Dropping it releases the device.
#[derive(Debug)]
pub(crate) struct LocalTrack {
    track: MediaStreamTrack,
    stream: MediaStream,
    ended: Option<Listener>,
}

impl LocalTrack {
    pub(crate) fn new(track: MediaStreamTrack) -> Result<Self, JsError> {
        let stream = MediaStream::new()?;
        stream.add_track(&track);
        Ok(Self {
            track,
            stream,
            ended: None,
        })
    }

    /// The track for a peer connection.
    pub(crate) const fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    /// A stream of this track alone, for an element.
    pub(crate) const fn stream(&self) -> &MediaStream {
        &self.stream
    }

    /// The device it comes from.
    pub(crate) fn device(&self) -> Option<String> {
        let device = crate::object::get(&self.track.get_settings(), "deviceId");
        device.as_string().filter(|id| !id.is_empty())
    }

    /// Sound off and on without giving the device back.
    pub(crate) fn set_enabled(&self, enabled: bool) {
        self.track.set_enabled(enabled);
    }

    /// What it shows, for the encoder.
    pub(crate) fn set_content_hint(&self, hint: &str) {
        self.track
            .unchecked_ref::<TrackExt>()
            .set_content_hint(hint);
    }

    /// Calls back when the track ends by itself: unplugged, taken away, or stopped with the
    /// browser's own button.
    pub(crate) fn on_ended(&mut self, mut callback: impl FnMut() + 'static) {
        self.ended = Some(Listener::new(&self.track, "ended", move |_| callback()));
    }
}

impl Drop for LocalTrack {
    fn drop(&mut self) {
        self.ended = None;
        self.track.stop();
    }
}
