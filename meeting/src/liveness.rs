//! Whether what one end sends arrives at the other.
//!
//! A connection can be up for the browser and yet carry nothing: the path changed under it, or one
//! track got stuck. So each page counts the packets of each source both ways, [`SAMPLE_EVERY`] so
//! often, and tells the far end in a [`Report`] which of them flow. Where the far end sends and
//! nothing arrives, the connection is repaired; and who speaks can be told how many hear it.
//!
//! Everything is counted in samples, not in time: a page that was frozen for a while took none, and
//! so does not take its own silence for that of the others.

use std::time::Duration;

use crate::conversation::{MediaState, Report};

/// How often the traffic of each connection is looked at.
pub const SAMPLE_EVERY: Duration = Duration::from_millis(500);

/// Samples without a packet after which a source no longer flows. A voice that is silent sends one
/// every 400 ms ([RFC 7587 §3.1.3](https://www.rfc-editor.org/rfc/rfc7587#section-3.1.3)).
const STILL: u8 = 3;
/// Samples without a packet of one source, while others arrive, after which that one is stuck.
const STUCK: u8 = 12;

/// Packets of each source that crossed a connection one way so far, from
/// [`packetsSent` and `packetsReceived`](https://www.w3.org/TR/webrtc-stats/#receivedrtpstats-dict*).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packets {
    /// Of the microphone.
    pub microphone: u64,
    /// Of the camera.
    pub camera: u64,
    /// Of the shared screen, without its sound.
    pub screen: u64,
}

/// What crossed a connection so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// To the far end.
    pub sent: Packets,
    /// From the far end.
    pub received: Packets,
    /// Bytes received over any candidate pair, media or not.
    pub bytes_received: u64,
}

/// What the last samples of a connection mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Media arrive.
    Flowing,
    /// No media arrive, and none are expected to.
    Quiet,
    /// The far end sends, and nothing at all arrives.
    Silent,
    /// The far end sends several things, and one of them does not arrive.
    Stuck,
}

/// Watches over the traffic of one peer connection.
#[derive(Debug, Default)]
pub struct Liveness {
    sent: Gauges,
    received: Gauges,
    /// What the far end said last.
    theirs: Report,
    /// What it was told last.
    told: Option<Report>,
}

impl Liveness {
    /// The transport has come up: what did not arrive before counts for nothing.
    pub fn begin(&mut self) {
        self.sent.reset();
        self.received.reset();
    }

    /// A data channel is open, so the far end knows nothing yet.
    pub fn on_channel_opened(&mut self) {
        self.theirs = Report::default();
        self.told = None;
    }

    /// Takes what the far end says of its side.
    pub const fn on_report(&mut self, report: Report) {
        self.theirs = report;
    }

    /// Takes a sample.
    pub fn on_traffic(&mut self, traffic: &Traffic) {
        self.sent.sample(traffic.sent);
        self.received.sample(traffic.received);
    }

    /// What the far end has to be told, if that has changed.
    pub fn poll_report(&mut self) -> Option<Report> {
        let report = Report {
            sent: self.sent.flowing(),
            received: self.received.flowing(),
        };
        (self.told != Some(report)).then(|| {
            self.told = Some(report);
            report
        })
    }

    /// What the last samples mean. `claimed` is what the far end says that it has turned on; its
    /// reports lag behind that.
    pub fn verdict(&self, claimed: MediaState) -> Verdict {
        let sent = self.theirs.sent.and(claimed);
        if !self.received.flowing().any() {
            // A screen on which nothing moves may send nothing for a while.
            return if sent.microphone || sent.camera {
                Verdict::Silent
            } else {
                Verdict::Quiet
            };
        }
        if self.received.stuck().and(sent).any() {
            Verdict::Stuck
        } else {
            Verdict::Flowing
        }
    }

    /// Whether the far end receives this end's microphone.
    pub const fn is_heard(&self) -> bool {
        self.theirs.received.microphone
    }
}

/// How the packets of each source come along one way.
#[derive(Debug, Default)]
struct Gauges {
    microphone: Gauge,
    camera: Gauge,
    screen: Gauge,
}

impl Gauges {
    fn reset(&mut self) {
        for gauge in [&mut self.microphone, &mut self.camera, &mut self.screen] {
            gauge.still = 0;
        }
    }

    fn sample(&mut self, packets: Packets) {
        self.microphone.sample(packets.microphone);
        self.camera.sample(packets.camera);
        self.screen.sample(packets.screen);
    }

    fn each(&self, holds: fn(&Gauge) -> bool) -> MediaState {
        MediaState {
            microphone: holds(&self.microphone),
            camera: holds(&self.camera),
            screen: holds(&self.screen),
        }
    }

    fn flowing(&self) -> MediaState {
        self.each(|gauge| gauge.still < STILL)
    }

    fn stuck(&self) -> MediaState {
        self.each(|gauge| gauge.still >= STUCK)
    }
}

/// One source.
#[derive(Debug, Default)]
struct Gauge {
    packets: u64,
    /// Samples since the last packet.
    still: u8,
}

impl Gauge {
    const fn sample(&mut self, packets: u64) {
        self.still = if packets > self.packets {
            0
        } else {
            self.still.saturating_add(1)
        };
        self.packets = packets;
    }
}

#[cfg(test)]
mod tests;
