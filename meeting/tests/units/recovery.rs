use meeting::liveness::Verdict;
use meeting::recovery::{Recovery, Step, TransportState, Whose};
use meeting::time::Timestamp;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn connected(polite: bool) -> Recovery {
    let mut recovery = Recovery::new(at(0), polite, 0);
    assert_eq!(
        recovery.on_transport(at(500), TransportState::Connected),
        None
    );
    recovery
}

fn silent(recovery: &mut Recovery, millis: u64) -> Option<Step> {
    recovery.on_sample(at(millis), Verdict::Silent, false, 0)
}

fn flowing(recovery: &mut Recovery, millis: u64) -> Option<Step> {
    recovery.on_sample(at(millis), Verdict::Flowing, true, millis)
}

fn quiet(recovery: &mut Recovery, millis: u64, received: u64) -> Option<Step> {
    recovery.on_sample(at(millis), Verdict::Quiet, false, received)
}

#[test]
fn a_hiccup_with_bytes_still_flowing_is_left_alone() {
    let mut recovery = connected(false);
    quiet(&mut recovery, 500, 1000);
    recovery.on_transport(at(1000), TransportState::Disconnected);
    quiet(&mut recovery, 2000, 2000);
    assert_eq!(recovery.poll(at(3500)), None);
    assert_eq!(
        recovery.poll_timeout(),
        Some(at(6000)),
        "it is looked at again"
    );
}

#[test]
fn a_stalled_connection_is_restarted_by_the_impolite_end_only() {
    for (polite, step) in [(false, Some(Step::RestartIce)), (true, None)] {
        let mut recovery = connected(polite);
        recovery.on_transport(at(1000), TransportState::Disconnected);
        assert_eq!(recovery.poll(at(3499)), None);
        assert_eq!(recovery.poll(at(3500)), step);
    }
}

#[test]
fn silence_is_met_like_a_stall_and_only_once() {
    for (polite, step) in [(false, Some(Step::RestartIce)), (true, None)] {
        let mut recovery = connected(polite);
        assert_eq!(silent(&mut recovery, 1000), step);
        assert_eq!(silent(&mut recovery, 1500), None);
        assert!(!recovery.is_connected());
        assert_eq!(recovery.poll(at(9000)), Some(Step::Rebuild));
    }
}

/// The browser stays `connected` through a restart that it did not need, and says nothing.
#[test]
fn media_that_arrive_after_a_restart_end_the_alarm_if_the_browser_never_had_doubts() {
    let mut recovery = connected(false);
    silent(&mut recovery, 1000);
    assert_eq!(
        flowing(&mut recovery, 1500),
        None,
        "that may be from before"
    );
    assert_eq!(flowing(&mut recovery, 2000), Some(Step::Refresh));
    assert!(recovery.is_connected());
    assert_eq!(flowing(&mut recovery, 2500), None, "once");
    recovery.on_transport(at(3000), TransportState::Failed);
    for sample in 0..5 {
        assert_eq!(flowing(&mut recovery, 3500 + sample * 500), None);
    }
    assert!(!recovery.is_connected());
}

/// A link with nothing turned on used to be built anew eight seconds after a change of network.
#[test]
fn where_no_media_are_due_any_byte_ends_the_alarm() {
    let mut recovery = connected(false);
    quiet(&mut recovery, 900, 1000);
    recovery.on_network_change(at(1000));
    assert_eq!(quiet(&mut recovery, 1500, 1000), None);
    assert_eq!(quiet(&mut recovery, 2000, 1000), None);
    assert_eq!(quiet(&mut recovery, 2500, 1080), Some(Step::Refresh));
}

#[test]
fn an_end_that_is_not_heard_restarts_and_leaves_the_rest_to_the_deaf_one() {
    for (polite, step) in [(false, Some(Step::RestartIce)), (true, None)] {
        let mut recovery = connected(polite);
        let heard = recovery.on_sample(at(1000), Verdict::Unheard, true, 0);
        assert_eq!(heard, step);
        assert!(recovery.is_connected());
    }
}

