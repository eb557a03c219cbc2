//! The one stream that is recorded, made of everything there is to be seen and heard.

use web_sys::MediaStream;

use super::canvas::Canvas;
use super::mixer::Mixer;
use super::scene::Scene;
use crate::error::JsError;

/// A stream of one video track, unless sound alone is recorded, and one audio track.
#[derive(Debug)]
pub(super) struct RecordedStream {
    stream: MediaStream,
    canvas: Option<Canvas>,
    mixer: Mixer,
}

impl RecordedStream {
    pub(super) fn new(has_video: bool, scene: Scene) -> Result<Self, JsError> {
        let stream = MediaStream::new()?;
        let mut mixer = Mixer::new()?;
        mixer.hear(scene.sounds);
        stream.add_track(&mixer.track()?);
        let canvas = has_video.then(|| Canvas::new(scene.pictures)).transpose()?;
        if let Some(canvas) = &canvas {
            stream.add_track(canvas.track());
        }
        Ok(Self {
            stream,
            canvas,
            mixer,
        })
    }

    /// For the recorder.
    pub(super) const fn stream(&self) -> &MediaStream {
        &self.stream
    }

    /// Shows and sounds this from now on.
    pub(super) fn show(&mut self, scene: Scene) {
        self.mixer.hear(scene.sounds);
        if let Some(canvas) = &self.canvas {
            canvas.show(scene.pictures);
        }
    }
}
