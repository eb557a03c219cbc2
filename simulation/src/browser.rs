//! A model of `RTCPeerConnection`, faithful to
//! [webrtc-pc](https://www.w3.org/TR/webrtc/) where negotiation can tell the difference.
//!
//! Calls go into an operations chain and are carried out one after the other, later than they were
//! made; what comes of them waits in a queue of events. Whoever owns the model decides when either
//! moves on, so every order of things can be tried.

mod descriptions;

use std::collections::{BTreeSet, VecDeque};

use meeting::delivery::Candidate;
use meeting::negotiation::{Input, Output, SignalingState};

use super::sdp::Sdp;

/// Something that comes out of the browser.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// Something the negotiation wants to know.
    Input(Input),
    /// `addIceCandidate` failed.
    CandidateRefused,
}

#[derive(Clone, Debug, Hash)]
enum Task {
    Fire(Event),
    /// The queued part of *update the negotiation-needed flag*.
    CheckNegotiationNeeded,
}

/// Which candidates of a generation are still to come.
#[derive(Clone, Debug, Hash)]
struct Gathering {
    ufrag: String,
    found: u8,
}

/// One end of a peer connection.
#[derive(Clone, Debug, Hash)]
pub struct RtcPeer {
    name: String,
    /// Candidates of one ICE generation.
    candidates: u8,
    signaling: SignalingState,
    chain: VecDeque<Output>,
    tasks: VecDeque<Task>,
    negotiation_needed: bool,
    update_on_empty_chain: bool,
    made: u32,
    last_created: Option<Sdp>,
    /// The description of its own that is in use.
    pub current_local: Option<Sdp>,
    /// The description of the far end that is in use.
    pub current_remote: Option<Sdp>,
    pending_local: Option<Sdp>,
    pending_remote: Option<Sdp>,
    credentials_to_replace: BTreeSet<String>,
    transceivers: u8,
    channel: bool,
    sends: u8,
    gathering: Vec<Gathering>,
    gathered: BTreeSet<String>,
    /// The generations of which candidates were added.
    remote_candidates: BTreeSet<String>,
    /// Calls that a driver in its right mind does not make.
    pub blunders: Vec<String>,
}

impl RtcPeer {
    /// A connection nobody has done anything with. `name` tells its descriptions from all others;
    /// it finds so many `candidates` for each ICE generation.
    pub fn new(name: &str, candidates: u8) -> Self {
        Self {
            name: name.to_owned(),
            candidates,
            signaling: SignalingState::Stable,
            chain: VecDeque::new(),
            tasks: VecDeque::new(),
            negotiation_needed: false,
            update_on_empty_chain: false,
            made: 0,
            last_created: None,
            current_local: None,
            current_remote: None,
            pending_local: None,
            pending_remote: None,
            credentials_to_replace: BTreeSet::new(),
            transceivers: 0,
            channel: false,
            sends: 0,
            gathering: Vec::new(),
            gathered: BTreeSet::new(),
            remote_candidates: BTreeSet::new(),
            blunders: Vec::new(),
        }
    }

    /// <https://www.w3.org/TR/webrtc/#dom-peerconnection-signaling-state>
    pub const fn signaling_state(&self) -> SignalingState {
        self.signaling
    }

    /// How many candidates it finds for each ICE generation.
    pub const fn candidates(&self) -> u8 {
        self.candidates
    }

    /// Makes transceivers for media.
    pub fn add_transceivers(&mut self, count: u8) {
        self.transceivers += count;
        self.update_negotiation_needed();
    }

    /// Makes the data channel.
    pub fn create_data_channel(&mut self) {
        self.channel = true;
        self.update_negotiation_needed();
    }

    /// Turns sending on or off in a way that the descriptions have to show.
    pub fn set_sends(&mut self, sends: u8) {
        self.sends = sends;
        self.update_negotiation_needed();
    }

    /// Asks for other ICE credentials.
    pub fn restart_ice(&mut self) {
        let known = [&self.current_local, &self.pending_local]
            .into_iter()
            .flatten();
        self.credentials_to_replace = known.map(|sdp| sdp.ufrag.clone()).collect();
        self.update_negotiation_needed();
    }

    /// Puts a call into the operations chain.
    pub fn call(&mut self, call: Output) {
        self.chain.push_back(call);
    }

    /// Whether there is a call to be carried out.
    pub fn has_calls(&self) -> bool {
        !self.chain.is_empty()
    }

    /// Carries the oldest call out.
    pub fn carry_out(&mut self) {
        let Some(call) = self.chain.front().cloned() else {
            return;
        };
        match call {
            Output::CreateOffer(operation) => {
                let offer = self.make_offer();
                self.fire(Input::Created(operation, offer.to_text()));
                self.last_created = Some(offer);
            }
            Output::CreateAnswer(operation) => match self.make_answer() {
                Some(answer) => {
                    self.fire(Input::Created(operation, answer.to_text()));
                    self.last_created = Some(answer);
                }
                None => self.fail(operation, "createAnswer without an offer"),
            },
            Output::SetLocal(operation, sdp_type, text) => {
                match self.set_local(sdp_type, Sdp::parse(&text)) {
                    Ok(()) => self.fire(Input::Applied(operation)),
                    Err(why) => self.fail(operation, why),
                }
            }
            Output::SetRemote(operation, sdp_type, text) => {
                match self.set_remote(sdp_type, Sdp::parse(&text)) {
                    Ok(()) => self.fire(Input::Applied(operation)),
                    Err(why) => self.fail(operation, why),
                }
            }
            Output::AddCandidate(candidate) => {
                if !self.add_candidate(candidate) {
                    self.tasks.push_back(Task::Fire(Event::CandidateRefused));
                }
            }
            Output::Send(_) | Output::Broken => panic!("not a call: {call:?}"),
        }
        self.chain.pop_front();
        if self.chain.is_empty() && std::mem::take(&mut self.update_on_empty_chain) {
            self.tasks.push_back(Task::CheckNegotiationNeeded);
        }
    }

