//! What carries media and the data channel between two browsers, as far as a page can tell.

use std::collections::VecDeque;

use meeting::backoff::Jitter;
use meeting::client::{ConnectionEvent, ConnectionKey};
use meeting::conversation::MediaState;
use meeting::liveness::{Packets, Traffic};
use meeting::recovery::TransportState;

use super::file_channel::FileChannel;
use super::random::between;

/// What a connection that works receives in one step of the media, in bytes, media or not.
const BYTES: u64 = 5000;
/// How long a browser tries to connect before it gives up, in milliseconds.
const PATIENCE: u64 = 15_000;

/// The two ICE generations of a connection, this end's first.
pub type Generations = (String, String);

/// A data channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Channel {
    /// Not open yet.
    #[default]
    New,
    /// Texts can be sent on it.
    Open,
    /// Closed for good.
    Closed,
}

/// ICE, DTLS and SCTP of one connection at one end.
#[derive(Debug)]
pub struct Transport {
    /// What the browser says of it.
    pub state: TransportState,
    /// The data channel.
    pub channel: Channel,
    /// The generations that work, or worked last.
    pub active: Option<Generations>,
    /// The far end, once it was reached.
    pub partner: Option<(usize, ConnectionKey)>,
    failed: Option<Generations>,
    reaches: bool,
    /// Since when it reaches, or does not reach, the far end.
    since: u64,
    entered: u64,
    traffic: Traffic,
    /// Of what the far end sends, what arrives here.
    pub arriving: MediaState,
    outbox: VecDeque<(u64, String)>,
    /// The channel of files.
    pub files: FileChannel,
    set_up_takes: u64,
    notices_after: u64,
    gives_up_after: u64,
}

impl Transport {
    /// A transport that has not begun.
    pub fn new(now: u64, random: &mut Jitter) -> Self {
        let notices_after = between(random, 1000, 5000);
        Self {
            state: TransportState::New,
            channel: Channel::New,
            active: None,
            partner: None,
            failed: None,
            reaches: false,
            since: now,
            entered: now,
            traffic: Traffic::default(),
            arriving: MediaState {
                microphone: true,
                camera: true,
                screen: true,
            },
            outbox: VecDeque::new(),
            files: FileChannel::default(),
            set_up_takes: between(random, 20, 400),
            notices_after,
            gives_up_after: notices_after + between(random, 5000, 15_000),
        }
    }

    /// How many bytes have arrived.
    pub const fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// Sends a packet of each source that is on.
    pub fn send_media(&mut self, media: MediaState) {
        if self.state == TransportState::Connected {
            count(&mut self.traffic.sent, media);
        }
    }

    /// Receives a packet of each source that the far end has on.
    pub fn receive_media(&mut self, media: MediaState) {
        if self.state == TransportState::Connected {
            count(&mut self.traffic.received, media.and(self.arriving));
        }
    }

    /// Puts a text on the data channel; it arrives when the far end can be reached.
    pub fn send(&mut self, at: u64, text: String) {
        let after = self.outbox.back().map_or(0, |(at, _)| *at);
        self.outbox.push_back((at.max(after), text));
    }

    /// The next text that has arrived at the far end.
    pub fn arrived(&mut self, now: u64) -> Option<String> {
        let due = self.outbox.front().is_some_and(|(at, _)| *at <= now);
        due.then(|| self.outbox.pop_front())?.map(|(_, text)| text)
    }

    /// What is still on its way when the connection is closed.
    pub fn remaining(self) -> impl Iterator<Item = String> {
        let open = self.channel == Channel::Open;
        self.outbox
            .into_iter()
            .filter(move |_| open)
            .map(|(_, text)| text)
    }

    /// Lets time go by. `generations` are those of the current descriptions, if there are any and
    /// candidates too; `reached` is who is at the far end now.
    pub fn step(
        &mut self,
        now: u64,
        described: bool,
        generations: Option<Generations>,
        reached: Option<(usize, ConnectionKey)>,
    ) -> Vec<ConnectionEvent> {
        if reached.is_some() != self.reaches {
            self.reaches = reached.is_some();
            self.since = now;
        }
        if self.reaches {
            self.traffic.bytes_received += BYTES;
        }
        let Some(next) = self.next_state(now, described, &generations) else {
            return Vec::new();
        };
        self.state = next;
        self.entered = now;
        let mut events = vec![ConnectionEvent::Transport(next)];
        match next {
            TransportState::Connected => {
                self.active = generations;
                self.partner = reached;
                if self.channel == Channel::New {
                    self.channel = Channel::Open;
                    events.push(ConnectionEvent::ChannelOpened);
                }
            }
            TransportState::Failed => {
                self.active = None;
                self.failed = generations;
            }
            _ => {}
        }
        events
    }

    /// The far end has closed the data channel.
    pub fn close_channel(&mut self) -> ConnectionEvent {
        self.channel = Channel::Closed;
        self.outbox.clear();
        ConnectionEvent::ChannelClosed
    }

    /// The far end has closed the file channel, if there was one.
    pub fn close_files(&mut self) -> Option<ConnectionEvent> {
        let was_open = self.files.state == Channel::Open;
        self.files.close();
        was_open.then_some(ConnectionEvent::FileChannelClosed)
    }

    fn next_state(
        &self,
        now: u64,
        described: bool,
        generations: &Option<Generations>,
    ) -> Option<TransportState> {
        use TransportState::{Connected, Connecting, Disconnected, Failed, New};
        let held = now - self.since;
        match self.state {
            New if described => Some(Connecting),
            Connecting if self.reaches && held >= self.set_up_takes => Some(Connected),
            Connecting if now - self.entered >= PATIENCE => Some(Failed),
            Connected if !self.reaches && held >= self.notices_after => Some(Disconnected),
            Disconnected if self.reaches => Some(Connected),
            Disconnected if held >= self.gives_up_after => Some(Failed),
            Failed if generations.is_some() && *generations != self.failed => Some(Connecting),
            _ => None,
        }
    }
}

fn count(packets: &mut Packets, media: MediaState) {
    packets.microphone += u64::from(media.microphone);
    packets.camera += u64::from(media.camera);
    packets.screen += u64::from(media.screen);
}
