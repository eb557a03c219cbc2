//! How a peer connection is to find its way.

use js_sys::Array;
use meeting::signaling::IceServers;
use wasm_bindgen::JsValue;

use crate::object::{object, set};

/// An [`RTCConfiguration`](https://www.w3.org/TR/webrtc/#rtcconfiguration-dictionary).
pub(crate) fn of(ice: &IceServers, relay_only: bool) -> JsValue {
    let servers: Array = ice
        .servers
        .iter()
        .map(|server| {
            let urls: Array = server
                .urls
                .iter()
                .map(|url| JsValue::from(url.as_str()))
                .collect();
            let entry = object([("urls", urls.into())]);
            if let Some(username) = &server.username {
                set(&entry, "username", &username.into());
            }
            if let Some(credential) = &server.credential {
                set(&entry, "credential", &credential.into());
            }
            JsValue::from(entry)
        })
        .collect();
    object([
        ("iceServers", servers.into()),
        (
            "iceTransportPolicy",
            if relay_only { "relay" } else { "all" }.into(),
        ),
        ("bundlePolicy", "max-bundle".into()),
    ])
    .into()
}
