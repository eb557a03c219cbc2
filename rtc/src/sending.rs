//! What is asked of the encoder of a track.

use js_sys::Array;
use meeting::adaptation::{Bounds, Degradation, TrackSource};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{RtcRtpEncodingParameters, RtcRtpSender};

use crate::bindings::SenderExt;
use crate::error::{JsError, report};
use crate::object::{get, object, set};

/// Changes the parameters the browser handed out and gives them back
/// ([webrtc-pc §5.2](https://www.w3.org/TR/webrtc/#dom-rtcrtpsender-setparameters)).
pub(crate) fn limit(sender: &RtcRtpSender, source: TrackSource, bounds: Bounds) {
    let (parameters, encodings) = parameters_of(sender);
    for encoding in encodings.iter() {
        let encoding: &RtcRtpEncodingParameters = encoding.unchecked_ref();
        encoding.set_max_bitrate(bounds.max_bitrate);
        if source.is_video() {
            encoding.set_scale_resolution_down_by(bounds.scale_down_by);
            set(encoding, "maxFramerate", &bounds.max_framerate.into());
        }
    }
    if source.is_video() {
        let preference = match bounds.degradation {
            Degradation::MaintainFramerate => "maintain-framerate",
            Degradation::MaintainResolution => "maintain-resolution",
        };
        set(&parameters, "degradationPreference", &preference.into());
    }
    apply(sender, &parameters, &encodings, &JsValue::UNDEFINED);
}

/// Has the encoder begin anew with a
/// [key frame](https://www.w3.org/TR/webrtc-extensions/#rtcrtpsender-setparameters-keyframe). A
/// browser that does not know how ignores it, and sends one when the far end asks.
pub(crate) fn refresh_picture(sender: &RtcRtpSender) {
    let (parameters, encodings) = parameters_of(sender);
    let each: Array = encodings
        .iter()
        .map(|_| object([("keyFrame", true.into())]))
        .collect();
    let options = object([("encodingOptions", each.into())]);
    apply(sender, &parameters, &encodings, &options);
}

fn parameters_of(sender: &RtcRtpSender) -> (JsValue, Array) {
    let parameters = JsValue::from(sender.get_parameters());
    let encodings = Array::from(&get(&parameters, "encodings"));
    (parameters, encodings)
}

fn apply(sender: &RtcRtpSender, parameters: &JsValue, encodings: &Array, options: &JsValue) {
    if encodings.length() == 0 {
        // Nothing is negotiated yet; the bounds come once it is.
        return;
    }
    set(parameters, "encodings", encodings);
    let promise = sender
        .unchecked_ref::<SenderExt>()
        .set_parameters_with_options(parameters, options);
    spawn_local(async move {
        // A negotiation in between makes the parameters stale; it sets them again at its end.
        if let Err(error) = JsFuture::from(promise).await {
            report(&JsError::from(error).to_string());
        }
    });
}
