//! The peer connections to one far end, one after the other: negotiation, delivery and recovery of
//! the one that counts now, and its data channel.
//!
//! A link knows pages and packets, not people: whose streams and words it carries, the
//! [arrangement](super::arrangement) says.

mod ends;
mod traffic;

use litemap::LiteMap;

use crate::delivery::{Delivery, Parcel, Signal};
use crate::id::{ConnectionId, ParticipantId};
use crate::liveness::{Liveness, Traffic};
use crate::negotiation::{self, Negotiation, Output, SignalingState};
use crate::recovery::{Recovery, Step, TransportState, Whose};
use crate::signaling::SignalPayload;
use crate::time::Timestamp;

use super::{Action, Browser, LinkState};
pub(super) use ends::Ends;
use traffic::{Channel, Unstick};

/// Tells one browser object from every other one this page made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionKey(pub(super) u64);

/// Something the browser said about a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionEvent {
    /// The browser would not make it.
    Unmade,
    /// A call of the negotiation came to its end, or the browser wants one begun.
    Negotiation(negotiation::Input),
    /// What the transport has come to, by
    /// [`connectionstatechange`](https://www.w3.org/TR/webrtc/#event-connectionstatechange).
    Transport(TransportState),
    /// What crossed it so far, from the statistics.
    Traffic(Traffic),
    /// Texts can be sent on the data channel now.
    ChannelOpened,
    /// Nothing more can be sent on the data channel, nor comes.
    ChannelClosed,
    /// A text came on the data channel.
    ChannelMessage(String),
}

/// How far the browser has come with making the present connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Making {
    Asked,
    /// It has been seen to have it.
    Made,
    /// It would not make it.
    Refused,
}

/// How a parcel can get to the far end now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Path {
    Socket,
    Channel,
}

/// Tells one link from every other one this page has had, by its first connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LinkId(pub(super) ConnectionKey);

/// The way to one far end.
#[derive(Debug)]
pub(super) struct Link {
    ends: Ends,
    key: ConnectionKey,
    making: Making,
    id: ConnectionId,
    negotiation: Negotiation,
    delivery: Delivery,
    recovery: Recovery,
    liveness: Liveness,
    unstick: Unstick,
    failures: u32,
    /// Samples in which nothing was missed.
    calm: u8,
    was_connected: bool,
    down_since: Option<Timestamp>,
    channel: Channel,
    /// Who has said on the present data channel what they have of the chat. Before that, nothing new
    /// may be sent: it would pass for the end of what they missed.
    greeted: LiteMap<ParticipantId, ()>,
    /// Whether something came by it in the name of somebody whom it does not carry.
    has_forged: bool,
    path: Option<Path>,
}

impl Link {
    /// Opens the connection of this number. It is 1 unless there were connections between the two
    /// pages before.
    pub(super) fn open(
        now: Timestamp,
        ends: Ends,
        attempt: u32,
        key: ConnectionKey,
        actions: &mut impl Extend<Action>,
    ) -> Self {
        let mut link = Self {
            key,
            making: Making::Asked,
            id: ends.connection(attempt),
            negotiation: Negotiation::new(ends.polite),
            delivery: Delivery::default(),
            recovery: Recovery::new(now, ends.polite, 0),
            liveness: Liveness::default(),
            unstick: Unstick::new(now),
            failures: 0,
            calm: 0,
            was_connected: false,
            down_since: Some(now),
            channel: Channel::Opening,
            greeted: LiteMap::new(),
            has_forged: false,
            path: None,
            ends,
        };
        link.announce(now, false, actions);
        link
    }

    /// Has the browser make the connection, and the far end too.
    fn announce(&mut self, now: Timestamp, relay_only: bool, actions: &mut impl Extend<Action>) {
        actions.extend([Action::OpenConnection {
            key: self.key,
            far_end: self.ends.far_end.clone(),
            offers: !self.ends.polite,
            relay_only,
        }]);
        if self.ends.polite && self.id.attempt > 1 {
            // The impolite end makes the first offer, and has to learn that one is wanted.
            self.send(now, Signal::Hello {}, actions);
        }
    }

