//! Two ends negotiate in every order in which calls, events and signals can follow each other.
//!
//! Signals arrive in order and once, as [`meeting::delivery`] makes them. When each call is carried
//! out, each event seen and each signal received is free, and all orders are tried.

use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use meeting::delivery::{SdpType, Signal};
use meeting::negotiation::{Input, Negotiation, Output, SignalingState};

use simulation::browser::{Event, RtcPeer};

const POLITE: usize = 0;
const IMPOLITE: usize = 1;
const MOST_STATES: usize = 2_000_000;

/// What a person, or the recovery, asks of one end.
#[derive(Clone, Copy, Debug, Hash)]
enum Change {
    Send(u8),
    RestartIce,
}

#[derive(Clone, Debug, Hash)]
struct End {
    negotiation: Negotiation,
    rtc: RtcPeer,
    incoming: VecDeque<Signal>,
    changes: VecDeque<Change>,
    offers: u32,
    ignored: u32,
    /// Offers of the far end that were ignored for the sake of the one offer made last.
    ignored_for_this_offer: u32,
    answers: u32,
}

#[derive(Clone, Copy, Debug)]
enum Move {
    CarryOut(usize),
    See(usize),
    Gather(usize),
    Receive(usize),
    Change(usize),
}

#[derive(Clone, Debug, Hash)]
struct Pair {
    ends: [End; 2],
    /// Leaves out the orders in which something else happens between two candidates.
    candidates_come_together: bool,
}

struct Path {
    before: Option<Rc<Path>>,
    step: Move,
}

impl End {
    fn new(name: &str, polite: bool, candidates: u8) -> Self {
        Self {
            negotiation: Negotiation::new(polite),
            rtc: RtcPeer::new(name, candidates),
            incoming: VecDeque::new(),
            changes: VecDeque::new(),
            offers: 0,
            ignored: 0,
            ignored_for_this_offer: 0,
            answers: 0,
        }
    }
}

impl Pair {
    /// Both ends as they are when their page has just made them.
    fn new(candidates: u8) -> Self {
        let mut ends = [
            End::new("polite", true, candidates),
            End::new("impolite", false, candidates),
        ];
        ends[IMPOLITE].rtc.add_transceivers(4);
        ends[IMPOLITE].rtc.create_data_channel();
        ends[POLITE].rtc.create_data_channel();
        Self {
            ends,
            candidates_come_together: false,
        }
    }

    /// Both ends after an undisturbed first exchange.
    fn connected(candidates: u8) -> Self {
        let mut pair = Self::new(candidates);
        while let Some(step) = pair.moves().into_iter().next() {
            pair.take(step);
        }
        pair.check_the_end();
        pair
    }

    fn changing(mut self, polite: &[Change], impolite: &[Change]) -> Self {
        self.ends[POLITE].changes.extend(polite);
        self.ends[IMPOLITE].changes.extend(impolite);
        self
    }

    /// What can happen next, as far as it has to be tried.
    ///
    /// The two ends touch each other only by what they send. While a signal waits at one end,
    /// nothing that the other does makes a difference to what can happen here (it only lengthens
    /// the queue), so it is enough to try the moves of this end now and those of the other later:
    /// they make a persistent set in the sense of partial-order reduction.
    fn moves(&self) -> Vec<Move> {
        let busy = self.ends.iter().position(|end| !end.incoming.is_empty());
        let mut moves = Vec::new();
        for (side, end) in self.ends.iter().enumerate() {
            if busy.is_some_and(|busy| busy != side) {
                continue;
            }
            if end.rtc.has_calls() {
                moves.push(Move::CarryOut(side));
            }
            if end.rtc.has_tasks() {
                moves.push(Move::See(side));
            }
            if end.rtc.has_to_gather() {
                moves.push(Move::Gather(side));
            }
            if !end.incoming.is_empty() {
                moves.push(Move::Receive(side));
            }
            if !end.changes.is_empty() {
                moves.push(Move::Change(side));
            }
        }
        moves
    }

    fn take(&mut self, step: Move) {
        match step {
            Move::CarryOut(side) => self.ends[side].rtc.carry_out(),
            Move::Gather(side) if self.candidates_come_together => {
                while self.ends[side].rtc.has_to_gather() {
                    self.ends[side].rtc.gather();
                }
            }
            Move::Gather(side) => self.ends[side].rtc.gather(),
            Move::See(side) => {
                if let Some(Event::Input(input)) = self.ends[side].rtc.next_event() {
                    self.tell(side, input);
                }
            }
            Move::Receive(side) => self.receive(side),
            Move::Change(side) => {
                let end = &mut self.ends[side];
                match end.changes.pop_front() {
                    Some(Change::Send(sends)) => end.rtc.set_sends(sends),
                    Some(Change::RestartIce) => end.rtc.restart_ice(),
                    None => {}
                }
            }
        }
    }

    fn receive(&mut self, side: usize) {
        let Some(signal) = self.ends[side].incoming.pop_front() else {
            return;
        };
        let is_offer = matches!(&signal, Signal::Description(it) if it.sdp_type == SdpType::Offer);
        self.tell(side, Input::Remote(signal));
        let end = &mut self.ends[side];
        let ignored =
            end.negotiation.ignore_offer() && !end.negotiation.is_setting_remote_answer_pending();
        if is_offer && ignored {
            assert_eq!(side, IMPOLITE, "the polite end ignored an offer");
            end.ignored += 1;
            end.ignored_for_this_offer += 1;
            assert_eq!(
                end.ignored_for_this_offer, 1,
                "two offers ignored in one collision"
            );
        }
    }

