//! Asking the browser for the microphone, the camera and the screen.

use js_sys::Promise;
use meeting::adaptation::{CAMERA_FRAMERATE, CAMERA_HEIGHT, CAMERA_WIDTH};
use meeting::devices::{Capture, CaptureProblem, CaptureRequest, Choice, Device};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDevices, MediaStream, MediaStreamTrack};

use super::{LocalTrack, permissions};
use crate::error::JsError;
use crate::object::{has, object};
use crate::view::Support;

/// What the browser gave.
#[derive(Debug)]
pub(crate) struct Captured {
    pub(crate) track: LocalTrack,
    /// What is to be heard with a screen.
    pub(crate) sound: Option<LocalTrack>,
}

/// The answer to one request.
pub(crate) type Answer = (Device, Capture, Result<Captured, CaptureProblem>);

/// Asks the browser for these devices.
pub(crate) async fn capture(requests: Vec<CaptureRequest>) -> Vec<Answer> {
    let (mut microphone, mut camera) = (None, None);
    let mut answers = Vec::new();
    for request in requests {
        match request.device {
            Device::Microphone => microphone = Some(request),
            Device::Camera => camera = Some(request),
            Device::Screen => {
                answers.push((request.device, request.capture, display_media().await));
            }
        }
    }
    answers.extend(user_media(microphone, camera).await);
    answers
}

/// Asks for microphone and camera together, so that the person is asked once; if that fails, for
/// each alone, so that one that is broken or forbidden does not take the other with it.
async fn user_media(
    microphone: Option<CaptureRequest>,
    camera: Option<CaptureRequest>,
) -> Vec<Answer> {
    if let (Some(microphone), Some(camera)) = (&microphone, &camera) {
        match ask(Some(microphone), Some(camera)).await {
            Ok(stream) => {
                return vec![
                    answer(microphone, first_track(&stream.get_audio_tracks())),
                    answer(camera, first_track(&stream.get_video_tracks())),
                ];
            }
            Err(problem @ (CaptureProblem::Denied | CaptureProblem::Dismissed))
                if !permissions::one_is_denied().await =>
            {
                // The person said no to the one question there was, and is not asked again.
                return vec![
                    answer(microphone, Err(problem)),
                    answer(camera, Err(problem)),
                ];
            }
            Err(_) => {}
        }
    }
    let mut answers = Vec::new();
    if let Some(request) = microphone {
        let stream = ask(Some(&request), None).await;
        answers.push(answer(
            &request,
            stream.and_then(|it| first_track(&it.get_audio_tracks())),
        ));
    }
    if let Some(request) = camera {
        let stream = ask(None, Some(&request)).await;
        answers.push(answer(
            &request,
            stream.and_then(|it| first_track(&it.get_video_tracks())),
        ));
    }
    answers
}

fn answer(request: &CaptureRequest, captured: Result<Captured, CaptureProblem>) -> Answer {
    if let (Device::Camera, Ok(captured)) = (request.device, &captured) {
        captured.track.set_content_hint("motion");
    }
    (request.device, request.capture, captured)
}

/// Asks for a screen, a window or a tab, and for its sound where the browser offers it.
async fn display_media() -> Result<Captured, CaptureProblem> {
    let video = object([("frameRate", object([("max", 30.into())]).into())]);
    let audio = object([("restrictOwnAudio", true.into())]);
    let options = object([
        ("video", video.into()),
        ("audio", audio.into()),
        ("systemAudio", "include".into()),
        ("surfaceSwitching", "include".into()),
        ("selfBrowserSurface", "exclude".into()),
    ]);
    let asked = media_devices()?.get_display_media_with_constraints(options.unchecked_ref());
    let stream = stream_of(asked, Device::Screen).await?;
    // Whichever is taken gives itself back if the other is missing.
    let sound = first_track(&stream.get_audio_tracks())
        .ok()
        .map(|it| it.track);
    let screen = first_track(&stream.get_video_tracks())?.track;
    screen.set_content_hint("detail");
    Ok(Captured {
        track: screen,
        sound,
    })
}

