//! Perfect negotiation for one peer connection
//! ([webrtc-pc §10.7](https://www.w3.org/TR/webrtc/#perfect-negotiation-example)).
//!
//! The browser owns the signaling state: it comes in with every input and is never shadowed here.
//! Each browser call is started at once and never awaited; its completion comes back as an input
//! with the number of the operation, and a completion that was overtaken is dropped.
//!
//! The three flags of the specification's example are one [`Progress`] and one bit here:
//! [`Negotiation::making_offer`], [`Negotiation::ignore_offer`] and
//! [`Negotiation::is_setting_remote_answer_pending`].

use std::collections::VecDeque;

use crate::delivery::{Candidate, Description, SdpType, Signal};
use crate::{limits, opus};

/// The browser's
/// [`RTCSignalingState`](https://www.w3.org/TR/webrtc/#dom-rtcsignalingstate).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignalingState {
    /// No exchange is going on.
    Stable,
    /// An offer of ours waits for its answer.
    HaveLocalOffer,
    /// An offer of theirs waits for our answer.
    HaveRemoteOffer,
    /// Provisional answers; not used here.
    Provisional,
    /// The connection is closed.
    Closed,
}

/// Which browser call a completion belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operation(u32);

/// What happened to a connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// The browser's `negotiationneeded` event.
    NegotiationNeeded,
    /// `createOffer` or `createAnswer` gave this description.
    Created(Operation, String),
    /// `setLocalDescription` or `setRemoteDescription` is done.
    Applied(Operation),
    /// The browser would not carry out this call.
    Failed(Operation),
    /// The browser found a candidate.
    LocalCandidate(Candidate),
    /// The browser found all its candidates.
    LocalCandidatesEnd,
    /// The far end sent this.
    Remote(Signal),
}

/// What is to be done about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Output {
    /// Call `createOffer`.
    CreateOffer(Operation),
    /// Call `createAnswer`.
    CreateAnswer(Operation),
    /// Call `setLocalDescription`.
    SetLocal(Operation, SdpType, String),
    /// Call `setRemoteDescription`; the browser rolls an offer of its own back by itself.
    SetRemote(Operation, SdpType, String),
    /// Call `addIceCandidate`. `None` is the end-of-candidates indication. A failure is worth a
    /// line in the log, unless [`Negotiation::ignore_offer`] is set.
    AddCandidate(Option<Candidate>),
    /// Send this to the far end.
    Send(Signal),
    /// The connection cannot go on; a new one is needed.
    Broken,
}

/// Where the connection is in an exchange of descriptions. The numbers are the exchange's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Progress {
    Idle,
    CreatingOffer(Operation),
    SettingLocalOffer(Operation),
    SettingRemoteOffer(Operation, u32),
    CreatingAnswer(Operation, u32),
    SettingLocalAnswer(Operation, u32),
    SettingRemoteAnswer(Operation),
}

/// The negotiation of one peer connection.
#[derive(Clone, Debug, Hash)]
pub struct Negotiation {
    polite: bool,
    progress: Progress,
    ignore_offer: bool,
    negotiation_needed: bool,
    has_remote_description: bool,
    exchange: u32,
    next_operation: u32,
    /// The local description under way, sent once the browser took it.
    local: Option<Description>,
    /// Signals that have to wait for the step under way to end.
    waiting: VecDeque<Signal>,
    /// Candidates of the far end that came before its description.
    early_candidates: Vec<Option<Candidate>>,
    /// Candidates of this end that came before its description was sent, or before it was answered.
    held_candidates: Vec<Signal>,
    outputs: VecDeque<Output>,
}

impl Negotiation {
    /// A negotiation that has not begun. `polite` gives way when two offers collide.
    pub fn new(polite: bool) -> Self {
        Self {
            polite,
            progress: Progress::Idle,
            ignore_offer: false,
            negotiation_needed: false,
            has_remote_description: false,
            exchange: 0,
            next_operation: 0,
            local: None,
            waiting: VecDeque::new(),
            early_candidates: Vec::new(),
            held_candidates: Vec::new(),
            outputs: VecDeque::new(),
        }
    }

    /// `makingOffer` of the specification: an offer is being made but the browser's signaling
    /// state does not show it yet.
    pub const fn making_offer(&self) -> bool {
        matches!(
            self.progress,
            Progress::CreatingOffer(_) | Progress::SettingLocalOffer(_)
        )
    }

    /// `ignoreOffer`: the last offer collided and was ignored, so errors of its candidates are
    /// to be expected.
    pub const fn ignore_offer(&self) -> bool {
        self.ignore_offer
    }

