//! What web-sys lacks. Each function goes away when web-sys has it
//! (`web_sys_unstable_apis` is global to the build and changes stable signatures, so it stays off).

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// <https://fetch.spec.whatwg.org/#dom-global-fetch>
    pub(crate) fn fetch(url: &str, init: &JsValue) -> Promise;

    /// A peer connection with the methods web-sys leaves out.
    #[wasm_bindgen(extends = web_sys::RtcPeerConnection)]
    pub(crate) type PeerConnectionExt;

    /// <https://www.w3.org/TR/webrtc/#dom-rtcpeerconnection-restartice>
    #[wasm_bindgen(method, catch, structural, js_name = restartIce)]
    pub(crate) fn restart_ice(this: &PeerConnectionExt) -> Result<(), JsValue>;

    /// <https://www.w3.org/TR/webrtc/#dom-rtcpeerconnection-setconfiguration>
    #[wasm_bindgen(method, catch, structural, js_name = setConfiguration)]
    pub(crate) fn set_configuration_checked(
        this: &PeerConnectionExt,
        configuration: &JsValue,
    ) -> Result<(), JsValue>;

    /// <https://www.w3.org/TR/webrtc/#dom-peerconnection-addicecandidate>
    #[wasm_bindgen(method, structural, js_name = addIceCandidate)]
    pub(crate) fn add_candidate(this: &PeerConnectionExt, candidate: &JsValue) -> Promise;

    /// <https://www.w3.org/TR/webrtc/#dom-peerconnection-createdatachannel>
    #[wasm_bindgen(method, catch, structural, js_name = createDataChannel)]
    pub(crate) fn create_data_channel_checked(
        this: &PeerConnectionExt,
        label: &str,
        options: &JsValue,
    ) -> Result<web_sys::RtcDataChannel, JsValue>;

    /// A sender with the methods web-sys leaves out.
    #[wasm_bindgen(extends = web_sys::RtcRtpSender)]
    pub(crate) type SenderExt;

    /// <https://www.w3.org/TR/webrtc-extensions/#rtcrtpsender-setparameters-keyframe>
    #[wasm_bindgen(method, structural, js_name = setParameters)]
    pub(crate) fn set_parameters_with_options(
        this: &SenderExt,
        parameters: &JsValue,
        options: &JsValue,
    ) -> Promise;

    /// A receiver with the methods web-sys leaves out.
    #[wasm_bindgen(extends = web_sys::RtcRtpReceiver)]
    pub(crate) type ReceiverExt;

    /// <https://www.w3.org/TR/webrtc/#dom-rtcrtpreceiver-getsynchronizationsources>
    #[wasm_bindgen(method, catch, structural, js_name = getSynchronizationSources)]
    pub(crate) fn synchronization_sources(this: &ReceiverExt) -> Result<Array, JsValue>;

    /// A media element with the methods web-sys leaves out.
    #[wasm_bindgen(extends = web_sys::HtmlMediaElement)]
    pub(crate) type MediaElementExt;

    /// <https://www.w3.org/TR/audio-output/#dom-htmlmediaelement-setsinkid>
    #[wasm_bindgen(method, catch, structural, js_name = setSinkId)]
    pub(crate) fn set_sink_id(this: &MediaElementExt, id: &str) -> Result<Promise, JsValue>;

    /// A video element with the methods web-sys leaves out.
    #[wasm_bindgen(extends = web_sys::HtmlVideoElement)]
    pub(crate) type VideoElementExt;

    /// <https://wicg.github.io/video-rvfc/#dom-htmlvideoelement-requestvideoframecallback>
    #[wasm_bindgen(method, catch, structural, js_name = requestVideoFrameCallback)]
    pub(crate) fn request_video_frame_callback(
        this: &VideoElementExt,
        callback: &Function,
    ) -> Result<u32, JsValue>;

    /// A track with the attributes web-sys leaves out.
    #[wasm_bindgen(extends = web_sys::MediaStreamTrack)]
    pub(crate) type TrackExt;

    /// <https://www.w3.org/TR/mst-content-hint/#dom-mediastreamtrack-contenthint>
    #[wasm_bindgen(method, setter, structural, js_name = contentHint)]
    pub(crate) fn set_content_hint(this: &TrackExt, hint: &str);

    /// The person's decisions.
    pub(crate) type Permissions;

    /// <https://www.w3.org/TR/permissions/#dom-permissions-query>
    #[wasm_bindgen(method, structural)]
    pub(crate) fn query(this: &Permissions, descriptor: &JsValue) -> Promise;

    /// What asks to keep the screen awake.
    pub(crate) type WakeLockManager;

    /// <https://www.w3.org/TR/screen-wake-lock/#the-request-method>
    #[wasm_bindgen(method, structural)]
    pub(crate) fn request(this: &WakeLockManager, kind: &str) -> Promise;

    /// What keeps the screen awake.
    #[derive(Debug)]
    pub(crate) type WakeLockSentinel;

    /// <https://www.w3.org/TR/screen-wake-lock/#the-released-attribute>
    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn released(this: &WakeLockSentinel) -> bool;

    /// <https://www.w3.org/TR/screen-wake-lock/#the-release-method>
    #[wasm_bindgen(method, structural)]
    pub(crate) fn release(this: &WakeLockSentinel) -> Promise;

    /// What pages of one origin hold in turn.
    pub(crate) type LockManager;

    /// <https://www.w3.org/TR/web-locks/#api-lock-manager-request>
    #[wasm_bindgen(method, structural, js_name = request)]
    pub(crate) fn request_lock(
        this: &LockManager,
        name: &str,
        options: &JsValue,
        granted: &Function,
    ) -> Promise;

    /// <https://w3c.github.io/web-locks/#dom-lockmanager-request>
    #[wasm_bindgen(method, structural)]
    pub(crate) fn request(this: &LockManager, name: &str, callback: &Function) -> Promise;

    /// <https://w3c.github.io/web-locks/#dom-lockmanager-query>
    #[wasm_bindgen(method, structural)]
    pub(crate) fn query(this: &LockManager) -> Promise;

    /// A window with the methods web-sys leaves out.
    #[wasm_bindgen(extends = web_sys::Window)]
    pub(crate) type WindowExt;

    /// <https://wicg.github.io/file-system-access/#api-showsavefilepicker>
    #[wasm_bindgen(method, structural, js_name = showSaveFilePicker)]
    pub(crate) fn show_save_file_picker(this: &WindowExt, options: &JsValue) -> Promise;
}
