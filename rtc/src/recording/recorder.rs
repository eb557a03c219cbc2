//! The browser's recorder ([MediaStream Recording](https://www.w3.org/TR/mediastream-recording/)).

use std::time::Duration;

use futures::channel::mpsc::UnboundedSender;
use meeting::recording::session::{Input, Problem};
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobEvent, MediaRecorder, MediaRecorderOptions, MediaStream};

use super::format::Format;
use crate::clock;
use crate::error::{JsError, report};
use crate::listener::Listener;
use crate::message::{Mailbox, Message};
use crate::object::set;

/// How long a part is, in milliseconds: so much is lost when the page goes.
const PART_MS: i32 = 1000;
/// Bits in each second of video, and of sound. At 2.5 Mbit/s a screen can be read, and an hour is a
/// gigabyte.
const VIDEO_BITS: u32 = 2_500_000;
const AUDIO_BITS: u32 = 96_000;
/// Players can begin where there is a key frame, so there is one in so many milliseconds. A browser
/// that does not know this decides itself.
const KEY_FRAME_MS: u32 = 4000;

/// What the recorder gives.
#[derive(Debug)]
pub(super) enum RecorderEvent {
    /// A part, and how long after the beginning it ends.
    Part(Duration, Blob),
    /// Nothing more.
    Stopped,
}

/// A recorder at work.
#[derive(Debug)]
pub(super) struct Recorder {
    recorder: MediaRecorder,
    _listeners: [Listener; 3],
}

impl Recorder {
    /// Begins to record a stream. The driver hears of each part at once, whenever it may be stored.
    pub(super) fn begin(
        stream: &MediaStream,
        format: &Format,
        events: UnboundedSender<RecorderEvent>,
        mailbox: Mailbox,
    ) -> Result<Self, JsError> {
        let options = options(format);
        let recorder =
            MediaRecorder::new_with_media_stream_and_media_recorder_options(stream, &options)?;
        let (parts, errors) = (events.clone(), mailbox.clone());
        let began = clock::now();
        let listeners = [
            Listener::new(&recorder, "dataavailable", move |event| {
                let part = event.unchecked_ref::<BlobEvent>().data();
                let Some((part, bytes)) = part.and_then(with_size) else {
                    return;
                };
                let until = clock::now().since(began);
                let recorded = Message::Recording(Input::Recorded(until, bytes));
                drop(mailbox.unbounded_send(recorded));
                drop(parts.unbounded_send(RecorderEvent::Part(until, part)));
            }),
            Listener::new(&recorder, "error", move |_| {
                report("the recorder failed");
                let failed = Message::Recording(Input::Failed(Problem::Recorder));
                drop(errors.unbounded_send(failed));
            }),
            Listener::new(&recorder, "stop", move |_| {
                drop(events.unbounded_send(RecorderEvent::Stopped));
            }),
        ];
        recorder.start_with_time_slice(PART_MS)?;
        Ok(Self {
            recorder,
            _listeners: listeners,
        })
    }

    /// Has it give what it still has, and stop.
    pub(super) fn stop(&self) {
        // One that has stopped already says so.
        drop(self.recorder.stop());
    }
}

fn options(format: &Format) -> MediaRecorderOptions {
    let options = MediaRecorderOptions::new();
    options.set_mime_type(format.mime);
    options.set_audio_bits_per_second(AUDIO_BITS);
    if format.has_video {
        options.set_video_bits_per_second(VIDEO_BITS);
        set(
            &options,
            "videoKeyFrameIntervalDuration",
            &KEY_FRAME_MS.into(),
        );
    }
    options
}

/// A part with its size in bytes, unless there is nothing in it.
fn with_size(part: Blob) -> Option<(Blob, u64)> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size, far below 2^53"
    )]
    let bytes = part.size() as u64;
    (bytes > 0).then_some((part, bytes))
}
