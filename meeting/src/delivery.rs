//! Signals to one peer: in order and exactly once, over any path.
//!
//! The path may be the socket or a data channel, and may change; messages on it may be lost,
//! doubled, late or out of order. Each connection numbers its signals, keeps them until the far
//! end has acknowledged them, and sends them again when that takes too long. Negotiation above
//! therefore sees what perfect negotiation expects: an ordered, reliable channel.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::id::ConnectionId;
use crate::limits;
use crate::signaling::{MessageError, SignalPayload};
use crate::time::Timestamp;

/// First wait for an acknowledgement; doubles up to [`RESEND_CAP`].
const RESEND_BASE: Duration = Duration::from_millis(1000);
const RESEND_CAP: Duration = Duration::from_secs(8);
/// An acknowledgement waits this long for a signal to ride on.
const ACK_DELAY: Duration = Duration::from_millis(100);
/// What one parcel may weigh, so that it fits a signal after escaping.
const PARCEL_BYTES: usize = limits::DESCRIPTION_BYTES;

/// One thing a peer connection has to tell its far end.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Signal {
    /// The sender has begun this connection. It carries nothing else: the end that does not make
    /// the first offer asks for one with it.
    Hello {},
    /// A session description ([RFC 9429 §5](https://www.rfc-editor.org/rfc/rfc9429#section-5)).
    Description(Description),
    /// An ICE candidate ([RFC 8838](https://www.rfc-editor.org/rfc/rfc8838)).
    Candidate(Candidate),
    /// No more candidates come for the current descriptions
    /// ([RFC 8838 §8.2](https://www.rfc-editor.org/rfc/rfc8838#section-8.2)).
    EndOfCandidates {},
}

/// A session description and the exchange it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// The offerer's number for this exchange; an answer repeats it, so a late answer to an offer
    /// that was rolled back is known for what it is.
    pub exchange: u32,
    /// Offer or answer.
    pub sdp_type: SdpType,
    /// The description. Never looked into on the way.
    pub sdp: String,
}

/// The types of session description in use here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SdpType {
    /// An offer.
    Offer,
    /// An answer.
    Answer,
}

/// What
/// [`RTCIceCandidate.toJSON()`](https://www.w3.org/TR/webrtc/#dom-rtcicecandidate-tojson) gives.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// The candidate line.
    pub candidate: String,
    /// The media section it belongs to, by identification tag.
    #[serde(default)]
    pub sdp_mid: Option<String>,
    /// The media section it belongs to, by index.
    #[serde(default)]
    pub sdp_m_line_index: Option<u16>,
    /// The ICE generation it belongs to.
    #[serde(default)]
    pub username_fragment: Option<String>,
}

/// What travels between the two ends of one connection, inside a [`SignalPayload`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parcel {
    /// Which connection it is about.
    pub connection: ConnectionId,
    /// The number of the next signal the sender waits for: everything before it has arrived.
    pub ack: u32,
    /// The number of the first signal in here.
    pub first: u32,
    /// The signals, numbered onwards from `first`; none when this only acknowledges.
    pub signals: Vec<Signal>,
}

impl Parcel {
    /// Reads what the far end sent.
    ///
    /// # Errors
    ///
    /// When it is not a parcel, or a signal in it is over its limit.
    pub fn parse(payload: &SignalPayload) -> Result<Self, MessageError> {
        let parcel: Self = serde_json::from_str(payload.as_str())?;
        if parcel.signals.iter().all(Signal::is_within_limits) {
            Ok(parcel)
        } else {
            Err(MessageError::TooLong)
        }
    }

    /// Makes it ready for the way.
    ///
    /// # Errors
    ///
    /// When it is too long to be carried.
    pub fn to_payload(&self) -> Result<SignalPayload, MessageError> {
        serde_json::to_string(self)?.try_into()
    }
}

impl Signal {
    fn is_within_limits(&self) -> bool {
        match self {
            Self::Hello {} | Self::EndOfCandidates {} => true,
            Self::Description(description) => description.sdp.len() <= limits::DESCRIPTION_BYTES,
            Self::Candidate(candidate) => candidate.candidate.len() <= limits::CANDIDATE_BYTES,
        }
    }

    /// About how many bytes it takes in a parcel.
    fn weight(&self) -> usize {
        const ENVELOPE: usize = 160;
        match self {
            Self::Hello {} | Self::EndOfCandidates {} => ENVELOPE,
            Self::Description(description) => description.sdp.len() + ENVELOPE,
            Self::Candidate(candidate) => candidate.candidate.len() + ENVELOPE,
        }
    }
}

/// More signals wait for the far end than a connection may keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("too many signals are waiting for the far end")]
pub struct Backlogged;

/// The two numbered streams of one connection.
#[derive(Debug, Default)]
pub struct Delivery {
    /// Sent or to be sent, not acknowledged; the front one has number `first_kept`.
    kept: VecDeque<Signal>,
    first_kept: u32,
    /// The number of the next signal that was never sent.
    next_unsent: u32,
    resend_at: Option<Timestamp>,
    resends: u32,
    /// The number of the next signal to hand up.
    expected: u32,
    early: BTreeMap<u32, Signal>,
    ack_at: Option<Timestamp>,
}

