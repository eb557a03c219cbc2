//! Old news at one end of a connection: what was overtaken, given up or seen before changes
//! nothing.

use meeting::delivery::{Candidate, Description, SdpType, Signal};
use meeting::negotiation::{Input, Negotiation, Operation, Output, SignalingState};

use SignalingState::{Closed, HaveLocalOffer, HaveRemoteOffer, Stable};

fn outputs(negotiation: &mut Negotiation, input: Input, state: SignalingState) -> Vec<Output> {
    negotiation.handle(input, state);
    std::iter::from_fn(|| negotiation.poll_output()).collect()
}

fn description(exchange: u32, sdp_type: SdpType) -> Signal {
    Signal::Description(Description {
        exchange,
        sdp_type,
        sdp: format!("{sdp_type:?} {exchange}"),
    })
}

fn candidate(line: &str) -> Candidate {
    Candidate {
        candidate: line.to_owned(),
        sdp_mid: None,
        sdp_m_line_index: None,
        username_fragment: None,
    }
}

/// The operation that the only output asks for.
fn operation(outputs: &[Output]) -> Operation {
    match outputs {
        [
            Output::CreateOffer(operation)
            | Output::CreateAnswer(operation)
            | Output::SetLocal(operation, ..)
            | Output::SetRemote(operation, ..),
        ] => *operation,
        other => panic!("one call was expected: {other:?}"),
    }
}

/// An impolite end whose offer is on its way.
fn offering() -> Negotiation {
    let mut end = Negotiation::new(false);
    let call = operation(&outputs(&mut end, Input::NegotiationNeeded, Stable));
    let call = operation(&outputs(
        &mut end,
        Input::Created(call, "Offer 1".to_owned()),
        Stable,
    ));
    let sent = outputs(&mut end, Input::Applied(call), HaveLocalOffer);
    assert_eq!(sent, [Output::Send(description(1, SdpType::Offer))]);
    end
}

/// An end of either kind after a first exchange that the impolite end began.
fn connected(polite: bool) -> Negotiation {
    if polite {
        let mut end = Negotiation::new(true);
        let offer = Input::Remote(description(1, SdpType::Offer));
        let call = operation(&outputs(&mut end, offer, Stable));
        let call = operation(&outputs(&mut end, Input::Applied(call), HaveRemoteOffer));
        let answer = Input::Created(call, "Answer 1".to_owned());
        let call = operation(&outputs(&mut end, answer, HaveRemoteOffer));
        outputs(&mut end, Input::Applied(call), Stable);
        assert!(end.is_idle());
        return end;
    }
    let mut end = offering();
    let answer = Input::Remote(description(1, SdpType::Answer));
    let call = operation(&outputs(&mut end, answer, HaveLocalOffer));
    outputs(&mut end, Input::Applied(call), Stable);
    assert!(end.is_idle());
    end
}

#[test]
fn an_answer_that_comes_twice_is_applied_once() {
    let mut end = offering();
    let answer = || Input::Remote(description(1, SdpType::Answer));
    let call = operation(&outputs(&mut end, answer(), HaveLocalOffer));
    assert_eq!(
        outputs(&mut end, answer(), HaveLocalOffer),
        [],
        "while it is being applied"
    );
    assert_eq!(outputs(&mut end, Input::Applied(call), Stable), []);
    assert_eq!(
        outputs(&mut end, answer(), Stable),
        [],
        "when it has been applied"
    );
}

#[test]
fn an_answer_to_an_offer_that_was_given_up_is_dropped() {
    let mut end = connected(true);
    let call = operation(&outputs(&mut end, Input::NegotiationNeeded, Stable));
    let call = operation(&outputs(
        &mut end,
        Input::Created(call, "mine".to_owned()),
        Stable,
    ));
    outputs(&mut end, Input::Applied(call), HaveLocalOffer);
    // The far end's offer collides, so this one gives way, is asked again and offers once more.
    let offer = Input::Remote(description(2, SdpType::Offer));
    let call = operation(&outputs(&mut end, offer, HaveLocalOffer));
    let call = operation(&outputs(&mut end, Input::Applied(call), HaveRemoteOffer));
    let answer = Input::Created(call, "theirs".to_owned());
    let call = operation(&outputs(&mut end, answer, HaveRemoteOffer));
    outputs(&mut end, Input::Applied(call), Stable);
    let call = operation(&outputs(&mut end, Input::NegotiationNeeded, Stable));
    let call = operation(&outputs(
        &mut end,
        Input::Created(call, "again".to_owned()),
        Stable,
    ));
    outputs(&mut end, Input::Applied(call), HaveLocalOffer);
    let late = Input::Remote(description(1, SdpType::Answer));
    assert_eq!(outputs(&mut end, late, HaveLocalOffer), []);
    let right = Input::Remote(description(2, SdpType::Answer));
    operation(&outputs(&mut end, right, HaveLocalOffer));
}

