use super::*;

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
        received: MediaState::default(),
    }
}

/// Somebody at the far end, and what has arrived of it.
#[derive(Default)]
struct Link {
    liveness: Liveness,
    traffic: Traffic,
}

impl Link {
    fn to(sent: MediaState) -> Self {
        let mut link = Self::default();
        link.liveness.begin();
        link.liveness.on_report(says(sent));
        link
    }

    /// Takes samples during which these sources arrive.
    fn hear(&mut self, samples: u8, arriving: MediaState) -> &mut Self {
        for _ in 0..samples {
            self.traffic.received.microphone += u64::from(arriving.microphone);
            self.traffic.received.camera += u64::from(arriving.camera);
            self.liveness.on_traffic(&self.traffic);
        }
        self
    }
}

#[test]
fn a_far_end_that_speaks_and_is_not_heard_is_silent_after_three_samples() {
    let mut link = Link::to(SPEAKING);
    link.hear(5, SPEAKING).hear(2, MediaState::default());
    assert_eq!(link.liveness.verdict(SPEAKING), Verdict::Flowing);
    link.hear(1, MediaState::default());
    assert_eq!(link.liveness.verdict(SPEAKING), Verdict::Silent);
    link.hear(1, SPEAKING);
    assert_eq!(link.liveness.verdict(SPEAKING), Verdict::Flowing);
}

#[test]
fn a_far_end_that_turned_everything_off_is_only_quiet() {
    let mut link = Link::to(BOTH);
    // The word that both are off is there before the report that nothing is sent any more.
    link.hear(5, BOTH).hear(20, MediaState::default());
    assert_eq!(link.liveness.verdict(MediaState::default()), Verdict::Quiet);
    link.liveness.on_report(says(MediaState::default()));
    assert_eq!(link.liveness.verdict(BOTH), Verdict::Quiet);
}

#[test]
fn a_picture_that_is_sent_and_never_comes_while_the_voice_does_is_stuck() {
    let mut link = Link::to(BOTH);
    link.hear(STUCK - 1, SPEAKING);
    assert_eq!(link.liveness.verdict(BOTH), Verdict::Flowing);
    link.hear(1, SPEAKING);
    assert_eq!(link.liveness.verdict(BOTH), Verdict::Stuck);
}

/// Else a camera that hangs would have the connection built anew again and again.
#[test]
fn a_camera_that_is_on_and_gives_nothing_is_not_a_matter_of_the_connection() {
    let mut link = Link::to(SPEAKING);
    link.hear(100, SPEAKING);
    assert_eq!(link.liveness.verdict(BOTH), Verdict::Flowing);
}

#[test]
fn what_did_not_arrive_before_the_transport_was_up_counts_for_nothing() {
    let mut link = Link::to(SPEAKING);
    link.hear(50, MediaState::default());
    link.liveness.begin();
    assert_eq!(link.liveness.verdict(SPEAKING), Verdict::Flowing);
}

#[test]
fn a_report_is_made_when_something_changes_and_for_each_channel() {
    let mut link = Link::to(SPEAKING);
    link.hear(4, SPEAKING);
    let report = link.liveness.poll_report().unwrap();
    assert_eq!(report.received, SPEAKING);
    assert_eq!(link.hear(4, SPEAKING).liveness.poll_report(), None);
    link.hear(3, MediaState::default());
    let report = link.liveness.poll_report().unwrap();
    assert_eq!(report.received, MediaState::default());
    link.liveness.on_channel_opened();
    assert!(link.liveness.poll_report().is_some());
}

#[test]
fn who_speaks_is_heard_when_the_far_end_says_so() {
    let mut link = Link::to(MediaState::default());
    assert!(!link.liveness.is_heard());
    link.liveness.on_report(Report {
        sent: MediaState::default(),
        received: SPEAKING,
    });
    assert!(link.liveness.is_heard());
}