    /// `isSettingRemoteAnswerPending`: an answer is being applied; as soon as it is, the state
    /// is stable, so an offer that arrives now does not collide.
    pub const fn is_setting_remote_answer_pending(&self) -> bool {
        matches!(self.progress, Progress::SettingRemoteAnswer(_))
    }

    /// Whether no exchange is under way on this end.
    pub fn is_idle(&self) -> bool {
        self.progress == Progress::Idle && self.waiting.is_empty() && !self.negotiation_needed
    }

    /// Takes an input. `state` is the browser's signaling state at this moment. Drain
    /// [`Negotiation::poll_output`] afterwards.
    pub fn handle(&mut self, input: Input, state: SignalingState) {
        if state == SignalingState::Closed {
            return;
        }
        match input {
            Input::NegotiationNeeded => self.negotiation_needed |= self.may_offer_first(),
            Input::Created(operation, sdp) => self.on_created(operation, sdp, state),
            Input::Applied(operation) => self.on_applied(operation),
            Input::Failed(operation) => self.on_failed(operation),
            Input::LocalCandidate(candidate) => {
                self.held_candidates.push(Signal::Candidate(candidate));
            }
            Input::LocalCandidatesEnd => self.held_candidates.push(Signal::EndOfCandidates {}),
            Input::Remote(signal) => self.on_signal(signal, state),
        }
        self.release_candidates(state);
        self.go_on(state);
    }

    /// The next thing to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The first offer is the impolite end's, which has the transceivers. When that one leaves
    /// something out, the browser of the polite end says so again after the answer.
    const fn may_offer_first(&self) -> bool {
        !self.polite || self.has_remote_description
    }

    fn on_signal(&mut self, signal: Signal, state: SignalingState) {
        // An offer that collides with ours has to be seen at once; everything else keeps its
        // place behind what is already waiting.
        if self.waiting.is_empty() && self.is_ready_for(&signal) {
            self.accept(signal, state);
        } else if self.waiting.len() < limits::UNACKNOWLEDGED_SIGNALS {
            self.waiting.push_back(signal);
        } else {
            self.outputs.push_back(Output::Broken);
        }
    }

    fn is_ready_for(&self, signal: &Signal) -> bool {
        match signal {
            Signal::Description(_) => self.progress == Progress::Idle || self.making_offer(),
            Signal::Hello {}
            | Signal::Candidate(_)
            | Signal::EndOfCandidates {}
            | Signal::Unknown => true,
        }
    }

    fn accept(&mut self, signal: Signal, state: SignalingState) {
        match signal {
            Signal::Hello {} | Signal::Unknown => {}
            Signal::Candidate(candidate) => self.on_candidate(Some(candidate)),
            Signal::EndOfCandidates {} => self.on_candidate(None),
            Signal::Description(description) => match description.sdp_type {
                SdpType::Offer => self.on_offer(&description, state),
                SdpType::Answer => self.on_answer(&description, state),
            },
        }
    }

    fn on_offer(&mut self, offer: &Description, state: SignalingState) {
        let ready = !self.making_offer() && state == SignalingState::Stable;
        self.ignore_offer = !self.polite && !ready;
        if self.ignore_offer {
            return;
        }
        // Our own offer, if there is one, is given up: it is made again once this exchange is
        // over. When the browser already took it, `negotiationneeded` says so; when it did not,
        // nothing would.
        self.negotiation_needed |= self.making_offer();
        self.local = None;
        // A renegotiation finds candidates of the generation in use, which go on to count.
        self.send_held_candidates();
        let operation = self.begin();
        self.progress = Progress::SettingRemoteOffer(operation, offer.exchange);
        self.apply_remote(operation, SdpType::Offer, &offer.sdp);
    }

    fn on_answer(&mut self, answer: &Description, state: SignalingState) {
        let expected = self.progress == Progress::Idle
            && state == SignalingState::HaveLocalOffer
            && answer.exchange == self.exchange;
        if !expected {
            return;
        }
        let operation = self.begin();
        self.progress = Progress::SettingRemoteAnswer(operation);
        self.apply_remote(operation, SdpType::Answer, &answer.sdp);
    }

    fn apply_remote(&mut self, operation: Operation, sdp_type: SdpType, sdp: &str) {
        let sdp = opus::with_dtx_and_fec(sdp);
        self.outputs
            .push_back(Output::SetRemote(operation, sdp_type, sdp));
    }

