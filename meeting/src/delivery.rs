//! Signals to one peer: in order and exactly once, over any path.
//!
//! The path may be the socket or a data channel, and may change; messages on it may be lost,
//! doubled, late or out of order. Each connection numbers its signals, keeps them until the far
//! end has acknowledged them, and sends them again when that takes too long. Negotiation above
//! therefore sees what perfect negotiation expects: an ordered, reliable channel.

use std::collections::VecDeque;
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
/// A candidate waits this long for others: a browser finds them in quick succession, and one
/// message for all of them is kinder to the rate limit of a full room than one for each.
const CANDIDATE_HOLD: Duration = Duration::from_millis(20);
/// What one parcel may weigh, so that it fits a signal after escaping.
const PARCEL_BYTES: usize = limits::DESCRIPTION_BYTES;

/// One thing a peer connection has to tell its far end.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
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
    /// Something that only a newer page understands. It has its number like any other.
    #[serde(other)]
    Unknown,
}

/// A session description and the exchange it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// What an end proposes.
    Offer,
    /// What the other end makes of it.
    Answer,
}

/// What
/// [`RTCIceCandidate.toJSON()`](https://www.w3.org/TR/webrtc/#dom-rtcicecandidate-tojson) gives.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
            Self::Hello {} | Self::EndOfCandidates {} | Self::Unknown => true,
            Self::Description(description) => description.sdp.len() <= limits::DESCRIPTION_BYTES,
            Self::Candidate(candidate) => candidate.candidate.len() <= limits::CANDIDATE_BYTES,
        }
    }

    const fn is_candidate(&self) -> bool {
        matches!(self, Self::Candidate(_) | Self::EndOfCandidates {})
    }

    /// About how many bytes it takes in a parcel.
    fn weight(&self) -> usize {
        const ENVELOPE: usize = 160;
        match self {
            Self::Hello {} | Self::EndOfCandidates {} | Self::Unknown => ENVELOPE,
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
    /// What came before its turn; a handful at most.
    early: Vec<(u32, Signal)>,
    ack_at: Option<Timestamp>,
    /// Until then, candidates that are alone wait for company.
    hold_until: Option<Timestamp>,
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
            let is_new = self.early.iter().all(|(early, _)| *early != number);
            if is_new && ahead.is_some_and(|ahead| ahead < window) {
                self.early.push((number, signal));
            }
        }
        let mut ready = Vec::new();
        let position =
            |early: &[(u32, Signal)], expected| early.iter().position(|(n, _)| *n == expected);
        while let Some(next) = position(&self.early, self.expected) {
            ready.push(self.early.swap_remove(next).1);
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
        if !ack_due && (signals.is_empty() || self.holds(now, &signals)) {
            return None;
        }
        self.ack_at = None;
        self.hold_until = None;
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
        [self.resend_at, self.ack_at, self.hold_until]
            .into_iter()
            .flatten()
            .min()
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

    /// Whether these signals are better kept for a moment.
    fn holds(&mut self, now: Timestamp, signals: &[Signal]) -> bool {
        if self.resends > 0 || !signals.iter().all(Signal::is_candidate) {
            return false;
        }
        now < *self.hold_until.get_or_insert(now + CANDIDATE_HOLD)
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
