//! What is to be heard: one audio element for each remote track that carries sound.

use futures::channel::mpsc::UnboundedSender;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AudioContext, HtmlAudioElement, HtmlMediaElement, MediaStream};

use crate::bindings::MediaElementExt;
use crate::driver::Message;
use crate::error::{JsError, report};

/// Plays a stream until dropped.
#[derive(Debug)]
pub(crate) struct Playback {
    element: HtmlAudioElement,
    inbox: UnboundedSender<Message>,
}

impl Playback {
    pub(crate) fn new(
        stream: &MediaStream,
        speaker: Option<&str>,
        inbox: UnboundedSender<Message>,
    ) -> Result<Self, JsError> {
        let element = HtmlAudioElement::new()?;
        element.set_src_object(Some(stream));
        let playback = Self { element, inbox };
        if speaker.is_some() {
            playback.use_speaker(speaker);
        }
        playback.play();
        Ok(playback)
    }

    /// Starts, or starts again after the browser held the sound back.
    pub(crate) fn play(&self) {
        let Ok(promise) = self.element.play() else {
            return;
        };
        let inbox = self.inbox.clone();
        spawn_local(async move {
            if let Err(error) = JsFuture::from(promise).await
                && JsError::from(error).name == "NotAllowedError"
            {
                drop(inbox.unbounded_send(Message::SoundBlocked));
            }
        });
    }

    /// Uses a loudspeaker; `None` is the browser's default.
    pub(crate) fn use_speaker(&self, speaker: Option<&str>) {
        use_speaker(&self.element, speaker);
    }
}

impl Drop for Playback {
    fn drop(&mut self) {
        self.element.set_src_object(None);
    }
}

/// Plays a short chime on a loudspeaker.
pub(crate) fn test_speaker(speaker: Option<&str>) -> Result<(), JsError> {
    const TONES: [(f32, f64); 2] = [(523.25, 0.0), (659.25, 0.22)];
    const LENGTH: f64 = 0.2;
    let context = AudioContext::new()?;
    let output = context.create_media_stream_destination()?;
    for (frequency, delay) in TONES {
        let oscillator = context.create_oscillator()?;
        let gain = context.create_gain()?;
        oscillator.frequency().set_value(frequency);
        gain.gain().set_value(0.2);
        oscillator
            .connect_with_audio_node(&gain)?
            .connect_with_audio_node(&output)?;
        let start = context.current_time() + delay;
        oscillator.start_with_when(start)?;
        oscillator.stop_with_when(start + LENGTH)?;
    }
    let element = HtmlAudioElement::new()?;
    element.set_src_object(Some(&output.stream()));
    use_speaker(&element, speaker);
    let playing = element.play()?;
    spawn_local(async move {
        if let Err(error) = JsFuture::from(playing).await {
            report(&JsError::from(error).to_string());
        }
        gloo_timers::future::TimeoutFuture::new(1000).await;
        element.set_src_object(None);
        drop(context.close());
    });
    Ok(())
}

fn use_speaker(element: &HtmlMediaElement, speaker: Option<&str>) {
    let id = speaker.unwrap_or_default();
    let Ok(promise) = element.unchecked_ref::<MediaElementExt>().set_sink_id(id) else {
        return;
    };
    spawn_local(async move {
        // The sound then stays where it is.
        if let Err(error) = JsFuture::from(promise).await {
            report(&JsError::from(error).to_string());
        }
    });
}