/// What this page may do at all.
pub(crate) fn support() -> Support {
    let devices = media_devices().ok();
    let offers = |name| devices.as_ref().is_some_and(|devices| has(devices, name));
    let element = js_sys::global();
    let prototype = crate::object::get(
        &crate::object::get(&element, "HTMLMediaElement"),
        "prototype",
    );
    Support {
        user_media: offers("getUserMedia"),
        display_media: offers("getDisplayMedia"),
        speaker_choice: prototype.is_object() && has(&prototype, "setSinkId"),
        peer_connections: crate::object::get(&element, "RTCPeerConnection").is_function(),
        files: crate::files::are_supported(),
    }
}

/// The browser's devices, or why it offers none.
pub(crate) fn media_devices() -> Result<MediaDevices, CaptureProblem> {
    let window = web_sys::window().ok_or(CaptureProblem::Unsupported)?;
    let devices = crate::object::get(&window.navigator(), "mediaDevices");
    if devices.is_object() {
        return Ok(devices.unchecked_into());
    }
    let problem = if window.is_secure_context() {
        CaptureProblem::Unsupported
    } else {
        CaptureProblem::InsecureContext
    };
    Err(problem)
}

async fn ask(
    microphone: Option<&CaptureRequest>,
    camera: Option<&CaptureRequest>,
) -> Result<MediaStream, CaptureProblem> {
    let constraints = object([
        (
            "audio",
            microphone.map_or(JsValue::FALSE, microphone_constraints),
        ),
        ("video", camera.map_or(JsValue::FALSE, camera_constraints)),
    ]);
    let asked = media_devices()?.get_user_media_with_constraints(constraints.unchecked_ref());
    let device = microphone.or(camera);
    stream_of(asked, device.map_or(Device::Microphone, |it| it.device)).await
}

async fn stream_of(
    asked: Result<Promise, JsValue>,
    device: Device,
) -> Result<MediaStream, CaptureProblem> {
    let stream = match asked {
        Ok(promise) => JsFuture::from(promise).await,
        Err(error) => Err(error),
    };
    stream
        .map(JsCast::unchecked_into)
        .map_err(|error| problem_of(device, &error.into()))
}

fn microphone_constraints(request: &CaptureRequest) -> JsValue {
    let constraints = object([
        ("echoCancellation", true.into()),
        ("noiseSuppression", true.into()),
        ("autoGainControl", true.into()),
    ]);
    with_device(&constraints, request);
    constraints.into()
}

fn camera_constraints(request: &CaptureRequest) -> JsValue {
    let ideal = |value: u32| JsValue::from(object([("ideal", value.into())]));
    let constraints = object([
        ("width", ideal(CAMERA_WIDTH)),
        ("height", ideal(CAMERA_HEIGHT)),
        ("frameRate", ideal(CAMERA_FRAMERATE)),
    ]);
    with_device(&constraints, request);
    constraints.into()
}

fn with_device(constraints: &JsValue, request: &CaptureRequest) {
    let device = match &request.choice {
        Choice::Any => return,
        Choice::Preferred(id) => object([("ideal", id.into())]),
        Choice::Exactly(id) => object([("exact", id.into())]),
    };
    crate::object::set(constraints, "deviceId", &device);
}

fn first_track(tracks: &js_sys::Array) -> Result<Captured, CaptureProblem> {
    let track = tracks.get(0);
    if track.is_undefined() {
        return Err(CaptureProblem::NotFound);
    }
    let track: MediaStreamTrack = track.unchecked_into();
    let track = LocalTrack::new(track).map_err(|error| other(&error))?;
    Ok(Captured { track, sound: None })
}

/// What an error means; one that means nothing in particular is written down.
fn problem_of(device: Device, error: &JsError) -> CaptureProblem {
    match CaptureProblem::of_exception(device, &error.name, &error.message) {
        CaptureProblem::Other => other(error),
        problem => problem,
    }
}

fn other(error: &JsError) -> CaptureProblem {
    crate::error::report(&error.to_string());
    CaptureProblem::Other
}
