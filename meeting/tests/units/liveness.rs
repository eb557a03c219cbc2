use meeting::conversation::{MediaState, Report};
use meeting::liveness::{Liveness, Traffic, Verdict};

/// Samples in which a source is due and does not come, while others do, until it is stuck.
const STUCK: u8 = 12;

const NOTHING: MediaState = MediaState {
    microphone: false,
    camera: false,
    screen: false,
};
const SPEAKING: MediaState = MediaState {
    microphone: true,
    camera: false,
    screen: false,
};
const BOTH: MediaState = MediaState {
    microphone: true,
    camera: true,
    screen: false,
};

fn says(sent: MediaState) -> Report {
    Report {
        sent,
        received: NOTHING,
    }
}

/// Somebody at the far end, and what has arrived of it.
#[derive(Default)]
struct Link {
    liveness: Liveness,
    traffic: Traffic,
    claims: MediaState,
}

impl Link {
    fn to(sent: MediaState) -> Self {
        let mut link = Self {
            claims: sent,
            ..Self::default()
        };
        link.liveness.begin();
        link.liveness.on_report(says(sent));
        link
    }

    fn verdict(&self) -> Verdict {
        self.liveness.verdict()
    }

    /// Takes samples during which these sources arrive.
    fn hear(&mut self, samples: u8, arriving: MediaState) -> &mut Self {
        for _ in 0..samples {
            self.traffic.received.microphone += u64::from(arriving.microphone);
            self.traffic.received.camera += u64::from(arriving.camera);
            self.liveness.on_traffic(&self.traffic, self.claims);
        }
        self
    }
}

#[test]
fn a_far_end_that_speaks_and_is_not_heard_is_silent_after_three_samples() {
    let mut link = Link::to(SPEAKING);
    link.hear(5, SPEAKING).hear(2, NOTHING);
    assert_eq!(link.verdict(), Verdict::Flowing);
    link.hear(1, NOTHING);
    assert_eq!(link.verdict(), Verdict::Silent);
    link.hear(1, SPEAKING);
    assert_eq!(link.verdict(), Verdict::Flowing);
}

#[test]
fn a_far_end_that_turned_everything_off_is_only_quiet() {
    let mut link = Link::to(BOTH);
    link.hear(5, BOTH);
    // The word that both are off is there before the report that nothing is sent any more.
    link.claims = NOTHING;
    assert_eq!(link.hear(20, NOTHING).verdict(), Verdict::Quiet);
    link.claims = BOTH;
    link.liveness.on_report(says(NOTHING));
    assert_eq!(link.hear(20, NOTHING).verdict(), Verdict::Quiet);
}

/// The wait for something that was off used to count from when it went off.
#[test]
fn nothing_is_missed_before_it_was_sent() {
    let mut link = Link::to(SPEAKING);
    link.hear(50, SPEAKING);
    link.claims = BOTH;
    link.liveness.on_report(says(BOTH));
    assert_eq!(link.hear(STUCK - 1, SPEAKING).verdict(), Verdict::Flowing);
    let mut link = Link::to(NOTHING);
    link.hear(50, NOTHING);
    link.claims = BOTH;
    link.liveness.on_report(says(BOTH));
    assert_eq!(link.hear(2, NOTHING).verdict(), Verdict::Quiet);
    assert_eq!(link.hear(1, NOTHING).verdict(), Verdict::Silent);
}

#[test]
fn a_picture_that_is_sent_and_never_comes_while_the_voice_does_is_stuck() {
    let mut link = Link::to(BOTH);
    link.hear(STUCK - 1, SPEAKING);
    assert_eq!(link.verdict(), Verdict::Flowing);
    link.hear(1, SPEAKING);
    assert_eq!(link.verdict(), Verdict::Stuck);
}

/// Else a camera that hangs would have the connection built anew again and again.
#[test]
fn a_camera_that_is_on_and_gives_nothing_is_not_a_matter_of_the_connection() {
    let mut link = Link::to(BOTH);
    link.liveness.on_report(says(SPEAKING));
    assert_eq!(link.hear(100, SPEAKING).verdict(), Verdict::Flowing);
}

#[test]
fn what_did_not_arrive_before_the_transport_was_up_counts_for_nothing() {
    let mut link = Link::to(SPEAKING);
    assert_eq!(link.hear(50, NOTHING).verdict(), Verdict::Silent);
    link.liveness.begin();
    assert_eq!(link.verdict(), Verdict::Quiet);
}

/// A microphone that is on and gives nothing would have passed for one that is sent.
#[test]
fn nothing_counts_as_sent_before_its_first_packet() {
    let mut link = Link::default();
    link.hear(1, NOTHING);
    assert_eq!(link.liveness.poll_report(), Some(Report::default()));
}

#[test]
fn who_is_not_heard_at_all_finds_out_from_the_far_end() {
    let mut link = Link::to(NOTHING);
    let mut verdicts = Vec::new();
    for _ in 0..30 {
        link.traffic.sent.microphone += 1;
        verdicts.push(link.hear(1, NOTHING).verdict());
    }
    let unheard = |verdict: &&Verdict| **verdict == Verdict::Unheard;
    assert_eq!(verdicts.iter().filter(unheard).count(), 3, "{verdicts:?}");
    link.liveness.on_report(Report {
        sent: NOTHING,
        received: SPEAKING,
    });
    link.traffic.sent.microphone += 1;
    assert_eq!(link.hear(1, NOTHING).verdict(), Verdict::Quiet);
}

/// Before its first report nobody can say what the far end receives.
#[test]
fn a_far_end_that_has_said_nothing_yet_is_not_deaf() {
    let mut link = Link::default();
    for _ in 0..30 {
        link.traffic.sent.microphone += 1;
        assert_eq!(link.hear(1, NOTHING).verdict(), Verdict::Quiet);
    }
}

#[test]
fn a_report_is_made_when_something_changes_and_for_each_channel() {
    let mut link = Link::to(SPEAKING);
    link.hear(4, SPEAKING);
    let report = link.liveness.poll_report().unwrap();
    assert_eq!(report.received, SPEAKING);
    assert_eq!(link.hear(4, SPEAKING).liveness.poll_report(), None);
    link.hear(3, NOTHING);
    let report = link.liveness.poll_report().unwrap();
    assert_eq!(report.received, NOTHING);
    link.liveness.on_channel_opened();
    assert!(link.liveness.poll_report().is_some());
}

#[test]
fn who_speaks_is_heard_when_the_far_end_says_so() {
    let mut link = Link::to(NOTHING);
    assert!(!link.liveness.is_heard());
    link.liveness.on_report(Report {
        sent: NOTHING,
        received: SPEAKING,
    });
    assert!(link.liveness.is_heard());
}
