mod choosing;

use meeting::conversation::MediaState;
use meeting::devices::{
    Capture, CaptureProblem, CaptureRequest, CaptureState, Choice, Device, Devices, Input, Notice,
    Output, Start,
};
use proptest::prelude::*;

use CaptureProblem::{Denied, DeniedBySystem, Dismissed, InUse, Lost, NotFound, Overconstrained};
use CaptureState::{Failed, Off, On, Starting};
use Device::{Camera, Microphone, Screen};

/// Somebody comes with microphone and camera on or off, and no devices of before.
fn begin(microphone: bool, camera: bool) -> Devices {
    Devices::begin(&Start::any(microphone), &Start::any(camera))
}

/// The browser gives the device of an id.
fn gives(devices: &mut Devices, request: &CaptureRequest, id: &str) {
    let id = Some(id.to_owned());
    devices.handle(Input::Captured(request.device, request.capture, id));
}

/// The browser gives nothing.
fn refuses(devices: &mut Devices, request: &CaptureRequest, problem: CaptureProblem) {
    devices.handle(Input::Failed(request.device, request.capture, problem));
}

/// What the person is told.
fn told(devices: &mut Devices) -> Vec<Notice> {
    let (_, outputs) = drain(devices);
    let notices = outputs.into_iter().filter_map(|output| match output {
        Output::Tell(notice) => Some(notice),
        _ => None,
    });
    notices.collect()
}

fn choose(devices: &mut Devices, device: Device, id: &str) {
    devices.handle(Input::Choose(device, id.to_owned()));
}

/// Drains the outputs; gives the requests among them, and the rest.
fn drain(devices: &mut Devices) -> (Vec<CaptureRequest>, Vec<Output>) {
    let (mut requests, mut rest) = (Vec::new(), Vec::new());
    while let Some(output) = devices.poll_output() {
        match output {
            Output::Ask(asked) => requests.extend(asked),
            other => rest.push(other),
        }
    }
    (requests, rest)
}

/// Devices with microphone and camera on, and the captures they run on.
fn ready() -> (Devices, Capture, Capture) {
    let mut devices = begin(true, true);
    let (requests, _) = drain(&mut devices);
    let (microphone, camera) = (requests[0].capture, requests[1].capture);
    gives(&mut devices, &requests[0], "first");
    gives(&mut devices, &requests[1], "first");
    drain(&mut devices);
    (devices, microphone, camera)
}

fn ask_one(devices: &mut Devices) -> CaptureRequest {
    let (mut requests, _) = drain(devices);
    assert_eq!(requests.len(), 1);
    requests.remove(0)
}

#[test]
fn microphone_and_camera_are_asked_for_in_one_question() {
    let mut devices = begin(true, true);
    let Some(Output::Ask(requests)) = devices.poll_output() else {
        panic!("nothing was asked")
    };
    let asked: Vec<Device> = requests.iter().map(|request| request.device).collect();
    assert_eq!(asked, [Microphone, Camera]);
    assert_eq!(devices.state(Microphone), Starting);
}

#[test]
fn muting_keeps_the_microphone_and_stopping_the_camera_gives_it_back() {
    let (mut devices, ..) = ready();
    devices.handle(Input::Want(Microphone, false));
    devices.handle(Input::Want(Camera, false));
    let (_, outputs) = drain(&mut devices);
    assert_eq!(outputs, [Output::Hear(false), Output::Stop(Camera)]);
    assert_eq!(devices.media(), MediaState::default());
}

#[test]
fn who_mutes_while_the_browser_still_asks_starts_muted_and_can_unmute_at_once() {
    let mut devices = begin(true, false);
    let request = ask_one(&mut devices);
    devices.handle(Input::Want(Microphone, false));
    devices.handle(Input::Captured(Microphone, request.capture, None));
    let (_, outputs) = drain(&mut devices);
    assert_eq!(
        outputs,
        [
            Output::Use(Microphone, request.capture),
            Output::Hear(false)
        ]
    );
    devices.handle(Input::Want(Microphone, true));
    assert_eq!(drain(&mut devices), (vec![], vec![Output::Hear(true)]));
}

#[test]
fn a_camera_turned_off_while_the_browser_asks_is_not_used() {
    let mut devices = begin(false, true);
    let (requests, _) = drain(&mut devices);
    devices.handle(Input::Want(Camera, false));
    devices.handle(Input::Captured(Camera, requests[1].capture, None));
    let (_, outputs) = drain(&mut devices);
    assert_eq!(outputs, [Output::Discard(Camera, requests[1].capture)]);
    assert_eq!(devices.state(Camera), Off);
}