impl Delivery {
    /// Takes a signal for the far end.
    ///
    /// # Errors
    ///
    /// When the far end has not acknowledged for so long that no more may be kept.
    pub fn send(&mut self, signal: Signal) -> Result<(), Backlogged> {
        if self.kept.len() >= limits::UNACKNOWLEDGED_SIGNALS {
            return Err(Backlogged);
        }
        self.kept.push_back(signal);
        Ok(())
    }

    /// Takes what arrived and returns the signals that are now in order.
    pub fn receive(&mut self, now: Timestamp, parcel: Parcel) -> Vec<Signal> {
        self.acknowledge(now, parcel.ack);
        if !parcel.signals.is_empty() {
            self.ack_at.get_or_insert(now + ACK_DELAY);
        }
        for (number, signal) in (parcel.first..=u32::MAX).zip(parcel.signals) {
            let window = limits::UNACKNOWLEDGED_SIGNALS;
            let ahead = number.checked_sub(self.expected).map(|n| n as usize);
            if ahead.is_some_and(|ahead| ahead < window) {
                self.early.insert(number, signal);
            }
        }
        let mut ready = Vec::new();
        while let Some(signal) = self.early.remove(&self.expected) {
            ready.push(signal);
            self.expected += 1;
        }
        ready
    }

    /// The next parcel to send, as far as there is one. Call until there is none.
    pub fn poll_parcel(&mut self, now: Timestamp, connection: &ConnectionId) -> Option<Parcel> {
        if self.resend_at.is_some_and(|at| at <= now) {
            self.resend_all(now);
        }
        let signals = self.take_unsent();
        let ack_due = self.ack_at.is_some_and(|at| at <= now);
        if signals.is_empty() && !ack_due {
            return None;
        }
        self.ack_at = None;
        let count = u32::try_from(signals.len()).unwrap_or(u32::MAX);
        let first = self.next_unsent;
        self.next_unsent = first.saturating_add(count);
        if count > 0 {
            self.resend_at
                .get_or_insert(now + resend_delay(self.resends));
        }
        Some(Parcel {
            connection: connection.clone(),
            ack: self.expected,
            first,
            signals,
        })
    }

    /// When to poll again though nothing else happens.
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        [self.resend_at, self.ack_at].into_iter().flatten().min()
    }

    /// The path to the far end was gone and is back, or is another one: whatever was not
    /// acknowledged may be lost and is sent again at once.
    pub fn path_restored(&mut self, now: Timestamp) {
        self.resends = 0;
        if !self.kept.is_empty() {
            self.resend_at = Some(now);
        }
    }

    fn acknowledge(&mut self, now: Timestamp, ack: u32) {
        let mut progress = false;
        while self.first_kept < ack.min(self.next_unsent) && self.kept.pop_front().is_some() {
            self.first_kept += 1;
            progress = true;
        }
        if progress {
            self.resends = 0;
            let in_flight = self.next_unsent > self.first_kept;
            self.resend_at = in_flight.then(|| now + RESEND_BASE);
        }
    }

    fn resend_all(&mut self, now: Timestamp) {
        self.next_unsent = self.first_kept;
        self.resends = self.resends.saturating_add(1);
        self.resend_at = Some(now + resend_delay(self.resends));
    }

    fn take_unsent(&self) -> Vec<Signal> {
        let sent = usize::try_from(self.next_unsent - self.first_kept).unwrap_or(usize::MAX);
        let mut weight = 0;
        self.kept
            .iter()
            .skip(sent)
            .enumerate()
            .take_while(|(position, signal)| {
                weight += signal.weight();
                *position == 0 || weight <= PARCEL_BYTES
            })
            .map(|(_, signal)| signal.clone())
            .collect()
    }
}

