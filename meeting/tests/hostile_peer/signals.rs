//! Signals that pretend to be about the connections of others, or about ones without end.

use meeting::delivery::{Candidate, Description, Parcel, SdpType, Signal};
use meeting::id::{ConnectionId, InstanceId};

use super::people::{ann, ben, mallorys_instances, victims_instance};

fn parcel(polite: InstanceId, impolite: InstanceId, attempt: u32, first: u32) -> Parcel {
    let offer = Signal::Description(Description {
        exchange: 1,
        sdp_type: SdpType::Offer,
        sdp: "v=0".to_owned(),
    });
    let candidate = Signal::Candidate(Candidate {
        candidate: "candidate:1".to_owned(),
        sdp_mid: None,
        sdp_m_line_index: Some(u16::MAX),
        username_fragment: None,
    });
    Parcel {
        connection: ConnectionId {
            polite,
            impolite,
            attempt,
        },
        ack: u32::MAX,
        first,
        signals: vec![
            offer,
            candidate,
            Signal::EndOfCandidates {},
            Signal::Hello {},
        ],
    }
}

/// Payloads of signals, the first one such as the program makes it.
pub(crate) fn forged_payloads() -> Vec<String> {
    let mut ends = vec![
        (victims_instance(), ann().instance),
        (ann().instance, victims_instance()),
        (ben().instance, ann().instance),
        (victims_instance(), victims_instance()),
    ];
    for mallory in mallorys_instances() {
        ends.push((victims_instance(), mallory.clone()));
        ends.push((mallory, victims_instance()));
    }
    let mut payloads = Vec::new();
    for (polite, impolite) in ends {
        for attempt in [0, 1, 2, 3, u32::MAX - 1, u32::MAX] {
            for first in [0, 1, 255, u32::MAX] {
                let parcel = parcel(polite.clone(), impolite.clone(), attempt, first);
                payloads.push(serde_json::to_string(&parcel).unwrap());
            }
        }
    }
    payloads.extend(["", "{}", "no parcel"].map(str::to_owned));
    payloads
}
