use meeting::delivery::{Backlogged, Candidate, Delivery, Description, Parcel, SdpType, Signal};
use meeting::id::{ConnectionId, InstanceId};
use meeting::limits;
use meeting::signaling::SignalPayload;
use meeting::time::Timestamp;
use proptest::prelude::*;

fn connection() -> ConnectionId {
    let instance = InstanceId::from_random;
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
    sender.send(Signal::Hello {}).unwrap();
    assert!(sender.poll_parcel(at(0), &connection()).is_some());
    assert!(sender.poll_parcel(at(999), &connection()).is_none());
    let again = sender.poll_parcel(at(1000), &connection()).unwrap();
    assert_eq!(again.signals, [Signal::Hello {}]);
    assert!(
        sender.poll_parcel(at(2999), &connection()).is_none(),
        "the wait doubles"
    );
    assert!(sender.poll_parcel(at(3000), &connection()).is_some());
}

#[test]
fn candidates_found_in_quick_succession_travel_together() {
    let mut ada = Delivery::default();
    ada.send(candidate(0)).unwrap();
    assert_eq!(ada.poll_parcel(at(0), &connection()), None);
    ada.send(candidate(1)).unwrap();
    assert_eq!(ada.poll_parcel(at(19), &connection()), None);
    assert_eq!(ada.poll_timeout(), Some(at(20)));
    let parcel = ada.poll_parcel(at(20), &connection()).unwrap();
    assert_eq!(parcel.signals, [candidate(0), candidate(1)]);
}

#[test]
fn a_description_waits_for_nobody() {
    let mut ada = Delivery::default();
    ada.send(candidate(0)).unwrap();
    assert_eq!(ada.poll_parcel(at(0), &connection()), None);
    let description = Description {
        exchange: 1,
        sdp_type: SdpType::Offer,
        sdp: String::new(),
    };
    ada.send(Signal::Description(description)).unwrap();
    assert_eq!(
        ada.poll_parcel(at(1), &connection()).unwrap().signals.len(),
        2
    );
}

#[test]
fn an_acknowledgement_waits_a_little_for_company_and_ends_the_resending() {
    let (mut ada, mut ben) = (Delivery::default(), Delivery::default());
    ada.send(Signal::Hello {}).unwrap();
    let parcel = ada.poll_parcel(at(0), &connection()).unwrap();
    assert_eq!(ben.receive(at(10), parcel), [Signal::Hello {}]);
    assert!(ben.poll_parcel(at(50), &connection()).is_none());
    let ack = ben.poll_parcel(at(110), &connection()).unwrap();
    assert!(ack.signals.is_empty());
    ada.receive(at(120), ack);
    assert_eq!(ada.poll_timeout(), None);
}

#[test]
fn a_restored_path_gets_everything_again_at_once() {
    let mut ada = Delivery::default();
    ada.send(Signal::Hello {}).unwrap();
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
        treatments in proptest::collection::vec(0u8..4, 0..200),
        count in 1usize..60,
    ) {
        let (mut ada, mut ben) = (Delivery::default(), Delivery::default());
        let mut treatments = treatments.into_iter();
        let (mut got, mut held) = (Vec::new(), Vec::new());
        let mut now = 0;
        for number in 0..count {
            ada.send(candidate(number)).unwrap();
            now += 37;
            step(&mut ada, &mut ben, &mut got, &mut held, &mut treatments, at(now));
        }
        while ada.poll_timeout().is_some() || ben.poll_timeout().is_some() {
            now += 250;
            prop_assert!(now < 3_600_000, "never settles");
            step(&mut ada, &mut ben, &mut got, &mut held, &mut treatments, at(now));
        }
        prop_assert_eq!(got, (0..count).map(candidate).collect::<Vec<_>>());
    }
}

fn step(
    ada: &mut Delivery,
    ben: &mut Delivery,
    got: &mut Vec<Signal>,
    held: &mut Vec<Parcel>,
    treatments: &mut impl Iterator<Item = u8>,
    now: Timestamp,
) {
    while let Some(parcel) = ada.poll_parcel(now, &connection()) {
        match treatments.next().unwrap_or(1) {
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
        if treatments.next().unwrap_or(1) != 0 {
            ada.receive(now, parcel);
        }
    }
}

/// Whatever it is, the far end counts it, and waits for its acknowledgement.
#[test]
fn a_signal_that_only_a_newer_page_understands_takes_its_turn() {
    let text = r#"{
        "connection": {"polite": "0000000000000001", "impolite": "0000000000000002", "attempt": 1, "via": "a"},
        "ack": 0, "first": 0, "sent": 5,
        "signals": [{"kind": "hello", "wish": 1}, {"kind": "wave", "hand": "left"}, {"kind": "hello"}]
    }"#;
    let payload = SignalPayload::try_from(text.to_owned()).unwrap();
    let parcel = Parcel::parse(&payload).unwrap();
    let mut ada = Delivery::default();
    let [first, second] = [Signal::Hello {}, Signal::Hello {}];
    assert_eq!(ada.receive(at(0), parcel), [first, Signal::Unknown, second]);
    let answer = ada.poll_parcel(at(100), &connection()).unwrap();
    assert_eq!(answer.ack, 3);
}
