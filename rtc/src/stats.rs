//! Numbers out of [`getStats`](https://www.w3.org/TR/webrtc-stats/).

use js_sys::Map;
use meeting::adaptation::TrackSource;
use meeting::liveness::{Packets, Traffic};
use wasm_bindgen::{JsCast, JsValue};

use crate::object::get;

/// What crossed a connection so far. `mids` are the media ids of its places, of which each source has
/// one.
pub(crate) fn traffic(report: &JsValue, mids: &[Option<String>]) -> Traffic {
    let mut traffic = Traffic::default();
    report
        .unchecked_ref::<Map>()
        .for_each(
            &mut |entry, _| match get(&entry, "type").as_string().as_deref() {
                Some("candidate-pair") => traffic.bytes_received += count(&entry, "bytesReceived"),
                Some("inbound-rtp") => {
                    let packets = count(&entry, "packetsReceived");
                    add(&mut traffic.received, mids, &entry, packets);
                }
                Some("outbound-rtp") => {
                    let packets = count(&entry, "packetsSent");
                    add(&mut traffic.sent, mids, &entry, packets);
                }
                _ => {}
            },
        );
    traffic
}

/// Counts the packets of an entry for its source.
fn add(to: &mut Packets, mids: &[Option<String>], entry: &JsValue, packets: u64) {
    match source(mids, entry) {
        Some(TrackSource::Microphone) => to.microphone += packets,
        Some(TrackSource::Camera) => to.camera += packets,
        Some(TrackSource::Screen) => to.screen += packets,
        Some(TrackSource::ScreenAudio) | None => {}
    }
}

/// The source with the media id of an entry. Some browsers do not say it; a
/// sound is then taken for a voice and a picture for a face, lest a call pass for silent.
fn source(mids: &[Option<String>], entry: &JsValue) -> Option<TrackSource> {
    let mid = get(entry, "mid").as_string();
    if mid.is_some() {
        let index = mids.iter().position(|it| *it == mid)?;
        return TrackSource::ALL.get(index).copied();
    }
    match get(entry, "kind").as_string().as_deref() {
        Some("audio") => Some(TrackSource::Microphone),
        Some("video") => Some(TrackSource::Camera),
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count, far below 2^53"
)]
fn count(entry: &JsValue, name: &str) -> u64 {
    get(entry, name).as_f64().unwrap_or_default() as u64
}
