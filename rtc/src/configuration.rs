//! How a peer connection is to find its way.

use js_sys::Array;
use meeting::signaling::{IceServer, IceServers};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::RtcPeerConnection;

use crate::error::{JsError, report};
use crate::object::{object, set};

/// What this browser takes of a list. It makes no connection at all with a list in which it does
/// not take one URL, and browsers take different ones; so each is tried alone then.
pub(crate) fn usable(ice: IceServers) -> IceServers {
    // A browser that makes no connection in any case finds nothing wrong with the list.
    if try_out(&ice).is_ok() || try_out(&IceServers::default()).is_err() {
        return ice;
    }
    let servers = ice.servers.iter().filter_map(usable_urls);
    let usable = IceServers {
        servers: servers.collect(),
        ..ice
    };
    match try_out(&usable) {
        Ok(()) => usable,
        Err(error) => {
            report(&["no ICE server is used: ", &error.to_string()].concat());
            IceServers::default()
        }
    }
}

/// A server with the URLs that this browser takes; none where there are none.
fn usable_urls(server: &IceServer) -> Option<IceServer> {
    let alone = |url: &String| IceServer {
        urls: vec![url.clone()],
        ..server.clone()
    };
    let is_taken = |url: &String| {
        let servers = IceServers {
            servers: vec![alone(url)],
            ttl_ms: None,
        };
        let outcome = try_out(&servers);
        if let Err(error) = &outcome {
            report(&["left out ", url, ": ", &error.to_string()].concat());
        }
        outcome.is_ok()
    };
    let urls: Vec<_> = server
        .urls
        .iter()
        .filter(|url| is_taken(url))
        .cloned()
        .collect();
    (!urls.is_empty()).then(|| IceServer {
        urls,
        ..server.clone()
    })
}

/// Whether the browser makes a connection with these servers, and if not, why.
fn try_out(ice: &IceServers) -> Result<(), JsError> {
    let configuration = of(ice, false);
    RtcPeerConnection::new_with_configuration(configuration.unchecked_ref())?.close();
    Ok(())
}

/// An [`RTCConfiguration`](https://www.w3.org/TR/webrtc/#rtcconfiguration-dictionary). Where there
/// is no relay, nothing can be restricted to it: no connection could ever come up.
pub(crate) fn of(ice: &IceServers, relay_only: bool) -> JsValue {
    let relay_only = relay_only && ice.offer_relay();
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