#[test]
fn an_unplugged_device_is_told_once_it_is_known_what_takes_its_place() {
    for device in [Microphone, Camera] {
        let (mut devices, microphone, camera) = ready();
        let capture = if device == Camera { camera } else { microphone };
        devices.handle(Input::Ended(device, capture));
        assert_eq!(devices.state(device), Starting, "nothing is final yet");
        let (requests, outputs) = drain(&mut devices);
        assert_eq!(outputs, [Output::Stop(device)], "and nothing is told");
        assert_eq!(requests[0].choice, Choice::Any);
        gives(&mut devices, &requests[0], "another");
        assert_eq!(devices.state(device), On);
        let lost = Some("first".to_owned());
        let expected = [Notice::Replaced(device, lost, Lost)];
        assert_eq!(told(&mut devices), expected);
    }
}

#[test]
fn an_unplugged_device_that_nothing_replaces_is_missed_in_words() {
    for problem in [NotFound, InUse, Dismissed] {
        let (mut devices, microphone, _) = ready();
        devices.handle(Input::Ended(Microphone, microphone));
        let request = ask_one(&mut devices);
        refuses(&mut devices, &request, problem);
        assert_eq!(devices.state(Microphone), Failed(Lost));
        assert_eq!(told(&mut devices), [Notice::Failed(Microphone, Lost)]);
    }
}

#[test]
fn the_end_of_a_track_that_was_replaced_says_nothing_about_its_successor() {
    let (mut devices, _, old) = ready();
    devices.handle(Input::Choose(Camera, "other".to_owned()));
    let request = ask_one(&mut devices);
    devices.handle(Input::Captured(Camera, request.capture, None));
    drain(&mut devices);
    devices.handle(Input::Ended(Camera, old));
    assert_eq!(devices.state(Camera), On);
    assert_eq!(drain(&mut devices), (vec![], vec![]));
}

#[test]
fn an_unplugged_microphone_of_a_muted_person_stays_muted() {
    let (mut devices, microphone, _) = ready();
    devices.handle(Input::Want(Microphone, false));
    devices.handle(Input::Ended(Microphone, microphone));
    assert_eq!(devices.state(Microphone), Off);
    assert!(drain(&mut devices).0.is_empty(), "nothing is asked for");
}

#[test]
fn closing_the_picker_is_no_failure() {
    let (mut devices, ..) = ready();
    devices.handle(Input::Want(Screen, true));
    let request = ask_one(&mut devices);
    refuses(&mut devices, &request, Dismissed);
    assert_eq!(devices.state(Screen), Off);
    assert!(!devices.is_wanted(Screen));
    assert_eq!(told(&mut devices), []);
}

#[test]
fn a_screen_that_the_system_refuses_is_told_each_time() {
    let (mut devices, ..) = ready();
    for _ in 0..2 {
        devices.handle(Input::Want(Screen, true));
        let request = ask_one(&mut devices);
        refuses(&mut devices, &request, DeniedBySystem);
        assert_eq!(devices.state(Screen), Failed(DeniedBySystem));
        let failed = Notice::Failed(Screen, DeniedBySystem);
        assert_eq!(told(&mut devices), [failed]);
    }
}

/// A share that was given up while the picker was open used to be shown to everybody.
#[test]
fn a_share_that_was_given_up_is_never_shown() {
    let (mut devices, ..) = ready();
    devices.handle(Input::Want(Screen, true));
    let request = ask_one(&mut devices);
    devices.handle(Input::Want(Screen, false));
    devices.handle(Input::Captured(Screen, request.capture, None));
    assert_eq!(
        drain(&mut devices).1,
        [Output::Discard(Screen, request.capture)]
    );
}

#[test]
fn sharing_again_while_the_picker_is_open_opens_no_second_one() {
    let (mut devices, ..) = ready();
    devices.handle(Input::Want(Screen, true));
    let request = ask_one(&mut devices);
    devices.handle(Input::Want(Screen, false));
    devices.handle(Input::Want(Screen, true));
    assert!(drain(&mut devices).0.is_empty());
    devices.handle(Input::Captured(Screen, request.capture, None));
    assert_eq!(devices.state(Screen), On);
}

#[test]
fn a_share_ended_with_the_browsers_own_button_is_over() {
    let (mut devices, ..) = ready();
    devices.handle(Input::Want(Screen, true));
    let request = ask_one(&mut devices);
    devices.handle(Input::Captured(Screen, request.capture, None));
    drain(&mut devices);
    devices.handle(Input::Ended(Screen, request.capture));
    assert_eq!(drain(&mut devices), (vec![], vec![Output::Stop(Screen)]));
    assert_eq!(devices.state(Screen), Off);
}