    pub(super) const fn attempt(&self) -> u32 {
        self.id.attempt
    }

    pub(super) const fn key(&self) -> ConnectionKey {
        self.key
    }

    pub(super) fn channel_is_open(&self) -> bool {
        self.channel == Channel::Open
    }

    pub(super) const fn is_connected(&self) -> bool {
        self.recovery.is_connected()
    }

    /// Whose page is at the far end: signals go there, and come from there.
    pub(super) const fn far_end(&self) -> &ParticipantId {
        &self.ends.far_end
    }

    pub(super) const fn state(&self) -> LinkState {
        if self.recovery.is_connected() {
            LinkState::Connected
        } else if matches!(self.making, Making::Refused) {
            LinkState::Unmade
        } else if Recovery::is_hopeless(self.failures) {
            LinkState::Failed
        } else if self.was_connected {
            LinkState::Reconnecting
        } else {
            LinkState::Connecting
        }
    }

    /// Whether a parcel from somebody's page is for this pair of pages, whatever the attempt.
    pub(super) fn is_meant(&self, from: &ParticipantId, id: &ConnectionId) -> bool {
        self.ends.far_end == *from && id.polite == self.id.polite && id.impolite == self.id.impolite
    }

    /// Takes a parcel for this pair of pages.
    pub(super) fn on_parcel(
        &mut self,
        now: Timestamp,
        parcel: Parcel,
        browser: &impl Browser,
        next_key: impl FnOnce() -> ConnectionKey,
        actions: &mut impl Extend<Action>,
    ) {
        if parcel.connection.attempt < self.id.attempt {
            return;
        }
        if parcel.connection.attempt > self.id.attempt {
            if !self.recovery.is_connected() {
                // The far end gave up on it; here it had not come up either.
                self.failures = self.failures.saturating_add(1);
            }
            self.replace(now, parcel.connection.attempt, next_key(), actions);
        }
        for signal in self.delivery.receive(now, parcel) {
            self.on_negotiation(negotiation::Input::Remote(signal), browser);
        }
    }

    pub(super) fn on_negotiation(&mut self, input: negotiation::Input, browser: &impl Browser) {
        let state = self.signaling_state(browser);
        self.negotiation.handle(input, state);
    }

    /// The browser would not make the connection. Another one may be possible later.
    pub(super) fn on_unmade(&mut self, now: Timestamp) {
        self.making = Making::Refused;
        self.recovery.on_broken(now);
    }

    /// The browser makes a connection only after the session has asked for it, and what arrives
    /// in between must not be lost: nothing has been called on it yet, so it is stable.
    fn signaling_state(&mut self, browser: &impl Browser) -> SignalingState {
        match browser.signaling_state(self.key) {
            SignalingState::Closed if self.making != Making::Made => SignalingState::Stable,
            state => {
                self.making = Making::Made;
                state
            }
        }
    }

    pub(super) fn on_transport(
        &mut self,
        now: Timestamp,
        state: TransportState,
        next_key: impl FnOnce() -> ConnectionKey,
        actions: &mut impl Extend<Action>,
    ) {
        if state == TransportState::Connected {
            self.was_connected = true;
            self.liveness.begin();
        }
        let step = self.recovery.on_transport(now, state);
        self.take_step(now, step, next_key, actions);
    }

    /// Whether it has ever been up.
    pub(super) const fn was_connected(&self) -> bool {
        self.was_connected
    }

    pub(super) const fn is_restarting(&self) -> bool {
        self.recovery.is_restarting()
    }

    /// Since when it is not up.
    pub(super) const fn down_since(&self) -> Option<Timestamp> {
        self.down_since
    }

    pub(super) fn on_network_change(
        &mut self,
        now: Timestamp,
        next_key: impl FnOnce() -> ConnectionKey,
        actions: &mut impl Extend<Action>,
    ) {
        let step = self.recovery.on_network_change(now);
        self.take_step(now, step, next_key, actions);
    }

