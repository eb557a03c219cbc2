//! Two peer connections in one page, each with the negotiation of a real call.

use std::rc::Rc;

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use futures::future::{Either, select};
use js_sys::Uint8Array;
use meeting::adaptation::TrackSource;
use meeting::client::{ConnectionEvent, ConnectionKey, Place};
use meeting::devices::{Device, Devices, Output as Wanted, Start};
use meeting::limits;
use meeting::negotiation::{Input, Negotiation, Output};
use meeting::recovery::TransportState;
use meeting::signaling::IceServers;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::local::LocalTrack;
use crate::local::capture::capture;
use crate::message::Message;
use crate::peer_connection::PeerConnection;

#[derive(Debug, PartialEq, Eq)]
enum Channel {
    Opening,
    Open,
    Closed,
}

/// One end: the browser's object and the negotiation that drives it.
struct End {
    connection: Rc<PeerConnection>,
    negotiation: Negotiation,
    messages: UnboundedReceiver<Message>,
    connected: bool,
    channel: Channel,
    heard: Vec<String>,
}

impl End {
    fn new(polite: bool) -> Self {
        let (mailbox, messages) = unbounded();
        let key = ConnectionKey::default();
        let ice = IceServers::default();
        Self {
            connection: PeerConnection::new(key, !polite, &ice, false, mailbox).unwrap(),
            negotiation: Negotiation::new(polite),
            messages,
            connected: false,
            channel: Channel::Opening,
            heard: Vec::new(),
        }
    }

    fn can_talk(&self) -> bool {
        self.connected && self.channel == Channel::Open
    }

    /// Takes one message; what is for the far end goes straight into its negotiation.
    fn handle(&mut self, message: Message, far: &mut Self) {
        let Message::Connection(_, event) = message else {
            return;
        };
        match event {
            ConnectionEvent::Negotiation(input) => self.feed(input, far),
            ConnectionEvent::Transport(state) => {
                self.connected |= state == TransportState::Connected;
            }
            ConnectionEvent::ChannelOpened => self.channel = Channel::Open,
            ConnectionEvent::ChannelClosed => self.channel = Channel::Closed,
            ConnectionEvent::ChannelMessage(text) => self.heard.push(text),
            ConnectionEvent::Unmade => panic!("the browser would not make the connection"),
            ConnectionEvent::Traffic(_)
            | ConnectionEvent::FileChannelOpened
            | ConnectionEvent::FileChannelClosed
            | ConnectionEvent::FileMessage(_)
            | ConnectionEvent::FileBufferLow => {}
        }
    }

    fn feed(&mut self, input: Input, far: &mut Self) {
        self.negotiation
            .handle(input, self.connection.signaling_state());
        while let Some(output) = self.negotiation.poll_output() {
            match output {
                Output::Send(signal) => far.feed(Input::Remote(signal), self),
                Output::Broken => panic!("the negotiation broke"),
                output => self.connection.perform(output),
            }
        }
    }
}

async fn camera() -> LocalTrack {
    let Some(Wanted::Ask(mut requests)) =
        Devices::begin(&Start::any(false), &Start::any(true)).poll_output()
    else {
        panic!("no camera was asked for");
    };
    requests.retain(|request| request.device == Device::Camera);
    let (_, _, captured) = capture(requests).await.remove(0);
    captured.unwrap().track
}

/// Lets both ends go on until `done`.
async fn until(ada: &mut End, ben: &mut End, done: impl Fn(&End, &End) -> bool) {
    while !done(ada, ben) {
        match select(ada.messages.next(), ben.messages.next()).await {
            Either::Left((message, _)) => ada.handle(message.unwrap(), ben),
            Either::Right((message, _)) => ben.handle(message.unwrap(), ada),
        }
    }
}

#[wasm_bindgen_test]
async fn two_ends_connect_and_talk() {
    let (mut ada, mut ben) = (End::new(true), End::new(false));
    until(&mut ada, &mut ben, |ada, ben| {
        ada.can_talk() && ben.can_talk()
    })
    .await;
    ada.connection.send("hello");
    ben.connection.send("good day");
    until(&mut ada, &mut ben, |ada, ben| {
        !ada.heard.is_empty() && !ben.heard.is_empty()
    })
    .await;
    assert_eq!(ada.heard, ["good day"]);
    assert_eq!(ben.heard, ["hello"]);
}