/// Firefox takes its time to say `failed`, and no restart helps it then: eight seconds were lost.
#[test]
fn a_failure_in_the_middle_of_a_restart_is_met_with_a_new_connection_as_soon_as_it_can_be_told() {
    let mut recovery = connected(true);
    silent(&mut recovery, 1000);
    let step = recovery.on_transport(at(2000), TransportState::Failed);
    assert_eq!(step, None);
    recovery.postpone(at(2000));
    assert_eq!(recovery.poll(at(2000)), None, "the server is away");

    let mut recovery = connected(true);
    silent(&mut recovery, 1000);
    recovery.on_transport(at(2000), TransportState::Failed);
    assert_eq!(recovery.poll(at(2000)), Some(Step::Rebuild));
}

#[test]
fn an_end_whose_network_changed_restarts_whichever_end_it_is() {
    for polite in [false, true] {
        let mut recovery = connected(polite);
        assert_eq!(recovery.on_network_change(at(1000)), Some(Step::RestartIce));
        let mut new = Recovery::new(at(0), polite, 0);
        assert_eq!(new.on_network_change(at(1000)), None);
    }
}

#[test]
fn a_restart_that_nobody_could_hear_of_is_made_again_when_they_can() {
    let mut recovery = connected(false);
    silent(&mut recovery, 1000);
    for second in 1..30 {
        recovery.postpone(at(second * 1000));
        assert_eq!(recovery.poll(at(second * 1000)), None);
    }
    let step = recovery.on_return(at(30_000), Whose::Theirs);
    assert_eq!(step, Some(Step::RestartIce));
    assert_eq!(recovery.poll_timeout(), Some(at(38_000)));
}

/// Firefox has been seen not to come back from `failed` by a restart.
#[test]
fn what_failed_for_good_meanwhile_is_built_anew_when_the_two_can_talk_again() {
    let mut recovery = connected(true);
    recovery.on_transport(at(1000), TransportState::Failed);
    recovery.postpone(at(2000));
    let step = recovery.on_return(at(3000), Whose::Own);
    assert_eq!(step, Some(Step::Rebuild));
}

#[test]
fn a_stuck_track_is_reason_for_a_new_connection_at_once() {
    let mut recovery = connected(true);
    recovery.on_stuck(at(1000));
    assert_eq!(recovery.poll(at(1000)), Some(Step::Rebuild));
}

#[test]
fn a_failed_connection_is_restarted_at_once_and_replaced_eight_seconds_later() {
    let mut recovery = connected(true);
    assert_eq!(
        recovery.on_transport(at(1000), TransportState::Failed),
        Some(Step::RestartIce)
    );
    assert_eq!(
        recovery.on_transport(at(2000), TransportState::Failed),
        None
    );
    assert_eq!(recovery.poll(at(8999)), None);
    assert_eq!(recovery.poll(at(9000)), Some(Step::Rebuild));
    assert_eq!(recovery.poll(at(20000)), None, "once");
}

#[test]
fn a_restart_that_succeeds_ends_the_alarm() {
    let mut recovery = connected(false);
    recovery.on_transport(at(1000), TransportState::Failed);
    recovery.on_transport(at(2000), TransportState::Connected);
    assert_eq!(recovery.poll_timeout(), None);
}

#[test]
fn a_connection_that_never_comes_up_is_replaced_with_growing_patience() {
    let mut deadlines = Vec::new();
    for failures in 0..4 {
        deadlines.push(Recovery::new(at(0), true, failures).poll_timeout().unwrap());
    }
    assert_eq!(deadlines, [at(12_000), at(24_000), at(30_000), at(30_000)]);
}

/// A connection that broke each time used to be rebuilt as fast as the machine could.
#[test]
fn a_connection_that_breaks_each_time_is_rebuilt_ever_more_rarely() {
    for (failures, pause) in [(0, 500), (1, 1000), (3, 4000), (30, 30_000)] {
        let mut recovery = Recovery::new(at(0), false, failures);
        recovery.on_broken(at(100));
        recovery.on_broken(at(200));
        assert_eq!(recovery.poll_timeout(), Some(at(100 + pause)));
        assert_eq!(recovery.poll(at(99 + pause)), None);
        assert_eq!(recovery.poll(at(100 + pause)), Some(Step::Rebuild));
    }
}

#[test]
fn the_relay_is_tried_after_two_failures_and_then_every_other_time() {
    let relay: Vec<bool> = (0..6).map(Recovery::wants_relay_only).collect();
    assert_eq!(relay, [false, false, true, false, true, false]);
}