    fn tell(&mut self, side: usize, input: Input) {
        let state = self.ends[side].rtc.signaling_state();
        self.ends[side].negotiation.handle(input, state);
        while let Some(output) = self.ends[side].negotiation.poll_output() {
            match output {
                Output::Broken => panic!("the negotiation gave up"),
                Output::Send(signal) => self.send(side, signal),
                call => {
                    let end = &mut self.ends[side];
                    if matches!(call, Output::CreateOffer(_)) {
                        end.ignored_for_this_offer = 0;
                    }
                    end.rtc.call(call);
                }
            }
        }
        assert_eq!(self.ends[side].rtc.blunders, [""; 0]);
    }

    fn send(&mut self, side: usize, signal: Signal) {
        let rtc = &self.ends[side].rtc;
        // The polite end may have given its offer up for another than the first of the impolite.
        let collides = side == POLITE && self.ends[IMPOLITE].offers > 1;
        let waits = rtc.current_remote.is_some() && !collides;
        let offers = rtc.signaling_state() == SignalingState::HaveLocalOffer;
        let is_candidate = matches!(signal, Signal::Candidate(_));
        assert!(
            !(waits && offers && is_candidate),
            "a candidate before the answer"
        );
        if let Signal::Description(description) = &signal {
            match description.sdp_type {
                SdpType::Offer => self.ends[side].offers += 1,
                SdpType::Answer => self.ends[side].answers += 1,
            }
        }
        self.ends[1 - side].incoming.push_back(signal);
    }

    fn check_the_end(&self) {
        let [polite, impolite] = &self.ends;
        for end in &self.ends {
            assert!(end.rtc.is_settled(), "not settled: {:#?}", end.rtc);
            assert!(
                end.negotiation.is_idle(),
                "not idle: {:#?}",
                end.negotiation
            );
            assert!(
                end.rtc.candidates() == 0 || end.rtc.generations().is_some(),
                "no candidate of the far end: {:#?}",
                end.rtc
            );
        }
        assert!(
            polite.rtc.matches(&impolite.rtc),
            "{polite:#?} {impolite:#?}"
        );
        assert_eq!(
            polite.answers, impolite.offers,
            "the impolite end always gets its answer"
        );
        assert_eq!(impolite.answers + impolite.ignored, polite.offers);
    }

    fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// Tries every order, and checks what each of them leads to. Gives the number of states seen.
fn explore(start: Pair) -> usize {
    let mut seen = HashSet::from([start.fingerprint()]);
    let mut open: Vec<(Pair, Option<Rc<Path>>)> = vec![(start, None)];
    while let Some((pair, path)) = open.pop() {
        let moves = pair.moves();
        let guard = PrintOnPanic(path.clone());
        if moves.is_empty() {
            pair.check_the_end();
        }
        for step in moves {
            let mut next = pair.clone();
            let guard = PrintOnPanic(Some(Rc::new(Path {
                before: path.clone(),
                step,
            })));
            next.take(step);
            if seen.insert(next.fingerprint()) {
                open.push((next, guard.0.clone()));
            }
        }
        drop(guard);
        assert!(
            seen.len() < MOST_STATES,
            "the exchange never comes to an end"
        );
    }
    seen.len()
}

/// Says how it came to this.
struct PrintOnPanic(Option<Rc<Path>>);

impl Drop for PrintOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut steps = Vec::new();
            let mut path = self.0.as_ref();
            while let Some(part) = path {
                steps.push(part.step);
                path = part.before.as_ref();
            }
            steps.reverse();
            eprintln!("after {steps:?}");
        }
    }
}

/// A connected pair whose candidates matter, but not what happens between two of them.
fn connected_with_candidates() -> Pair {
    Pair {
        candidates_come_together: true,
        ..Pair::connected(1)
    }
}

#[test]
fn the_first_exchange_succeeds_in_every_order() {
    explore(Pair::new(2));
}

#[test]
fn the_polite_end_waits_for_the_first_offer_whatever_its_browser_asks_for() {
    let pair = Pair::connected(0);
    assert_eq!(pair.ends[POLITE].offers, 0);
    assert_eq!(pair.ends[IMPOLITE].offers, 1);
}

#[test]
fn what_changes_during_the_first_exchange_is_negotiated_after_it_in_every_order() {
    explore(Pair::new(0).changing(&[Change::Send(1)], &[Change::Send(2)]));
}

#[test]
fn both_ends_may_change_what_they_send_at_once_in_every_order() {
    explore(Pair::connected(0).changing(&[Change::Send(1)], &[Change::Send(2)]));
}

#[test]
fn both_ends_may_change_their_mind_while_they_collide_in_every_order() {
    let twice = [Change::Send(1), Change::Send(2)];
    explore(Pair::connected(0).changing(&twice, &twice));
}

#[test]
fn both_ends_may_restart_ice_at_once_in_every_order() {
    explore(Pair::connected(0).changing(&[Change::RestartIce], &[Change::RestartIce]));
}

#[test]
fn a_restart_of_the_polite_end_survives_a_collision_with_its_candidates() {
    explore(connected_with_candidates().changing(&[Change::RestartIce], &[Change::Send(1)]));
}

#[test]
fn a_restart_of_the_impolite_end_survives_a_collision_with_its_candidates() {
    explore(connected_with_candidates().changing(&[Change::Send(1)], &[Change::RestartIce]));
}

#[test]
fn the_candidates_of_a_restart_wait_for_its_answer_in_every_order() {
    explore(connected_with_candidates().changing(&[Change::RestartIce], &[]));
    explore(connected_with_candidates().changing(&[], &[Change::RestartIce]));
}
