//! One `RTCPeerConnection`: the browser calls of the negotiation, the four transceivers, and
//! the data channels.

mod channel;
mod events;
mod file_channel;
mod pause;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use js_sys::Promise;
use meeting::adaptation::{Bounds, TrackSource};
use meeting::client::{ConnectionEvent, ConnectionKey, Place};
use meeting::delivery::{Candidate, SdpType};
use meeting::negotiation::{Input, Operation, Output, SignalingState};
use meeting::signaling::IceServers;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    MediaStream, MediaStreamTrack, RtcDataChannel, RtcDataChannelInit, RtcPeerConnection,
    RtcRtpTransceiver, RtcRtpTransceiverDirection, RtcRtpTransceiverInit, RtcSdpType,
    RtcSessionDescriptionInit, RtcSignalingState,
};

use crate::bindings::{PeerConnectionExt, ReceiverExt};
use crate::configuration;
use crate::error::{JsError, report};
use crate::listener::Listener;
use crate::message::{Mailbox, Message};
use crate::object::{get, object, set};
use crate::sending;
use crate::stats;

/// Both ends make the channel themselves, under this stream id.
const CHANNEL_ID: u16 = 0;
/// How long a connection that is given up may take to send what was said on it.
const LAST_WORDS_MS: u32 = 300;

/// The transceiver of one source.
#[derive(Debug)]
struct Transceiver {
    inner: RtcRtpTransceiver,
    /// What it receives, for an element.
    stream: MediaStream,
}

/// One `RTCPeerConnection`. Dropping it closes the connection.
#[derive(Debug)]
pub(crate) struct PeerConnection {
    key: ConnectionKey,
    inner: RtcPeerConnection,
    channel: RtcDataChannel,
    /// Made once both ends can take files.
    file_channel: RefCell<Option<RtcDataChannel>>,
    transceivers: RefCell<Vec<Transceiver>>,
    /// What is sent, by source; put in as soon as the transceiver exists.
    sent: RefCell<[Option<MediaStreamTrack>; TrackSource::ALL.len()]>,
    /// Whether the browser was asked for statistics and has not answered.
    sampling: Cell<bool>,
    /// While the data channel is not read: the newest of what came meanwhile.
    unread: RefCell<Option<VecDeque<JsValue>>>,
    mailbox: Mailbox,
    listeners: RefCell<Vec<Listener>>,
}

impl PeerConnection {
    /// Makes a connection. The end that `offers` makes the transceivers; the other finds them in the
    /// first offer.
    pub(crate) fn new(
        key: ConnectionKey,
        offers: bool,
        ice: &IceServers,
        relay_only: bool,
        mailbox: Mailbox,
    ) -> Result<Rc<Self>, JsError> {
        let configuration = configuration::of(ice, relay_only);
        let inner = RtcPeerConnection::new_with_configuration(configuration.unchecked_ref())?;
        let options = RtcDataChannelInit::new();
        options.set_negotiated(true);
        options.set_id(CHANNEL_ID);
        let channel = inner.create_data_channel_with_data_channel_dict("conversation", &options);
        let connection = Rc::new(Self {
            key,
            inner,
            channel,
            file_channel: RefCell::default(),
            transceivers: RefCell::default(),
            sent: RefCell::default(),
            sampling: Cell::default(),
            unread: RefCell::default(),
            mailbox,
            listeners: RefCell::default(),
        });
        connection.listen();
        if offers {
            connection.add_transceivers()?;
        }
        Ok(connection)
    }

    pub(crate) fn signaling_state(&self) -> SignalingState {
        match self.inner.signaling_state() {
            RtcSignalingState::Stable => SignalingState::Stable,
            RtcSignalingState::HaveLocalOffer => SignalingState::HaveLocalOffer,
            RtcSignalingState::HaveRemoteOffer => SignalingState::HaveRemoteOffer,
            RtcSignalingState::Closed => SignalingState::Closed,
            _ => SignalingState::Provisional,
        }
    }

    /// Starts a browser call of the negotiation. Its completion comes through the mailbox.
    pub(crate) fn perform(self: &Rc<Self>, output: Output) {
        match output {
            Output::CreateOffer(operation) => self.create(operation, self.inner.create_offer()),
            Output::CreateAnswer(operation) => self.create(operation, self.inner.create_answer()),
            Output::SetLocal(operation, sdp_type, sdp) => {
                let description = description(sdp_type, &sdp);
                self.apply(operation, self.inner.set_local_description(&description));
            }
            Output::SetRemote(operation, sdp_type, sdp) => {
                let description = description(sdp_type, &sdp);
                self.apply(operation, self.inner.set_remote_description(&description));
            }
            Output::AddCandidate(candidate) => self.add_candidate(candidate),
            // The session deals with these itself.
            Output::Send(_) | Output::Broken => {}
        }
    }

