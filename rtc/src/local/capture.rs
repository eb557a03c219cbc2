//! Asking the browser for the microphone, the camera and the screen.

use js_sys::Promise;
use meeting::adaptation::{CAMERA_FRAMERATE, CAMERA_HEIGHT, CAMERA_WIDTH};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDevices, MediaStream, MediaStreamTrack};

use super::LocalTrack;
use crate::error::JsError;
use crate::object::{has, object};
use crate::view::{CaptureProblem, Support};

/// A device to ask for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choice {
    /// The device; `None` lets the browser choose.
    pub(crate) device: Option<String>,
}

/// What came of asking for one device.
pub(crate) type Capture = Result<LocalTrack, CaptureProblem>;

/// What came of asking for a microphone and a camera; `None` for what was not asked for.
#[derive(Debug, Default)]
pub(crate) struct UserMedia {
    pub(crate) microphone: Option<Capture>,
    pub(crate) camera: Option<Capture>,
}

/// What came of asking for a screen.
#[derive(Debug)]
pub(crate) struct DisplayMedia {
    pub(crate) screen: LocalTrack,
    pub(crate) sound: Option<LocalTrack>,
}

/// Asks for microphone and camera together, so that the person is asked once; if that fails, for
/// each alone, so that one that is broken does not take the other with it.
pub(crate) async fn user_media(microphone: Option<Choice>, camera: Option<Choice>) -> UserMedia {
    if let (Some(microphone), Some(camera)) = (&microphone, &camera)
        && let Ok(stream) = ask(Some(microphone), Some(camera)).await
    {
        return UserMedia {
            microphone: Some(first_track(&stream.get_audio_tracks())),
            camera: Some(first_track(&stream.get_video_tracks())),
        };
    }
    let mut media = UserMedia::default();
    if let Some(choice) = microphone {
        let stream = ask(Some(&choice), None).await;
        media.microphone = Some(stream.and_then(|it| first_track(&it.get_audio_tracks())));
    }
    if let Some(choice) = camera {
        let stream = ask(None, Some(&choice)).await;
        media.camera = Some(stream.and_then(|it| first_track(&it.get_video_tracks())));
    }
    media
}

/// Asks for a screen, a window or a tab, and for its sound where the browser offers it.
pub(crate) async fn display_media() -> Result<DisplayMedia, CaptureProblem> {
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
    let stream = stream_of(asked).await?;
    let screen = first_track(&stream.get_video_tracks())?;
    screen.set_content_hint("detail");
    let sound = first_track(&stream.get_audio_tracks()).ok();
    Ok(DisplayMedia { screen, sound })
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
    microphone: Option<&Choice>,
    camera: Option<&Choice>,
) -> Result<MediaStream, CaptureProblem> {
    let constraints = object([
        (
            "audio",
            microphone.map_or(JsValue::FALSE, microphone_constraints),
        ),
        ("video", camera.map_or(JsValue::FALSE, camera_constraints)),
    ]);
    let asked = media_devices()?.get_user_media_with_constraints(constraints.unchecked_ref());
    stream_of(asked).await
}

async fn stream_of(asked: Result<Promise, JsValue>) -> Result<MediaStream, CaptureProblem> {
    let stream = match asked {
        Ok(promise) => JsFuture::from(promise).await,
        Err(error) => Err(error),
    };
    stream
        .map(JsCast::unchecked_into)
        .map_err(|error| problem_of(&error.into()))
}

fn microphone_constraints(choice: &Choice) -> JsValue {
    let constraints = object([
        ("echoCancellation", true.into()),
        ("noiseSuppression", true.into()),
        ("autoGainControl", true.into()),
    ]);
    with_device(&constraints, choice);
    constraints.into()
}

fn camera_constraints(choice: &Choice) -> JsValue {
    let ideal = |value: u32| JsValue::from(object([("ideal", value.into())]));
    let constraints = object([
        ("width", ideal(CAMERA_WIDTH)),
        ("height", ideal(CAMERA_HEIGHT)),
        ("frameRate", ideal(CAMERA_FRAMERATE)),
    ]);
    with_device(&constraints, choice);
    constraints.into()
}

fn with_device(constraints: &JsValue, choice: &Choice) {
    if let Some(device) = &choice.device {
        let exact = object([("exact", device.into())]);
        crate::object::set(constraints, "deviceId", &exact);
    }
}

fn first_track(tracks: &js_sys::Array) -> Capture {
    let track = tracks.get(0);
    if track.is_undefined() {
        return Err(CaptureProblem::NotFound);
    }
    let track: MediaStreamTrack = track.unchecked_into();
    LocalTrack::new(track).map_err(|error| problem_of(&error))
}

/// What a [`getUserMedia`](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia)
/// error means.
fn problem_of(error: &JsError) -> CaptureProblem {
    match error.name.as_str() {
        "NotAllowedError" | "SecurityError" => CaptureProblem::Denied,
        "NotFoundError" => CaptureProblem::NotFound,
        "NotReadableError" | "AbortError" => CaptureProblem::InUse,
        "OverconstrainedError" => CaptureProblem::Overconstrained,
        "NotSupportedError" | "TypeError" => CaptureProblem::Unsupported,
        _ => {
            crate::error::report(&error.to_string());
            CaptureProblem::Other
        }
    }
}