#[test]
fn an_answer_nobody_asked_for_is_dropped() {
    let answer = || Input::Remote(description(1, SdpType::Answer));
    assert_eq!(outputs(&mut Negotiation::new(true), answer(), Stable), []);
    assert_eq!(outputs(&mut connected(false), answer(), Stable), []);
}

#[test]
fn a_completion_that_was_overtaken_changes_nothing() {
    let mut end = connected(true);
    let overtaken = operation(&outputs(&mut end, Input::NegotiationNeeded, Stable));
    let offer = Input::Remote(description(2, SdpType::Offer));
    let current = operation(&outputs(&mut end, offer, Stable));
    for old in [
        Input::Created(overtaken, "mine".to_owned()),
        Input::Applied(overtaken),
        Input::Failed(overtaken),
    ] {
        assert_eq!(outputs(&mut end, old, Stable), []);
    }
    operation(&outputs(&mut end, Input::Applied(current), HaveRemoteOffer));
}

#[test]
fn a_call_that_fails_makes_the_connection_broken_once() {
    let mut end = Negotiation::new(false);
    let call = operation(&outputs(&mut end, Input::NegotiationNeeded, Stable));
    assert_eq!(
        outputs(&mut end, Input::Failed(call), Stable),
        [Output::Broken]
    );
    assert_eq!(outputs(&mut end, Input::Failed(call), Stable), []);
}

#[test]
fn a_closed_connection_takes_nothing_in() {
    let mut end = connected(false);
    assert_eq!(outputs(&mut end, Input::NegotiationNeeded, Closed), []);
    let offer = Input::Remote(description(2, SdpType::Offer));
    assert_eq!(outputs(&mut end, offer, Closed), []);
}

#[test]
fn candidates_wait_for_the_description_they_belong_to() {
    let mut end = offering();
    let early = || Signal::Candidate(candidate("early"));
    assert_eq!(
        outputs(&mut end, Input::Remote(early()), HaveLocalOffer),
        []
    );
    let answer = Input::Remote(description(1, SdpType::Answer));
    let call = operation(&outputs(&mut end, answer, HaveLocalOffer));
    let end_of_candidates = Input::Remote(Signal::EndOfCandidates {});
    assert_eq!(outputs(&mut end, end_of_candidates, HaveLocalOffer), []);
    assert_eq!(
        outputs(&mut end, Input::Applied(call), Stable),
        [
            Output::AddCandidate(Some(candidate("early"))),
            Output::AddCandidate(None)
        ]
    );
}

#[test]
fn a_candidate_found_while_an_offer_is_given_up_still_reaches_the_far_end() {
    let mut end = connected(true);
    let call = operation(&outputs(&mut end, Input::NegotiationNeeded, Stable));
    outputs(&mut end, Input::Created(call, "mine".to_owned()), Stable);
    // The offer changes no ICE credentials, so the candidate belongs to those in use.
    let found = Input::LocalCandidate(candidate("relay"));
    assert_eq!(
        outputs(&mut end, found, Stable),
        [],
        "it waits for the offer"
    );
    let offer = Input::Remote(description(2, SdpType::Offer));
    let done = outputs(&mut end, offer, Stable);
    assert!(
        done.contains(&Output::Send(Signal::Candidate(candidate("relay")))),
        "{done:?}"
    );
}

#[test]
fn an_offer_that_comes_while_an_answer_is_applied_waits_and_does_not_collide() {
    let mut end = offering();
    let answer = Input::Remote(description(1, SdpType::Answer));
    let call = operation(&outputs(&mut end, answer, HaveLocalOffer));
    let offer = Input::Remote(description(1, SdpType::Offer));
    assert_eq!(outputs(&mut end, offer, HaveLocalOffer), []);
    assert!(!end.ignore_offer());
    let next = outputs(&mut end, Input::Applied(call), Stable);
    assert!(
        matches!(next[..], [Output::SetRemote(_, SdpType::Offer, _)]),
        "{next:?}"
    );
}
