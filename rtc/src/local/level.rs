//! How loud the microphone is.

use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AnalyserNode, MediaStream, MediaStreamAudioSourceNode};

use crate::audio_context::OwnedContext;
use crate::error::JsError;

/// Samples looked at each time: about 20 ms.
const WINDOW: u32 = 1024;

/// Measures one stream until dropped.
#[derive(Debug)]
pub(crate) struct LevelMeter {
    analyser: AnalyserNode,
    source: MediaStreamAudioSourceNode,
    _context: OwnedContext,
    samples: Vec<f32>,
}

impl LevelMeter {
    pub(crate) fn new(stream: &MediaStream) -> Result<Self, JsError> {
        let context = OwnedContext::new()?;
        let analyser = context.create_analyser()?;
        analyser.set_fft_size(WINDOW);
        let source = context.create_media_stream_source(stream)?;
        source.connect_with_audio_node(&analyser)?;
        if let Ok(resumed) = context.resume() {
            // A context that may not run yet measures silence, which is all there is to it.
            spawn_local(async move { drop(JsFuture::from(resumed).await) });
        }
        let samples = vec![0.0; WINDOW as usize];
        Ok(Self {
            analyser,
            source,
            _context: context,
            samples,
        })
    }

    /// The loudness now, 0 to 1: the effective value of the last samples, on a scale on which a
    /// speaking voice reaches the middle.
    pub(crate) fn level(&mut self) -> f32 {
        self.analyser.get_float_time_domain_data(&mut self.samples);
        let energy: f32 = self.samples.iter().map(|sample| sample * sample).sum();
        #[expect(
            clippy::cast_precision_loss,
            reason = "the window is a thousand samples"
        )]
        let mean = energy / self.samples.len() as f32;
        (mean.sqrt() * 4.0).min(1.0)
    }
}

impl Drop for LevelMeter {
    fn drop(&mut self) {
        // It only fails on what is disconnected already.
        drop(self.source.disconnect());
    }
}
