//! What is to be heard: one audio element for each remote track that carries sound, and a test
//! sound.

use gloo_timers::callback::Timeout;
use meeting::devices::speaker::{Input, SpeakerProblem};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlAudioElement, HtmlMediaElement, MediaStream};

use crate::audio_context::OwnedContext;
use crate::bindings::MediaElementExt;
use crate::error::{JsError, report};
use crate::message::{Mailbox, Message};

/// Plays a stream until dropped.
#[derive(Debug)]
pub(crate) struct Playback {
    element: HtmlAudioElement,
    mailbox: Mailbox,
}

impl Playback {
    pub(crate) fn new(
        stream: &MediaStream,
        speaker: Option<&str>,
        mailbox: Mailbox,
    ) -> Result<Self, JsError> {
        let element = HtmlAudioElement::new()?;
        element.set_src_object(Some(stream));
        let playback = Self { element, mailbox };
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
        let mailbox = self.mailbox.clone();
        spawn_local(async move {
            if let Err(error) = JsFuture::from(promise).await
                && JsError::from(error).name == "NotAllowedError"
            {
                drop(mailbox.unbounded_send(Message::SoundBlocked));
            }
        });
    }

    /// Uses a loudspeaker; `None` is the browser's default. One that refuses says so in the mailbox.
    pub(crate) fn use_speaker(&self, speaker: Option<&str>) {
        let (element, mailbox) = (self.element.clone(), self.mailbox.clone());
        let speaker = speaker.map(str::to_owned);
        spawn_local(async move {
            let id = speaker.as_deref().unwrap_or_default();
            let Err(error) = set_sink(&element, id).await else {
                return;
            };
            report(&error.to_string());
            // Below the default there is nothing to fall back on.
            if let Some(id) = speaker {
                let problem = SpeakerProblem::of_exception(&error.name);
                drop(mailbox.unbounded_send(Message::Speaker(Input::Refused(id, problem))));
            }
        });
    }
}

impl Drop for Playback {
    fn drop(&mut self) {
        self.element.set_src_object(None);
    }
}

/// A short chime on a loudspeaker, until it is over or dropped.
#[derive(Debug)]
pub(crate) struct SpeakerTest {
    playback: Playback,
    _context: OwnedContext,
    _end: Timeout,
}

impl SpeakerTest {
    const TONES: [(f32, f64); 2] = [(523.25, 0.0), (659.25, 0.22)];
    /// How long each tone is, in seconds.
    const TONE: f64 = 0.2;
    const LASTS_MS: u32 = 1000;

    pub(crate) fn new(speaker: Option<&str>, mailbox: Mailbox) -> Result<Self, JsError> {
        let context = OwnedContext::new()?;
        let output = context.create_media_stream_destination()?;
        for (frequency, delay) in Self::TONES {
            let oscillator = context.create_oscillator()?;
            let gain = context.create_gain()?;
            oscillator.frequency().set_value(frequency);
            gain.gain().set_value(0.2);
            oscillator
                .connect_with_audio_node(&gain)?
                .connect_with_audio_node(&output)?;
            let start = context.current_time() + delay;
            oscillator.start_with_when(start)?;
            oscillator.stop_with_when(start + Self::TONE)?;
        }
        let playback = Playback::new(&output.stream(), speaker, mailbox.clone())?;
        let end = Timeout::new(Self::LASTS_MS, move || {
            drop(mailbox.unbounded_send(Message::SpeakerTested));
        });
        Ok(Self {
            playback,
            _context: context,
            _end: end,
        })
    }

    pub(crate) fn use_speaker(&self, speaker: Option<&str>) {
        self.playback.use_speaker(speaker);
    }
}

/// Tries whether a loudspeaker can be used, with an element that plays nothing.
pub(crate) fn try_speaker(speaker: String, mailbox: Mailbox) {
    spawn_local(async move {
        let outcome = match HtmlAudioElement::new() {
            Ok(element) => set_sink(&element, &speaker).await,
            Err(error) => Err(error.into()),
        };
        let input = match outcome {
            Ok(()) => Input::Ready(speaker),
            Err(error) => Input::Refused(speaker, SpeakerProblem::of_exception(&error.name)),
        };
        drop(mailbox.unbounded_send(Message::Speaker(input)));
    });
}

async fn set_sink(element: &HtmlMediaElement, id: &str) -> Result<(), JsError> {
    let asked = element.unchecked_ref::<MediaElementExt>().set_sink_id(id)?;
    JsFuture::from(asked).await?;
    Ok(())
}
