//! A captured track, which stops when nobody needs it any more.

use wasm_bindgen::JsCast;
use web_sys::{MediaStream, MediaStreamTrack};

use crate::bindings::TrackExt;
use crate::error::JsError;
use crate::listener::Listener;
use crate::object::get;
use crate::view::Facing;

/// A captured track. Dropping it releases the device.
#[derive(Debug)]
pub(crate) struct LocalTrack {
    track: MediaStreamTrack,
    stream: MediaStream,
    device: Option<String>,
    facing: Facing,
    ended: Option<Listener>,
}

impl LocalTrack {
    pub(crate) fn new(track: MediaStreamTrack) -> Result<Self, JsError> {
        // A track that goes no further must give its device back, too.
        let stream = MediaStream::new().inspect_err(|_| track.stop())?;
        stream.add_track(&track);
        let settings = track.get_settings();
        let setting = |name| get(&settings, name).as_string().filter(|it| !it.is_empty());
        Ok(Self {
            device: setting("deviceId"),
            facing: facing(setting("facingMode").as_deref()),
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
    pub(crate) fn device(&self) -> Option<&str> {
        self.device.as_deref()
    }

    /// What the person calls that device.
    pub(crate) fn label(&self) -> Option<String> {
        Some(self.track.label()).filter(|label| !label.trim().is_empty())
    }

    /// What it shows, for a camera.
    pub(crate) const fn facing(&self) -> Facing {
        self.facing
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

/// A camera that does not say where it looks stands before the person, as on a desk.
fn facing(mode: Option<&str>) -> Facing {
    match mode {
        None | Some("user") => Facing::User,
        Some(_) => Facing::Environment,
    }
}

impl Drop for LocalTrack {
    fn drop(&mut self) {
        self.ended = None;
        self.track.stop();
    }
}
