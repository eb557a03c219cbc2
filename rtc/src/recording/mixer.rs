//! All voices and sounds as one track ([Web Audio](https://www.w3.org/TR/webaudio/)).

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    MediaStream, MediaStreamAudioDestinationNode, MediaStreamAudioSourceNode, MediaStreamTrack,
};

use crate::audio_context::OwnedContext;
use crate::error::{JsError, report};

/// Mixes what is to be heard.
#[derive(Debug)]
pub(super) struct Mixer {
    sources: Vec<Source>,
    output: MediaStreamAudioDestinationNode,
    context: OwnedContext,
}

impl Mixer {
    pub(super) fn new() -> Result<Self, JsError> {
        let context = OwnedContext::new()?;
        let output = context.create_media_stream_destination()?;
        // Firefox holds everything back, the pictures, too, for as long as there is no sound at all. What
        // is always 0 is a sound to it, and silence to everybody else.
        let silence = context.create_constant_source()?;
        silence.offset().set_value(0.0);
        silence.connect_with_audio_node(&output)?;
        silence.start()?;
        if let Ok(resumed) = context.resume() {
            // A recording begins with the press of a button, so a browser lets it sound.
            spawn_local(async move { drop(JsFuture::from(resumed).await) });
        }
        Ok(Self {
            sources: Vec::new(),
            output,
            context,
        })
    }

    /// The track on which all of it sounds; silence where there is nothing.
    pub(super) fn track(&self) -> Result<MediaStreamTrack, JsError> {
        let track = self.output.stream().get_audio_tracks().get(0);
        Ok(track.dyn_into()?)
    }

    /// Mixes these from now on.
    pub(super) fn hear(&mut self, sounds: Vec<MediaStream>) {
        self.sources
            .retain(|source| sounds.contains(&source.stream));
        for stream in sounds {
            if self.sources.iter().any(|source| source.stream == stream) {
                continue;
            }
            match self.connect(&stream) {
                Ok(node) => self.sources.push(Source { stream, node }),
                // The others are heard all the same.
                Err(error) => report(&error.to_string()),
            }
        }
    }

    fn connect(&self, stream: &MediaStream) -> Result<MediaStreamAudioSourceNode, JsError> {
        let node = self.context.create_media_stream_source(stream)?;
        node.connect_with_audio_node(&self.output)?;
        Ok(node)
    }
}

/// One of the sounds, mixed in until dropped.
#[derive(Debug)]
struct Source {
    stream: MediaStream,
    node: MediaStreamAudioSourceNode,
}

impl Drop for Source {
    fn drop(&mut self) {
        // It only fails on what is disconnected already.
        drop(self.node.disconnect());
    }
}
