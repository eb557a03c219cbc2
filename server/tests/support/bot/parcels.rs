//! Signals as the real page sends them: in order and once each, whatever happens on the way.

use std::collections::BTreeMap;

use meeting::delivery::{Delivery, Description, Parcel, SdpType, Signal};
use meeting::id::{ConnectionId, InstanceId, ParticipantId};
use meeting::signaling::SignalPayload;
use meeting::time::Timestamp;
use tokio::time::Instant;

/// What is on its way to and from everybody else.
pub(super) struct Parcels {
    opened: Instant,
    connection: ConnectionId,
    threads: BTreeMap<ParticipantId, Thread>,
}

#[derive(Default)]
struct Thread {
    delivery: Delivery,
    written: u32,
    read: u32,
}

impl Parcels {
    pub(super) fn new() -> Self {
        let anyone = InstanceId::from_random(0);
        Self {
            opened: Instant::now(),
            connection: ConnectionId {
                polite: anyone.clone(),
                impolite: anyone,
                attempt: 1,
            },
            threads: BTreeMap::new(),
        }
    }

    pub(super) fn write(&mut self, to: ParticipantId, sdp: String) {
        let thread = self.threads.entry(to).or_default();
        let offer = Signal::Description(Description {
            exchange: thread.written,
            sdp_type: SdpType::Offer,
            sdp,
        });
        thread.delivery.send(offer).expect("too much is on its way");
        thread.written += 1;
    }

    /// How many signals can be read now. They have to be the next ones.
    pub(super) fn read(&mut self, from: ParticipantId, payload: &SignalPayload) -> usize {
        let now = self.now();
        let thread = self.threads.entry(from).or_default();
        let parcel = Parcel::parse(payload).unwrap();
        let signals = thread.delivery.receive(now, parcel);
        for signal in &signals {
            let Signal::Description(offer) = signal else {
                panic!("nobody sent {signal:?}");
            };
            assert_eq!(offer.exchange, thread.read, "doubled or out of order");
            thread.read += 1;
        }
        signals.len()
    }

    /// The next thing to hand to the server.
    pub(super) fn next_parcel(&mut self) -> Option<(ParticipantId, SignalPayload)> {
        let now = self.now();
        self.threads.iter_mut().find_map(|(to, thread)| {
            let parcel = thread.delivery.poll_parcel(now, &self.connection)?;
            Some((to.clone(), parcel.to_payload().unwrap()))
        })
    }

    /// When to look for the next parcel though nothing else happens.
    pub(super) fn due(&self) -> Option<Instant> {
        let timeouts = self.threads.values().map(|one| one.delivery.poll_timeout());
        let due = timeouts.flatten().min()?;
        Some(self.opened + due.since(Timestamp::default()))
    }

    /// There is a socket again.
    pub(super) fn path_restored(&mut self) {
        let now = self.now();
        for thread in self.threads.values_mut() {
            thread.delivery.path_restored(now);
        }
    }

    fn now(&self) -> Timestamp {
        let elapsed = self.opened.elapsed().as_millis();
        Timestamp::from_millis(u64::try_from(elapsed).unwrap())
    }
}