    pub(crate) fn restart_ice(&self) {
        if let Err(error) = self
            .inner
            .unchecked_ref::<PeerConnectionExt>()
            .restart_ice()
        {
            report(&JsError::from(error).to_string());
        }
    }

    /// New credentials, for the next time candidates are gathered.
    pub(crate) fn use_ice_servers(&self, ice: &IceServers) {
        let policy = get(&self.configuration(), "iceTransportPolicy");
        let relay_only = policy.as_string().as_deref() == Some("relay");
        let configuration = configuration::of(ice, relay_only);
        let inner = self.inner.unchecked_ref::<PeerConnectionExt>();
        if let Err(error) = inner.set_configuration_checked(&configuration) {
            report(&JsError::from(error).to_string());
        }
    }

    /// The [`RTCConfiguration`](https://www.w3.org/TR/webrtc/#rtcconfiguration-dictionary) in use.
    pub(crate) fn configuration(&self) -> JsValue {
        self.inner.get_configuration().into()
    }

    /// Sends a track of this source, or nothing. Never negotiates.
    pub(crate) fn send_track(&self, source: TrackSource, track: Option<&MediaStreamTrack>) {
        if let Some(sent) = self.sent.borrow_mut().get_mut(source as usize) {
            *sent = track.cloned();
        }
        if let Some(transceiver) = self.transceivers.borrow().get(source as usize) {
            replace_track(&transceiver.inner, track);
        }
    }

    /// What arrives from the far end at a place, once its transceiver is there.
    pub(crate) fn received(&self, place: Place) -> Option<MediaStream> {
        // A reference to the same stream; the browser's own `clone` would make another one.
        self.transceivers
            .borrow()
            .get(place.index())
            .map(|transceiver| Clone::clone(&transceiver.stream))
    }

    /// How loud what arrives at a place is, 0 to 1, by the level in its packets of the last moment.
    pub(crate) fn loudness(&self, place: Place) -> f32 {
        let transceivers = self.transceivers.borrow();
        let Some(transceiver) = transceivers.get(place.index()) else {
            return 0.0;
        };
        let receiver = transceiver.inner.receiver();
        let Ok(sources) = receiver
            .unchecked_ref::<ReceiverExt>()
            .synchronization_sources()
        else {
            return 0.0;
        };
        #[expect(clippy::cast_possible_truncation, reason = "a level between 0 and 1")]
        let level = get(&sources.get(0), "audioLevel")
            .as_f64()
            .unwrap_or_default() as f32;
        level
    }

    /// Sets what a track may cost on this link.
    pub(crate) fn limit(&self, source: TrackSource, bounds: Bounds) {
        if let Some(transceiver) = self.transceivers.borrow().get(source as usize) {
            sending::limit(&transceiver.inner.sender(), source, bounds);
        }
    }

    /// Sends pictures next that do not build on earlier ones.
    pub(crate) fn refresh_picture(&self) {
        let transceivers = self.transceivers.borrow();
        for (_, transceiver) in
            (TrackSource::ALL.iter().zip(transceivers.iter())).filter(|(it, _)| it.is_video())
        {
            sending::refresh_picture(&transceiver.inner.sender());
        }
    }

    /// Asks for the statistics; what crossed the connection comes through the mailbox.
    /// A browser that has not answered yet is not asked again: two answers at once would look like
    /// a moment in which nothing came.
    pub(crate) fn sample(self: &Rc<Self>) {
        if self.sampling.replace(true) {
            return;
        }
        let transceivers = self.transceivers.borrow();
        let mids: Vec<_> = transceivers.iter().map(|it| it.inner.mid()).collect();
        let (connection, promise) = (Rc::downgrade(self), self.inner.get_stats());
        spawn_local(async move {
            let report = JsFuture::from(promise).await;
            let Some(connection) = connection.upgrade() else {
                return;
            };
            connection.sampling.set(false);
            if let Ok(report) = report {
                connection.report_event(ConnectionEvent::Traffic(stats::traffic(&report, &mids)));
            }
        });
    }

    /// Ends the connection now, though calls that are under way may still hold it.
    fn close(&self) {
        self.listeners.borrow_mut().clear();
        self.inner.close();
    }

    /// Ends the connection as soon as what was sent last is on its way: closing it at once would
    /// lose a `bye`.
    pub(crate) fn retire(self: Rc<Self>) {
        self.listeners.borrow_mut().clear();
        for source in TrackSource::ALL {
            self.send_track(source, None);
        }
        spawn_local(async move {
            TimeoutFuture::new(LAST_WORDS_MS).await;
            self.close();
        });
    }