fn resend_delay(resends: u32) -> Duration {
    RESEND_BASE
        .saturating_mul(1u32.checked_shl(resends).unwrap_or(u32::MAX))
        .min(RESEND_CAP)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn connection() -> ConnectionId {
        let instance = |n| crate::id::InstanceId::from_random(n);
        ConnectionId {
            polite: instance(1),
            impolite: instance(2),
            attempt: 1,
        }
    }

    fn candidate(number: usize) -> Signal {
        Signal::Candidate(Candidate {
            candidate: format!("candidate {number}"),
            sdp_mid: None,
            sdp_m_line_index: None,
            username_fragment: None,
        })
    }

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_signal_is_sent_once_and_again_only_when_nobody_acknowledges() {
        let mut sender = Delivery::default();
        sender.send(candidate(0)).unwrap();
        assert!(sender.poll_parcel(at(0), &connection()).is_some());
        assert!(sender.poll_parcel(at(999), &connection()).is_none());
        let again = sender.poll_parcel(at(1000), &connection()).unwrap();
        assert_eq!(again.signals, [candidate(0)]);
        assert!(
            sender.poll_parcel(at(2999), &connection()).is_none(),
            "the wait doubles"
        );
        assert!(sender.poll_parcel(at(3000), &connection()).is_some());
    }

    #[test]
    fn an_acknowledgement_waits_a_little_for_company_and_ends_the_resending() {
        let (mut ada, mut ben) = (Delivery::default(), Delivery::default());
        ada.send(candidate(0)).unwrap();
        let parcel = ada.poll_parcel(at(0), &connection()).unwrap();
        assert_eq!(ben.receive(at(10), parcel), [candidate(0)]);
        assert!(ben.poll_parcel(at(50), &connection()).is_none());
        let ack = ben.poll_parcel(at(110), &connection()).unwrap();
        assert!(ack.signals.is_empty());
        ada.receive(at(120), ack);
        assert_eq!(ada.poll_timeout(), None);
    }

    #[test]
    fn a_restored_path_gets_everything_again_at_once() {
        let mut ada = Delivery::default();
        ada.send(candidate(0)).unwrap();
        ada.send(candidate(1)).unwrap();
        ada.poll_parcel(at(0), &connection()).unwrap();
        ada.path_restored(at(300));
        assert_eq!(
            ada.poll_parcel(at(300), &connection())
                .unwrap()
                .signals
                .len(),
            2
        );
    }

    #[test]
    fn a_parcel_stays_small_enough_to_be_carried() {
        let mut ada = Delivery::default();
        for exchange in 0..4 {
            let sdp = "a=line \"quoted\"\r\n".repeat(1500);
            let description = Description {
                exchange,
                sdp_type: SdpType::Offer,
                sdp,
            };
            ada.send(Signal::Description(description)).unwrap();
        }
        let mut parcels = 0;
        while let Some(parcel) = ada.poll_parcel(at(0), &connection()) {
            assert!(parcel.to_payload().is_ok());
            parcels += 1;
        }
        assert_eq!(parcels, 4);
    }

    #[test]
    fn a_candidate_over_its_limit_is_refused_and_one_at_it_is_not() {
        for (length, accepted) in [(1023, true), (1024, true), (1025, false)] {
            let parcel = Parcel {
                connection: connection(),
                ack: 0,
                first: 0,
                signals: vec![Signal::Candidate(Candidate {
                    candidate: "x".repeat(length),
                    sdp_mid: None,
                    sdp_m_line_index: None,
                    username_fragment: None,
                })],
            };
            let payload = parcel.to_payload().unwrap();
            assert_eq!(Parcel::parse(&payload).is_ok(), accepted, "{length}");
        }
    }

    #[test]
    fn numbers_nobody_could_have_reached_are_dropped() {
        let mut ben = Delivery::default();
        let parcel = Parcel {
            connection: connection(),
            ack: u32::MAX,
            first: u32::MAX,
            signals: vec![candidate(0), candidate(1)],
        };
        assert_eq!(ben.receive(at(0), parcel), []);
    }

    #[test]
    fn the_backlog_is_bounded() {
        let mut ada = Delivery::default();
        for number in 0..limits::UNACKNOWLEDGED_SIGNALS {
            ada.send(candidate(number)).unwrap();
        }
        assert_eq!(ada.send(candidate(999)), Err(Backlogged));
    }

    proptest! {
        /// What the network does to each parcel is drawn: 0 loses it, 1 delivers it, 2 doubles it,
        /// 3 holds it back behind later ones.
        #[test]
        fn everything_arrives_once_and_in_order_whatever_the_network_does(
            fates in proptest::collection::vec(0u8..4, 0..200),
            count in 1usize..60,
        ) {
            let (mut ada, mut ben) = (Delivery::default(), Delivery::default());
            let mut fates = fates.into_iter();
            let (mut got, mut held) = (Vec::new(), Vec::new());
            let mut now = 0;
            for number in 0..count {
                ada.send(candidate(number)).unwrap();
                now += 37;
                step(&mut ada, &mut ben, &mut got, &mut held, &mut fates, at(now));
            }
            while ada.poll_timeout().is_some() || ben.poll_timeout().is_some() {
                now += 250;
                prop_assert!(now < 3_600_000, "never settles");
                step(&mut ada, &mut ben, &mut got, &mut held, &mut fates, at(now));
            }
            prop_assert_eq!(got, (0..count).map(candidate).collect::<Vec<_>>());
        }
    }

    fn step(
        ada: &mut Delivery,
        ben: &mut Delivery,
        got: &mut Vec<Signal>,
        held: &mut Vec<Parcel>,
        fates: &mut impl Iterator<Item = u8>,
        now: Timestamp,
    ) {
        while let Some(parcel) = ada.poll_parcel(now, &connection()) {
            match fates.next().unwrap_or(1) {
                0 => {}
                1 => {
                    got.extend(ben.receive(now, parcel));
                    for late in held.drain(..) {
                        got.extend(ben.receive(now, late));
                    }
                }
                2 => {
                    got.extend(ben.receive(now, parcel.clone()));
                    got.extend(ben.receive(now, parcel));
                }
                _ => held.push(parcel),
            }
        }
        while let Some(parcel) = ben.poll_parcel(now, &connection()) {
            if fates.next().unwrap_or(1) != 0 {
                ada.receive(now, parcel);
            }
        }
    }
}
