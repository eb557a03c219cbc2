//! What happens to a connection goes into the driver's mailbox.

use std::rc::Rc;

use meeting::client::ConnectionEvent;
use meeting::delivery::Candidate;
use meeting::negotiation::Input;
use meeting::recovery::TransportState;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, RtcPeerConnectionIceEvent, RtcPeerConnectionState};

use super::PeerConnection;
use crate::listener::Listener;
use crate::object::get;

impl PeerConnection {
    pub(super) fn listen(self: &Rc<Self>) {
        self.on(&self.inner, "negotiationneeded", |connection, _| {
            connection.report_event(ConnectionEvent::Negotiation(Input::NegotiationNeeded));
        });
        self.on(&self.inner, "icecandidate", |connection, event| {
            connection.on_candidate(&event);
        });
        self.on(&self.inner, "connectionstatechange", |connection, _| {
            let state = transport_state(connection.inner.connection_state());
            connection.report_event(ConnectionEvent::Transport(state));
        });
        self.on(&self.channel, "open", |connection, _| {
            connection.report_event(ConnectionEvent::ChannelOpened);
        });
        self.on(&self.channel, "close", |connection, _| {
            connection.report_event(ConnectionEvent::ChannelClosed);
        });
        self.on(&self.channel, "message", |connection, event| {
            connection.receive(event.unchecked_into::<MessageEvent>().data());
        });
    }

    /// Listens for as long as the connection lives.
    pub(super) fn on(
        self: &Rc<Self>,
        target: &web_sys::EventTarget,
        event: &'static str,
        map: fn(&Self, web_sys::Event),
    ) {
        let connection = Rc::downgrade(self);
        let listener = Listener::new(target, event, move |event| {
            if let Some(connection) = connection.upgrade() {
                map(&connection, event);
            }
        });
        self.listeners.borrow_mut().push(listener);
    }

    fn on_candidate(&self, event: &web_sys::Event) {
        let event: &RtcPeerConnectionIceEvent = event.unchecked_ref();
        let candidate = event
            .candidate()
            .map(|found| read_candidate(&found.to_json()));
        let input = match candidate.filter(|it| !it.candidate.is_empty()) {
            Some(candidate) => Input::LocalCandidate(candidate),
            None => Input::LocalCandidatesEnd,
        };
        self.report_event(ConnectionEvent::Negotiation(input));
    }
}

/// What [`toJSON`](https://www.w3.org/TR/webrtc/#dom-rtcicecandidate-tojson) gives.
fn read_candidate(json: &JsValue) -> Candidate {
    Candidate {
        candidate: get(json, "candidate").as_string().unwrap_or_default(),
        sdp_mid: get(json, "sdpMid").as_string(),
        sdp_m_line_index: get(json, "sdpMLineIndex")
            .as_f64()
            .map(|index| index as u16),
        username_fragment: get(json, "usernameFragment").as_string(),
    }
}

const fn transport_state(state: RtcPeerConnectionState) -> TransportState {
    match state {
        RtcPeerConnectionState::New => TransportState::New,
        RtcPeerConnectionState::Connected => TransportState::Connected,
        RtcPeerConnectionState::Disconnected => TransportState::Disconnected,
        RtcPeerConnectionState::Failed => TransportState::Failed,
        RtcPeerConnectionState::Closed => TransportState::Closed,
        _ => TransportState::Connecting,
    }
}