#[wasm_bindgen_test]
async fn of_what_comes_while_a_channel_is_not_read_the_newest_is_read_afterwards() {
    let (mut ada, mut ben) = (End::new(true), End::new(false));
    let numbers = |first: u32| (first..100).map(|it| it.to_string());
    ben.connection.pause_reading();
    for number in numbers(0) {
        ben.connection.receive(number.into());
    }
    assert_eq!(ben.messages.try_recv().ok().map(|_| ()), None);
    let has_read = |last: &'static str| {
        move |_: &End, ben: &End| ben.heard.last().is_some_and(|it| it == last)
    };
    until(&mut ada, &mut ben, has_read("99")).await;
    assert_eq!(ben.heard, Vec::from_iter(numbers(68)));

    ben.connection.receive("read at once again".into());
    until(&mut ada, &mut ben, has_read("read at once again")).await;
}

/// Nobody was named who sent it without end: it was dropped before anybody counted it.
#[wasm_bindgen_test]
async fn what_is_no_text_counts_as_a_message_and_is_not_kept() {
    let (mut ada, mut ben) = (End::new(true), End::new(false));
    ben.connection
        .receive(Uint8Array::new_with_length(3).into());
    until(&mut ada, &mut ben, |_, ben| ben.heard == [""]).await;

    ben.connection.pause_reading();
    let long = "x".repeat(limits::CONVERSATION_BYTES + 1);
    ben.connection.receive("short".into());
    for _ in 0..100 {
        ben.connection
            .receive(Uint8Array::new_with_length(3).into());
        ben.connection.receive(long.as_str().into());
    }
    until(&mut ada, &mut ben, |_, ben| ben.heard == ["", "short"]).await;
}

#[wasm_bindgen_test]
async fn a_channel_that_would_hold_too_much_is_given_up_at_once() {
    let (mut ada, mut ben) = (End::new(true), End::new(false));
    until(&mut ada, &mut ben, |ada, ben| {
        ada.can_talk() && ben.can_talk()
    })
    .await;
    // Nothing is sent before this task is over, so all of it waits.
    let much = "x".repeat(limits::CONVERSATION_BYTES - 1);
    for _ in 0..300 {
        ada.connection.send(&much);
    }
    until(&mut ada, &mut ben, |ada, _| ada.channel == Channel::Closed).await;
}

#[wasm_bindgen_test]
async fn each_end_finds_a_transceiver_for_each_kind_of_track() {
    let (mut ada, mut ben) = (End::new(true), End::new(false));
    until(&mut ada, &mut ben, |ada, ben| {
        ada.connected && ben.connected
    })
    .await;
    for source in TrackSource::ALL {
        let kind = if source.is_video() { "video" } else { "audio" };
        for end in [&ada, &ben] {
            let received = end.connection.received(Place::of(source));
            let tracks = received.unwrap().get_tracks();
            let track: web_sys::MediaStreamTrack = tracks.get(0).into();
            assert_eq!(track.kind(), kind);
        }
    }
}

#[wasm_bindgen_test]
async fn a_camera_turned_on_in_the_call_arrives_without_another_offer() {
    let (mut ada, mut ben) = (End::new(true), End::new(false));
    until(&mut ada, &mut ben, |ada, ben| {
        ada.connected && ben.connected
    })
    .await;

    let camera = camera().await;
    ada.connection
        .send_track(TrackSource::Camera, Some(camera.track()));
    let received = ben.connection.received(Place::of(TrackSource::Camera));
    let stream = received.unwrap();
    let video: web_sys::HtmlVideoElement = {
        let document = web_sys::window().unwrap().document().unwrap();
        wasm_bindgen::JsCast::unchecked_into(document.create_element("video").unwrap())
    };
    video.set_muted(true);
    video.set_src_object(Some(&stream));
    let playing = wasm_bindgen_futures::JsFuture::from(video.play().unwrap());
    playing.await.unwrap();
    assert!(video.video_width() > 0);
    assert!(ada.negotiation.is_idle() && ben.negotiation.is_idle());
}
