//! Capturing with the browser's fake devices.

use meeting::devices::{CaptureProblem, CaptureRequest, Choice, Device, Devices, Output, Start};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::MediaStreamTrackState;

use crate::local::capture::{self, Captured, capture};
use crate::local::devices;

/// What somebody who comes with everything on asks for: microphone, then camera.
fn requests() -> Vec<CaptureRequest> {
    match Devices::begin(&Start::any(true), &Start::any(true)).poll_output() {
        Some(Output::Ask(requests)) => requests,
        other => panic!("nothing was asked: {other:?}"),
    }
}

async fn captured(
    requests: Vec<CaptureRequest>,
) -> Vec<(Device, Result<Captured, CaptureProblem>)> {
    let answers = capture(requests).await.into_iter();
    answers
        .map(|(device, _, captured)| (device, captured))
        .collect()
}

#[wasm_bindgen_test]
async fn microphone_and_camera_are_captured_together() {
    for (device, captured) in captured(requests()).await {
        let kind = if device == Device::Camera {
            "video"
        } else {
            "audio"
        };
        let track = captured.unwrap().track;
        assert_eq!(track.track().kind(), kind);
        assert!(track.device().is_some());
    }
}

#[wasm_bindgen_test]
async fn a_device_that_is_not_there_does_not_take_the_other_with_it() {
    let mut requests = requests();
    requests[1].choice = Choice::Exactly("no such camera".to_owned());
    let answers = captured(requests).await;
    assert!(answers[0].1.is_ok());
    assert_eq!(
        answers[1].1.as_ref().unwrap_err(),
        &CaptureProblem::Overconstrained
    );
}

#[wasm_bindgen_test]
async fn a_track_that_nobody_needs_gives_its_device_back() {
    let (_, camera) = captured(requests().split_off(1)).await.remove(0);
    let camera = camera.unwrap().track;
    let track = Clone::clone(camera.track());
    assert_eq!(track.ready_state(), MediaStreamTrackState::Live);
    drop(camera);
    assert_eq!(track.ready_state(), MediaStreamTrackState::Ended);
}

#[wasm_bindgen_test]
async fn the_devices_have_names_once_one_was_captured() {
    let _captured = captured(requests()).await;
    let devices = devices::list().await;
    assert!(!devices.microphones.is_empty());
    assert!(
        devices
            .microphones
            .iter()
            .all(|device| !device.label.is_empty())
    );
}

#[wasm_bindgen_test]
fn a_browser_of_today_can_do_everything() {
    let support = capture::support();
    assert!(support.user_media && support.display_media && support.speaker_choice);
}