    fn on_candidate(&mut self, candidate: Option<Candidate>) {
        use Progress::{SettingRemoteAnswer, SettingRemoteOffer};
        // While a new remote description is on its way into the browser, they belong to that one.
        let is_early = matches!(
            self.progress,
            SettingRemoteOffer(..) | SettingRemoteAnswer(_)
        );
        if self.has_remote_description && !is_early {
            self.outputs.push_back(Output::AddCandidate(candidate));
        } else if self.early_candidates.len() < limits::UNACKNOWLEDGED_SIGNALS {
            self.early_candidates.push(candidate);
        } else {
            self.outputs.push_back(Output::Broken);
        }
    }

    fn on_created(&mut self, operation: Operation, sdp: String, state: SignalingState) {
        match self.progress {
            Progress::CreatingOffer(current) if current == operation => {
                if state != SignalingState::Stable {
                    self.progress = Progress::Idle;
                    self.negotiation_needed = true;
                    return;
                }
                self.exchange = self.exchange.wrapping_add(1);
                self.set_local(
                    SdpType::Offer,
                    self.exchange,
                    sdp,
                    Progress::SettingLocalOffer,
                );
            }
            Progress::CreatingAnswer(current, exchange) if current == operation => {
                self.set_local(SdpType::Answer, exchange, sdp, |operation| {
                    Progress::SettingLocalAnswer(operation, exchange)
                });
            }
            _ => {}
        }
    }

    fn set_local(
        &mut self,
        sdp_type: SdpType,
        exchange: u32,
        sdp: String,
        progress: impl FnOnce(Operation) -> Progress,
    ) {
        let operation = self.begin();
        self.progress = progress(operation);
        self.local = Some(Description {
            exchange,
            sdp_type,
            sdp: sdp.clone(),
        });
        self.outputs
            .push_back(Output::SetLocal(operation, sdp_type, sdp));
    }

    fn on_applied(&mut self, operation: Operation) {
        match self.progress {
            Progress::SettingLocalOffer(current) | Progress::SettingLocalAnswer(current, _)
                if current == operation =>
            {
                self.progress = Progress::Idle;
                let local = self.local.take().map(Signal::Description);
                self.outputs.extend(local.map(Output::Send));
            }
            Progress::SettingRemoteOffer(current, exchange) if current == operation => {
                self.take_early_candidates();
                let operation = self.begin();
                self.progress = Progress::CreatingAnswer(operation, exchange);
                self.outputs.push_back(Output::CreateAnswer(operation));
            }
            Progress::SettingRemoteAnswer(current) if current == operation => {
                self.progress = Progress::Idle;
                self.take_early_candidates();
            }
            _ => {}
        }
    }

    fn take_early_candidates(&mut self) {
        self.has_remote_description = true;
        let early = std::mem::take(&mut self.early_candidates);
        self.outputs
            .extend(early.into_iter().map(Output::AddCandidate));
    }

    fn on_failed(&mut self, operation: Operation) {
        let current = match self.progress {
            Progress::Idle => return,
            Progress::CreatingOffer(current)
            | Progress::SettingLocalOffer(current)
            | Progress::SettingRemoteOffer(current, _)
            | Progress::CreatingAnswer(current, _)
            | Progress::SettingLocalAnswer(current, _)
            | Progress::SettingRemoteAnswer(current) => current,
        };
        if current == operation {
            self.progress = Progress::Idle;
            self.outputs.push_back(Output::Broken);
        }
    }

    /// Candidates follow their description, never overtake it. Those of a later exchange also wait
    /// for its answer, which may have to come over the connection itself: who has them can move to
    /// the new ICE generation before, and a browser without the answer may be deaf to all that
    /// comes there.
    fn release_candidates(&mut self, state: SignalingState) {
        let waits = self.has_remote_description && state == SignalingState::HaveLocalOffer;
        if self.local.is_none() && !waits {
            self.send_held_candidates();
        }
    }

    fn send_held_candidates(&mut self) {
        let held = std::mem::take(&mut self.held_candidates);
        self.outputs.extend(held.into_iter().map(Output::Send));
    }

    /// Does what had to wait for the step under way to end.
    fn go_on(&mut self, state: SignalingState) {
        while let Some(signal) = self.waiting.pop_front() {
            if !self.is_ready_for(&signal) {
                self.waiting.push_front(signal);
                return;
            }
            self.accept(signal, state);
        }
        let may_offer = self.progress == Progress::Idle && state == SignalingState::Stable;
        if self.negotiation_needed && may_offer {
            self.negotiation_needed = false;
            let operation = self.begin();
            self.progress = Progress::CreatingOffer(operation);
            self.outputs.push_back(Output::CreateOffer(operation));
        }
    }

    const fn begin(&mut self) -> Operation {
        self.next_operation = self.next_operation.wrapping_add(1);
        Operation(self.next_operation)
    }
}