    /// The way to the far end that leads through the server is there again. What was sent
    /// meanwhile found nobody.
    pub(super) fn on_return(
        &mut self,
        now: Timestamp,
        whose: Whose,
        next_key: impl FnOnce() -> ConnectionKey,
        actions: &mut impl Extend<Action>,
    ) {
        self.delivery.path_restored(now);
        let step = self.recovery.on_return(now, whose);
        self.take_step(now, step, next_key, actions);
    }

    /// Does what is due and hands out what is to be sent. `socket` says whether the server can
    /// carry something to the far end now.
    pub(super) fn pump(
        &mut self,
        now: Timestamp,
        socket: bool,
        mut next_key: impl FnMut() -> ConnectionKey,
        actions: &mut impl Extend<Action>,
    ) -> Vec<(Path, SignalPayload)> {
        self.drain_negotiation(now, actions);
        if !socket {
            // A new connection takes the server, and its channel would go with the old one.
            self.recovery.postpone(now);
        }
        if let Some(step) = self.recovery.poll(now) {
            self.take_step(now, Some(step), &mut next_key, actions);
        }
        self.down_since = if self.is_connected() {
            None
        } else {
            self.down_since.or(Some(now))
        };
        let path = if socket {
            Some(Path::Socket)
        } else {
            self.channel_is_open().then_some(Path::Channel)
        };
        if path != self.path {
            self.path = path;
            self.delivery.path_restored(now);
        }
        let Some(path) = path else {
            return Vec::new();
        };
        let mut payloads = Vec::new();
        while let Some(parcel) = self.delivery.poll_parcel(now, &self.id) {
            match parcel.to_payload() {
                Ok(payload) => payloads.push((path, payload)),
                Err(error) => {
                    actions.extend([Action::Report(error.to_string())]);
                    self.recovery.on_broken(now);
                }
            }
        }
        payloads
    }

    pub(super) fn poll_timeout(&self) -> Option<Timestamp> {
        // Without a path there is nothing that waiting could make due.
        self.path?;
        [self.delivery.poll_timeout(), self.recovery.poll_timeout()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Builds the next connection because this one is beyond repair.
    fn rebuild(&mut self, now: Timestamp, key: ConnectionKey, actions: &mut impl Extend<Action>) {
        self.failures = self.failures.saturating_add(1);
        self.replace(now, self.id.attempt.saturating_add(1), key, actions);
    }

    fn replace(
        &mut self,
        now: Timestamp,
        attempt: u32,
        key: ConnectionKey,
        actions: &mut impl Extend<Action>,
    ) {
        actions.extend([Action::CloseConnection(self.key)]);
        self.key = key;
        self.making = Making::Asked;
        self.id = self.ends.connection(attempt);
        self.negotiation = Negotiation::new(self.ends.polite);
        self.delivery = Delivery::default();
        self.recovery = Recovery::new(now, self.ends.polite, self.failures);
        self.liveness = Liveness::default();
        self.channel = Channel::Opening;
        self.announce(now, Recovery::wants_relay_only(self.failures), actions);
    }

    fn drain_negotiation(&mut self, now: Timestamp, actions: &mut impl Extend<Action>) {
        while let Some(output) = self.negotiation.poll_output() {
            match output {
                Output::Send(signal) => self.send(now, signal, actions),
                Output::Broken => self.recovery.on_broken(now),
                output => actions.extend([Action::Negotiate(self.key, output)]),
            }
        }
    }

    fn take_step(
        &mut self,
        now: Timestamp,
        step: Option<Step>,
        next_key: impl FnOnce() -> ConnectionKey,
        actions: &mut impl Extend<Action>,
    ) {
        match step {
            None => {}
            Some(Step::RestartIce) => actions.extend([Action::RestartIce(self.key)]),
            Some(Step::Refresh) => actions.extend([Action::RefreshPicture(self.key)]),
            Some(Step::Rebuild) => self.rebuild(now, next_key(), actions),
        }
    }

    fn send(&mut self, now: Timestamp, signal: Signal, actions: &mut impl Extend<Action>) {
        // A far end that has acknowledged nothing for so long gets everything anew on the next
        // connection.
        if let Err(error) = self.delivery.send(signal) {
            actions.extend([Action::Report(error.to_string())]);
            self.recovery.on_broken(now);
        }
    }
}
