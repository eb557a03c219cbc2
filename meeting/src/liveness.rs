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
/// Samples in which one source was due and did not come, while others did, after which it is stuck.
const STUCK: u8 = 12;
/// Samples in which the far end received nothing of what is sent, after which it has to be told.
const UNHEARD: u8 = 4;
/// Samples after which it has to be told again.
const UNHEARD_AGAIN: u8 = 16;

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
    /// The far end sends a voice and a face, and one of the two does not arrive.
    Stuck,
    /// Nothing of what is sent from here arrives at the far end, for the first time or still.
    Unheard,
}

/// Watches over the traffic of one peer connection.
#[derive(Debug, Default)]
pub struct Liveness {
    sent: Gauges,
    received: Gauges,
    /// What the far end said last on the present data channel.
    theirs: Option<Report>,
    /// What it was told last.
    told: Option<Report>,
    /// Samples in which it received nothing of what was sent.
    unheard: u8,
}

impl Liveness {
    /// The transport has come up: what did not arrive before counts for nothing.
    pub const fn begin(&mut self) {
        self.received.microphone.overdue = 0;
        self.received.camera.overdue = 0;
        self.unheard = 0;
    }

    /// A data channel is open, so the far end knows nothing yet.
    pub const fn on_channel_opened(&mut self) {
        self.theirs = None;
        self.told = None;
    }

    /// Takes what the far end says of its side.
    pub const fn on_report(&mut self, report: Report) {
        self.theirs = Some(report);
    }

    /// Takes a sample. `claimed` is what the far end says that it has turned on; its reports lag
    /// behind that.
    pub fn on_traffic(&mut self, traffic: &Traffic, claimed: MediaState) {
        let due = self.theirs.unwrap_or_default().sent.and(claimed);
        self.sent.sample(traffic.sent, MediaState::default());
        self.received.sample(traffic.received, due);
        self.unheard = match (self.is_unheard(), self.unheard) {
            (false, _) => 0,
            (true, UNHEARD_AGAIN) => UNHEARD,
            (true, samples) => samples + 1,
        };
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

    /// Has the far end told again what it knows already: its browser acknowledges that, and so
    /// shows that the connection works.
    pub const fn repeat_report(&mut self) {
        self.told = None;
    }

    /// What the last samples mean. A screen on which nothing moves may send nothing for a while, so
    /// nothing is concluded from one that does not come.
    pub fn verdict(&self) -> Verdict {
        let Gauges {
            microphone, camera, ..
        } = &self.received;
        let overdue = microphone.overdue.max(camera.overdue);
        let flows = self.received.flowing().any();
        if !flows && overdue >= STILL {
            Verdict::Silent
        } else if overdue >= STUCK {
            Verdict::Stuck
        } else if self.unheard == UNHEARD {
            Verdict::Unheard
        } else if flows {
            Verdict::Flowing
        } else {
            Verdict::Quiet
        }
    }

    /// Whether anything arrived since the sample before the last.
    pub fn arrives(&self) -> bool {
        self.received.each(|gauge| gauge.still == 0).any()
    }

    /// Whether the far end receives this end's microphone.
    pub fn is_heard(&self) -> bool {
        self.theirs.is_some_and(|report| report.received.microphone)
    }

    /// Whether a voice or a face is sent and the far end says that none arrives.
    fn is_unheard(&self) -> bool {
        let sent = self.sent.flowing();
        let sends = sent.microphone || sent.camera;
        let arrives = |report: Report| sent.and(report.received).any();
        sends && self.theirs.is_some_and(|report| !arrives(report))
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
    const fn sample(&mut self, packets: Packets, due: MediaState) {
        self.microphone.sample(packets.microphone, due.microphone);
        self.camera.sample(packets.camera, due.camera);
        self.screen.sample(packets.screen, due.screen);
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
}

/// One source.
#[derive(Debug)]
struct Gauge {
    packets: u64,
    /// Samples since the last packet.
    still: u8,
    /// Samples since the last packet, or since the far end began to send.
    overdue: u8,
}

impl Default for Gauge {
    fn default() -> Self {
        Self {
            packets: 0,
            still: u8::MAX,
            overdue: 0,
        }
    }
}

impl Gauge {
    const fn sample(&mut self, packets: u64, due: bool) {
        let arrives = packets > self.packets;
        self.packets = packets;
        self.still = if arrives {
            0
        } else {
            self.still.saturating_add(1)
        };
        self.overdue = if arrives || !due {
            0
        } else {
            self.overdue.saturating_add(1)
        };
    }
}
