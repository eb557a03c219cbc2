use std::time::Duration;

use meeting::limits;
use meeting::recording::Subject;
use meeting::recording::session::{Extent, Input, Notice, Output, Phase, Problem, Saved, Session};
use proptest::prelude::*;

use Output::{BreakOff, Discard, Finish, Keep, Open, Save, Tell};

fn drain(session: &mut Session) -> Vec<Output> {
    std::iter::from_fn(|| session.poll_output()).collect()
}

/// What is to be done after these inputs.
fn after(session: &mut Session, inputs: impl IntoIterator<Item = Input>) -> Vec<Output> {
    for input in inputs {
        session.handle(input);
    }
    drain(session)
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A recording of the meeting of which so many seconds are stored, a thousand bytes each.
fn running(stored: u64) -> Session {
    let mut session = Session::default();
    session.handle(Input::Start(Subject::Meeting));
    session.handle(Input::Began);
    for second in 1..=stored {
        session.handle(Input::Recorded(seconds(second), 1000));
        session.handle(Input::Stored);
    }
    drain(&mut session);
    session
}

fn extent(length: u64, bytes: u64) -> Extent {
    let length = seconds(length);
    Extent { length, bytes }
}

#[test]
fn a_recording_begins_goes_on_ends_and_is_saved() {
    let mut session = Session::default();
    let start = after(&mut session, [Input::Start(Subject::Meeting)]);
    assert_eq!(start, [Open(Subject::Meeting)]);
    assert_eq!(session.phase().subject(), Some(Subject::Meeting));
    let began = after(&mut session, [Input::Began]);
    assert_eq!(began, [Tell(Notice::Started(Subject::Meeting))]);

    let second = [Input::Recorded(seconds(1), 300), Input::Stored];
    assert_eq!(after(&mut session, second), []);
    let shown = Phase::Running(Subject::Meeting, extent(1, 300));
    assert_eq!(session.phase(), shown);

    assert_eq!(after(&mut session, [Input::Stop]), [Finish]);
    assert_eq!(session.phase().subject(), None, "nobody is recorded now");
    let last = [Input::Recorded(seconds(2), 200), Input::Stored];
    assert_eq!(after(&mut session, last), []);
    assert_eq!(after(&mut session, [Input::Ended]), [Save]);
    assert_eq!(session.phase(), Phase::Saving(extent(2, 500)));
    let saved = after(&mut session, [Input::Saved(Saved::InFile)]);
    assert_eq!(saved, [Tell(Notice::Saved)]);
    assert_eq!(session.phase(), Phase::Idle);
}

#[test]
fn what_is_shown_is_what_would_still_be_there_if_the_page_went_now() {
    let mut session = running(3);
    session.handle(Input::Recorded(seconds(4), 1000));
    assert_eq!(session.phase().stored(), extent(3, 3000));
    session.handle(Input::Stored);
    assert_eq!(session.phase().stored(), extent(4, 4000));
}

#[test]
fn there_is_one_recording_at_a_time() {
    let mut session = running(1);
    let again = [Input::Start(Subject::Sound)];
    assert_eq!(after(&mut session, again), []);
    after(&mut session, [Input::Stop, Input::Ended]);
    assert_eq!(after(&mut session, again), [], "one is being saved");
    after(&mut session, [Input::Saved(Saved::Dismissed)]);
    assert_eq!(after(&mut session, again), [Open(Subject::Sound)]);
}

#[test]
fn a_recording_of_the_screen_ends_with_the_last_screen_and_any_other_goes_on() {
    let mut session = Session::default();
    let screen = [Input::Start(Subject::Screen)];
    assert_eq!(after(&mut session, screen), []);
    session.handle(Input::Shared(true));
    assert_eq!(after(&mut session, screen), [Open(Subject::Screen)]);
    let ends = [Input::Began, Input::Shared(false)];
    let told = Tell(Notice::Started(Subject::Screen));
    assert_eq!(after(&mut session, ends), [told, Finish]);

    let mut session = running(1);
    assert_eq!(after(&mut session, [Input::Shared(false)]), []);
}

#[test]
fn a_full_disk_ends_it_and_what_was_stored_is_kept() {
    let mut session = running(2);
    let full = after(&mut session, [Input::Failed(Problem::NoSpace)]);
    assert_eq!(full, [BreakOff]);
    // Whatever else goes wrong on the way out follows from it.
    let ended = [Input::Failed(Problem::Recorder), Input::Ended];
    let broke_off = Notice::BrokeOff(Problem::NoSpace);
    assert_eq!(after(&mut session, ended), [Keep, Tell(broke_off)]);
}

#[test]
fn what_fails_while_it_is_being_stopped_is_told_too() {
    let mut session = running(2);
    let stop = [Input::Stop, Input::Failed(Problem::Storage), Input::Ended];
    let told = Tell(Notice::BrokeOff(Problem::Storage));
    assert_eq!(after(&mut session, stop), [Finish, Keep, told]);
}

#[test]
fn a_recorder_that_stops_by_itself_leaves_a_recording_to_be_saved() {
    assert_eq!(after(&mut running(2), [Input::Ended]), [Save]);
}

#[test]
fn of_nothing_nothing_is_kept() {
    let stop = [Input::Stop, Input::Ended];
    let expected = [Finish, Discard, Tell(Notice::Empty)];
    assert_eq!(after(&mut running(0), stop), expected);
    let fails = [Input::Failed(Problem::NoSpace), Input::Ended];
    let not_started = Tell(Notice::NotStarted(Problem::NoSpace));
    let expected = [BreakOff, Discard, not_started.clone()];
    assert_eq!(after(&mut running(0), fails), expected);

    let mut session = Session::default();
    let fails = [
        Input::Start(Subject::Sound),
        Input::Failed(Problem::NoSpace),
    ];
    let expected = [Open(Subject::Sound), Discard, not_started];
    assert_eq!(after(&mut session, fails), expected);
    assert_eq!(session.phase(), Phase::Idle);
}

#[test]
fn whoever_stops_before_it_has_begun_stops_it() {
    let mut session = Session::default();
    let hasty = [Input::Start(Subject::Meeting), Input::Stop, Input::Began];
    let expected = [Open(Subject::Meeting), Finish];
    assert_eq!(after(&mut session, hasty), expected);
    let ended = after(&mut session, [Input::Ended]);
    assert_eq!(ended, [Discard, Tell(Notice::Empty)]);
}

#[test]
fn a_disk_that_is_too_slow_ends_it_before_the_memory_is_full() {
    let mut session = running(1);
    let half = limits::RECORDING_BACKLOG_BYTES / 2;
    let part = |end| Input::Recorded(seconds(end), half);
    assert_eq!(after(&mut session, [part(2), part(3)]), []);
    assert_eq!(after(&mut session, [part(4)]), [BreakOff]);
    let stored = [Input::Stored, Input::Stored, Input::Stored, Input::Ended];
    let told = Tell(Notice::BrokeOff(Problem::TooSlow));
    assert_eq!(after(&mut session, stored), [Keep, told]);
}

fn any_input() -> impl Strategy<Value = Input> {
    let saved = prop_oneof![
        Just(Saved::InFile),
        Just(Saved::AsDownload),
        Just(Saved::Dismissed),
        Just(Saved::Failed(Problem::Storage)),
    ];
    prop_oneof![
        Just(Input::Start(Subject::Meeting)),
        Just(Input::Start(Subject::Screen)),
        Just(Input::Stop),
        any::<bool>().prop_map(Input::Shared),
        Just(Input::Began),
        (0..9u64).prop_map(|end| Input::Recorded(seconds(end), 1)),
        Just(Input::Stored),
        Just(Input::Ended),
        Just(Input::Failed(Problem::NoSpace)),
        saved.prop_map(Input::Saved),
    ]
}

proptest! {
    #[test]
    fn whatever_is_opened_comes_to_one_end_and_only_then_another_is_opened(
        inputs in proptest::collection::vec(any_input(), 0..80),
    ) {
        let (mut session, mut is_open) = (Session::default(), false);
        for input in inputs {
            let was_saving = matches!(session.phase(), Phase::Saving(_));
            session.handle(input);
            for output in drain(&mut session) {
                match output {
                    Open(_) => {
                        prop_assert!(!is_open);
                        is_open = true;
                    }
                    Keep | Discard => {
                        prop_assert!(is_open && !was_saving);
                        is_open = false;
                    }
                    Finish | BreakOff | Save => prop_assert!(is_open),
                    Tell(_) => {}
                }
            }
            if was_saving && session.phase() == Phase::Idle {
                is_open = false;
            }
            prop_assert_eq!(is_open, session.phase() != Phase::Idle);
        }
    }
}