#[test]
fn a_device_that_failed_is_tried_again_when_it_is_turned_on() {
    let mut devices = begin(false, true);
    let (requests, _) = drain(&mut devices);
    devices.handle(Input::Failed(Camera, requests[1].capture, Denied));
    assert_eq!(devices.state(Camera), Failed(Denied));
    devices.handle(Input::Want(Camera, true));
    assert_eq!(devices.state(Camera), Starting);
    ask_one(&mut devices);
}

#[test]
fn after_the_call_everything_is_given_back_and_late_answers_too() {
    let (mut devices, ..) = ready();
    devices.handle(Input::Choose(Camera, "other".to_owned()));
    let request = ask_one(&mut devices);
    devices.handle(Input::Release);
    devices.handle(Input::Captured(Camera, request.capture, None));
    let (_, outputs) = drain(&mut devices);
    assert!(outputs.contains(&Output::Stop(Microphone)));
    assert!(outputs.contains(&Output::Discard(Camera, request.capture)));
}

#[test]
fn what_was_given_back_for_good_is_neither_given_back_again_nor_asked_for() {
    let (mut devices, ..) = ready();
    devices.handle(Input::Release);
    drain(&mut devices);
    devices.handle(Input::Release);
    devices.handle(Input::Want(Camera, true));
    choose(&mut devices, Microphone, "second");
    assert_eq!(drain(&mut devices), (vec![], vec![]));
    assert_eq!(devices.state(Camera), Off);
}

/// What the browser was asked for.
#[derive(Default)]
struct Asked {
    unanswered: Vec<CaptureRequest>,
    /// Every capture there ever was.
    captures: Vec<Capture>,
}

impl Asked {
    fn extend(&mut self, requests: Vec<CaptureRequest>) {
        self.captures
            .extend(requests.iter().map(|request| request.capture));
        self.unanswered.extend(requests);
    }

    /// One that is answered now.
    fn answer(&mut self, which: u8) -> Option<CaptureRequest> {
        let asked = &mut self.unanswered;
        (!asked.is_empty()).then(|| asked.remove(usize::from(which) % asked.len()))
    }

    fn capture(&self, which: u8) -> Option<Capture> {
        let captures = self.captures.iter().cycle();
        captures.copied().nth(usize::from(which))
    }
}

/// What the person and the browser may do, by number. A track of any capture may end, be it over
/// already or of another device.
fn act(devices: &mut Devices, asked: &mut Asked, act: (u8, u8)) {
    let device = [Microphone, Camera, Screen][usize::from(act.1 % 3)];
    match act.0 {
        0 => devices.handle(Input::Want(device, true)),
        1 => devices.handle(Input::Want(device, false)),
        2 => devices.handle(Input::Choose(device, act.1.to_string())),
        3 | 4 => {
            if let Some(request) = asked.answer(act.1) {
                devices.handle(Input::Captured(request.device, request.capture, None));
            }
        }
        5 => {
            if let Some(request) = asked.answer(act.1) {
                let problem = NotFound;
                devices.handle(Input::Failed(request.device, request.capture, problem));
            }
        }
        _ => {
            if let Some(capture) = asked.capture(act.1) {
                devices.handle(Input::Ended(device, capture));
            }
        }
    }
}

proptest! {
    #[test]
    fn nothing_but_the_person_ever_turns_anything_on(
        acts in proptest::collection::vec((0u8..7, any::<u8>()), 0..60),
    ) {
        let mut devices = begin(false, false);
        let mut asked = Asked::default();
        let mut audible = false;
        for (what, which) in acts {
            let wanted = [Microphone, Camera, Screen].map(|device| devices.is_wanted(device));
            act(&mut devices, &mut asked, (what, which));
            while let Some(output) = devices.poll_output() {
                match output {
                    Output::Ask(requests) => asked.extend(requests),
                    Output::Hear(on) => audible = on,
                    Output::Stop(Microphone) => audible = false,
                    Output::Use(..)
                    | Output::Discard(..)
                    | Output::Stop(_)
                    | Output::Remember(..)
                    | Output::Tell(_) => {}
                }
            }
            for (device, before) in [Microphone, Camera, Screen].into_iter().zip(wanted) {
                if what != 0 {
                    prop_assert!(before || !devices.is_wanted(device));
                }
                prop_assert!(devices.is_wanted(device) || devices.state(device) != On);
            }
            prop_assert!(devices.is_wanted(Microphone) || !audible);
        }
    }
}