    /// Whether there is something for the page to see.
    pub fn has_tasks(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// Does the next task; gives what the page gets to see of it.
    pub fn next_event(&mut self) -> Option<Event> {
        match self.tasks.pop_front()? {
            Task::Fire(event) => Some(event),
            Task::CheckNegotiationNeeded => {
                self.check_negotiation_needed();
                None
            }
        }
    }

    /// Whether there are candidates to be found.
    pub fn has_to_gather(&self) -> bool {
        !self.gathering.is_empty()
    }

    /// Finds the next candidate, or that there are no more.
    pub fn gather(&mut self) {
        let Some(generation) = self.gathering.first_mut() else {
            return;
        };
        if generation.found == self.candidates {
            self.gathering.remove(0);
            self.fire(Input::LocalCandidatesEnd);
            return;
        }
        generation.found += 1;
        let candidate = Candidate {
            candidate: format!("candidate:{} {}", generation.ufrag, generation.found),
            sdp_mid: Some("0".to_owned()),
            sdp_m_line_index: Some(0),
            username_fragment: Some(generation.ufrag.clone()),
        };
        self.fire(Input::LocalCandidate(candidate));
    }

    /// The two ICE generations that this end would connect, if it can.
    pub fn generations(&self) -> Option<(String, String)> {
        let (local, remote) = (self.current_local.as_ref()?, self.current_remote.as_ref()?);
        let known = self.remote_candidates.contains(&remote.ufrag);
        known.then(|| (local.ufrag.clone(), remote.ufrag.clone()))
    }

    /// Gets a check of the far end; says whether it answers. It has a candidate then, if it has
    /// the description that belongs to it.
    pub fn is_checked(&mut self, (from, to): &(String, String)) -> bool {
        let has =
            |sdp: &Option<Sdp>, ufrag: &String| sdp.as_ref().is_some_and(|sdp| sdp.ufrag == *ufrag);
        if has(&self.current_remote, from) {
            self.remote_candidates.insert(from.clone());
        }
        has(&self.current_local, to) || has(&self.pending_local, to)
    }

    /// Whether nothing is going on and both descriptions are there.
    pub fn is_settled(&self) -> bool {
        self.chain.is_empty()
            && self.tasks.is_empty()
            && self.gathering.is_empty()
            && self.signaling == SignalingState::Stable
            && self.current_local.is_some()
            && !self.is_negotiation_needed()
    }

    /// Whether the descriptions at both ends are the same two.
    pub fn matches(&self, far: &Self) -> bool {
        let pair = |peer: &Self| Some((peer.current_local.clone()?, peer.current_remote.clone()?));
        match (pair(self), pair(far)) {
            (Some((local, remote)), Some((far_local, far_remote))) => {
                local == far_remote && remote == far_local
            }
            _ => false,
        }
    }

    fn fire(&mut self, input: Input) {
        self.tasks.push_back(Task::Fire(Event::Input(input)));
    }

    fn fail(&mut self, operation: meeting::negotiation::Operation, why: &str) {
        self.blunders.push(format!("{}: {why}", self.name));
        self.fire(Input::Failed(operation));
    }

    fn begin_to_gather(&mut self, sdp: &Sdp) {
        if self.candidates > 0 && self.gathered.insert(sdp.ufrag.clone()) {
            self.gathering.push(Gathering {
                ufrag: sdp.ufrag.clone(),
                found: 0,
            });
        }
    }

    fn add_candidate(&mut self, candidate: Option<Candidate>) -> bool {
        let mut known = [&self.current_remote, &self.pending_remote]
            .into_iter()
            .flatten();
        match candidate.and_then(|candidate| candidate.username_fragment) {
            None => known.next().is_some(),
            Some(ufrag) => {
                let fits = known.any(|sdp| sdp.ufrag == ufrag);
                if fits {
                    self.remote_candidates.insert(ufrag);
                }
                fits
            }
        }
    }

    /// <https://www.w3.org/TR/webrtc/#dfn-update-the-negotiation-needed-flag>
    fn update_negotiation_needed(&mut self) {
        if self.chain.is_empty() {
            self.tasks.push_back(Task::CheckNegotiationNeeded);
        } else {
            self.update_on_empty_chain = true;
        }
    }

    fn check_negotiation_needed(&mut self) {
        if !self.chain.is_empty() {
            self.update_on_empty_chain = true;
        } else if self.signaling == SignalingState::Stable {
            let needed = self.is_negotiation_needed();
            if needed && !self.negotiation_needed {
                self.fire(Input::NegotiationNeeded);
            }
            self.negotiation_needed = needed;
        }
    }

    /// <https://www.w3.org/TR/webrtc/#dfn-check-if-negotiation-is-needed>
    fn is_negotiation_needed(&self) -> bool {
        if !self.credentials_to_replace.is_empty() {
            return true;
        }
        match &self.current_local {
            None => self.channel || self.transceivers > 0,
            Some(local) => {
                (self.channel && !local.channel)
                    || self.transceivers > local.sections
                    || (local.sections > 0 && self.sends != local.sends)
            }
        }
    }
}