    fn add_transceivers(&self) -> Result<(), JsError> {
        for source in TrackSource::ALL {
            let kind = if source.is_video() { "video" } else { "audio" };
            let init = RtcRtpTransceiverInit::new();
            init.set_direction(RtcRtpTransceiverDirection::Sendrecv);
            let transceiver = self.inner.add_transceiver_with_str_and_init(kind, &init);
            self.transceivers
                .borrow_mut()
                .push(Transceiver::new(transceiver)?);
        }
        Ok(())
    }

    /// After the first offer: takes the transceivers that it made, in their order.
    fn find_transceivers(&self) -> Result<(), JsError> {
        if !self.transceivers.borrow().is_empty() {
            return Ok(());
        }
        for (source, transceiver) in TrackSource::ALL.iter().zip(self.inner.get_transceivers()) {
            let transceiver: RtcRtpTransceiver = transceiver.unchecked_into();
            transceiver.set_direction(RtcRtpTransceiverDirection::Sendrecv);
            if let Some(Some(track)) = self.sent.borrow().get(*source as usize) {
                replace_track(&transceiver, Some(track));
            }
            self.transceivers
                .borrow_mut()
                .push(Transceiver::new(transceiver)?);
        }
        Ok(())
    }

    fn create(self: &Rc<Self>, operation: Operation, promise: Promise) {
        let connection = Rc::clone(self);
        spawn_local(async move {
            let input = match JsFuture::from(promise).await {
                Ok(created) => {
                    let sdp = get(&created, "sdp").as_string().unwrap_or_default();
                    Input::Created(operation, sdp)
                }
                Err(error) => failed(operation, error),
            };
            connection.report_event(ConnectionEvent::Negotiation(input));
        });
    }

    fn apply(self: &Rc<Self>, operation: Operation, promise: Promise) {
        let connection = Rc::clone(self);
        spawn_local(async move {
            let applied = JsFuture::from(promise).await.map_err(JsError::from);
            let input = match applied.and_then(|_| connection.after_description()) {
                Ok(()) => Input::Applied(operation),
                Err(error) => {
                    report(&error.to_string());
                    Input::Failed(operation)
                }
            };
            connection.report_event(ConnectionEvent::Negotiation(input));
        });
    }

    fn after_description(&self) -> Result<(), JsError> {
        self.find_transceivers()?;
        drop(self.mailbox.unbounded_send(Message::TransceiversReady));
        Ok(())
    }

    fn add_candidate(&self, candidate: Option<Candidate>) {
        let init = candidate.map_or_else(
            || object([("candidate", "".into())]),
            |candidate| {
                let init = object([("candidate", candidate.candidate.into())]);
                set(&init, "sdpMid", &candidate.sdp_mid.into());
                set(&init, "sdpMLineIndex", &candidate.sdp_m_line_index.into());
                set(
                    &init,
                    "usernameFragment",
                    &candidate.username_fragment.into(),
                );
                init
            },
        );
        let promise = self
            .inner
            .unchecked_ref::<PeerConnectionExt>()
            .add_candidate(&init);
        spawn_local(async move {
            // One candidate less: the others may do, and the recovery watches over the whole.
            if let Err(error) = JsFuture::from(promise).await {
                report(&JsError::from(error).to_string());
            }
        });
    }

    fn report_event(&self, event: ConnectionEvent) {
        // The driver is gone only when the call is over.
        drop(
            self.mailbox
                .unbounded_send(Message::Connection(self.key, event)),
        );
    }
}

impl Drop for PeerConnection {
    fn drop(&mut self) {
        self.close();
    }
}

impl Transceiver {
    fn new(transceiver: RtcRtpTransceiver) -> Result<Self, JsError> {
        let stream = MediaStream::new()?;
        stream.add_track(&transceiver.receiver().track());
        Ok(Self {
            inner: transceiver,
            stream,
        })
    }
}

fn failed(operation: Operation, error: JsValue) -> Input {
    report(&JsError::from(error).to_string());
    Input::Failed(operation)
}

fn description(sdp_type: SdpType, sdp: &str) -> RtcSessionDescriptionInit {
    let description = RtcSessionDescriptionInit::new(match sdp_type {
        SdpType::Offer => RtcSdpType::Offer,
        SdpType::Answer => RtcSdpType::Answer,
    });
    description.set_sdp(sdp);
    description
}

fn replace_track(transceiver: &RtcRtpTransceiver, track: Option<&MediaStreamTrack>) {
    let promise = transceiver.sender().replace_track(track);
    spawn_local(async move {
        // It fails only on a closed connection.
        if let Err(error) = JsFuture::from(promise).await {
            report(&JsError::from(error).to_string());
        }
    });
}
