//! Choosing a device, and beginning with the one of before.

use super::*;

#[test]
fn choosing_another_camera_keeps_the_old_one_until_the_new_one_is_there() {
    let (mut devices, ..) = ready();
    devices.handle(Input::Choose(Camera, "other".to_owned()));
    assert_eq!(devices.state(Camera), On, "nobody sees a gap");
    let request = ask_one(&mut devices);
    devices.handle(Input::Captured(Camera, request.capture, None));
    let remember = Output::Remember(Camera, "other".to_owned());
    assert_eq!(
        drain(&mut devices).1,
        [Output::Use(Camera, request.capture), remember]
    );
    assert_eq!(devices.chosen(Camera), Some("other"));
}

#[test]
fn a_chosen_device_that_is_busy_leaves_the_working_one_alone_and_that_is_told() {
    for device in [Microphone, Camera] {
        for problem in [InUse, Overconstrained, NotFound, Denied, DeniedBySystem] {
            let (mut devices, ..) = ready();
            choose(&mut devices, device, "busy");
            assert_eq!(devices.chosen(device), Some("busy"), "it is being tried");
            let request = ask_one(&mut devices);
            refuses(&mut devices, &request, problem);
            assert_eq!(devices.state(device), On);
            assert_eq!(devices.chosen(device), Some("first"));
            let kept = Notice::Kept(device, "busy".to_owned(), problem);
            assert_eq!(told(&mut devices), [kept]);
        }
    }
}

#[test]
fn a_device_chosen_after_a_busy_one_is_used_whichever_answer_comes_first() {
    for busy_answers_first in [true, false] {
        let (mut devices, ..) = ready();
        choose(&mut devices, Camera, "busy");
        let busy = ask_one(&mut devices);
        choose(&mut devices, Camera, "free");
        let free = ask_one(&mut devices);
        if busy_answers_first {
            refuses(&mut devices, &busy, InUse);
            gives(&mut devices, &free, "free");
        } else {
            gives(&mut devices, &free, "free");
            refuses(&mut devices, &busy, InUse);
        }
        assert_eq!(devices.chosen(Camera), Some("free"));
        assert_eq!(told(&mut devices), [], "nobody wants the busy one any more");
    }
}

#[test]
fn a_device_chosen_while_the_first_one_is_awaited_is_the_one_that_is_used() {
    let mut devices = begin(false, false);
    let first = ask_one(&mut devices);
    choose(&mut devices, Microphone, "second");
    let second = ask_one(&mut devices);
    devices.handle(Input::Captured(Microphone, first.capture, None));
    let discarded = [Output::Discard(Microphone, first.capture)];
    assert_eq!(drain(&mut devices).1, discarded);
    gives(&mut devices, &second, "second");
    assert_eq!(devices.chosen(Microphone), Some("second"));
}

#[test]
fn a_camera_chosen_while_it_is_off_is_the_one_that_is_turned_on() {
    let mut devices = begin(false, true);
    let (requests, _) = drain(&mut devices);
    devices.handle(Input::Want(Camera, false));
    choose(&mut devices, Camera, "second");
    assert!(drain(&mut devices).0.is_empty(), "it is off");
    devices.handle(Input::Want(Camera, true));
    let second = ask_one(&mut devices);
    assert_eq!(second.choice, Choice::Exactly("second".to_owned()));
    gives(&mut devices, &requests[1], "first");
    gives(&mut devices, &second, "second");
    assert_eq!(devices.chosen(Camera), Some("second"));
}

#[test]
fn a_device_unplugged_while_a_chosen_one_is_awaited_needs_no_third_one() {
    let (mut devices, _, camera) = ready();
    choose(&mut devices, Camera, "second");
    let second = ask_one(&mut devices);
    devices.handle(Input::Ended(Camera, camera));
    assert!(drain(&mut devices).0.is_empty());
    gives(&mut devices, &second, "second");
    assert_eq!(devices.state(Camera), On);
    assert_eq!(devices.chosen(Camera), Some("second"));
}

#[test]
fn a_chosen_device_that_is_gone_or_busy_gives_way_to_any_other_and_that_is_told() {
    for problem in [Overconstrained, InUse] {
        let (mut devices, ..) = ready();
        devices.handle(Input::Want(Camera, false));
        choose(&mut devices, Camera, "gone");
        devices.handle(Input::Want(Camera, true));
        let request = ask_one(&mut devices);
        assert_eq!(request.choice, Choice::Exactly("gone".to_owned()));
        refuses(&mut devices, &request, problem);
        let other = ask_one(&mut devices);
        assert_eq!(other.choice, Choice::Any);
        gives(&mut devices, &other, "other");
        let replaced = Notice::Replaced(Camera, Some("gone".to_owned()), problem);
        assert_eq!(told(&mut devices), [replaced]);
    }
}

/// Asking again would be a second question after a clear answer.
#[test]
fn a_chosen_device_that_was_denied_is_not_exchanged_for_another() {
    let (mut devices, ..) = ready();
    devices.handle(Input::Want(Camera, false));
    choose(&mut devices, Camera, "second");
    devices.handle(Input::Want(Camera, true));
    let request = ask_one(&mut devices);
    refuses(&mut devices, &request, Denied);
    assert_eq!(devices.state(Camera), Failed(Denied));
    assert_eq!(told(&mut devices), [Notice::Failed(Camera, Denied)]);
}

/// Somebody comes back with the devices of before.
fn back_with(microphone: &str, camera: &str) -> (Devices, Vec<CaptureRequest>) {
    let start = |device: &str| Start {
        on: true,
        device: Some(device.to_owned()),
    };
    let mut devices = Devices::begin(&start(microphone), &start(camera));
    let (requests, _) = drain(&mut devices);
    (devices, requests)
}

#[test]
fn whoever_comes_back_has_the_devices_of_before() {
    let (mut devices, requests) = back_with("third microphone", "third camera");
    assert_eq!(requests[1].choice, Choice::Preferred("third camera".into()));
    gives(&mut devices, &requests[0], "third microphone");
    gives(&mut devices, &requests[1], "third camera");
    assert_eq!(told(&mut devices), []);
    for (device, id) in [(Microphone, "third microphone"), (Camera, "third camera")] {
        let device = devices.as_start(device);
        assert_eq!(device.device.as_deref(), Some(id));
        assert!(device.on);
    }
}

#[test]
fn a_device_of_before_that_is_gone_gives_way_without_a_word() {
    let (mut devices, requests) = back_with("gone", "gone");
    gives(&mut devices, &requests[0], "another");
    refuses(&mut devices, &requests[1], Overconstrained);
    let other = ask_one(&mut devices);
    gives(&mut devices, &other, "another");
    assert_eq!(told(&mut devices), []);
    assert_eq!(devices.chosen(Microphone), Some("another"));
    assert_eq!(devices.chosen(Camera), Some("another"));
}

/// What the next visit is to begin with, as far as it is new.
fn remembered(devices: &mut Devices) -> Vec<(Device, String)> {
    let (_, outputs) = drain(devices);
    let remembered = outputs.into_iter().filter_map(|output| match output {
        Output::Remember(device, id) => Some((device, id)),
        _ => None,
    });
    remembered.collect()
}

#[test]
fn only_what_the_person_chose_and_got_is_remembered() {
    let (mut devices, requests) = back_with("first", "gone");
    gives(&mut devices, &requests[0], "first");
    gives(&mut devices, &requests[1], "another");
    assert_eq!(remembered(&mut devices), [], "nobody chose anything now");
    choose(&mut devices, Camera, "busy");
    let busy = ask_one(&mut devices);
    refuses(&mut devices, &busy, InUse);
    assert_eq!(remembered(&mut devices), []);
    choose(&mut devices, Camera, "second");
    let second = ask_one(&mut devices);
    gives(&mut devices, &second, "second");
    let expected = (Camera, "second".to_owned());
    assert_eq!(remembered(&mut devices), [expected]);
}

#[test]
fn what_took_the_place_of_the_chosen_one_is_not_remembered_after_a_reload_either() {
    let (mut devices, _, _) = ready();
    choose(&mut devices, Camera, "third");
    let third = ask_one(&mut devices);
    gives(&mut devices, &third, "third");
    let chosen = (Camera, "third".to_owned());
    assert_eq!(remembered(&mut devices), [chosen]);
    devices.handle(Input::Ended(Camera, third.capture));
    let first = ask_one(&mut devices);
    gives(&mut devices, &first, "first");

    let [microphone, camera] = [Microphone, Camera].map(|device| devices.as_start(device));
    let mut devices = Devices::begin(&microphone, &camera);
    let (requests, _) = drain(&mut devices);
    gives(&mut devices, &requests[0], "first");
    gives(&mut devices, &requests[1], "first");
    assert_eq!(devices.chosen(Camera), Some("first"), "it goes on");
    assert_eq!(remembered(&mut devices), []);
}

#[test]
fn a_device_that_nobody_chose_is_not_missed_when_it_is_turned_on_again() {
    let (mut devices, requests) = back_with("first", "first");
    gives(&mut devices, &requests[0], "first");
    gives(&mut devices, &requests[1], "first");
    devices.handle(Input::Want(Camera, false));
    devices.handle(Input::Want(Camera, true));
    let again = ask_one(&mut devices);
    assert_eq!(again.choice, Choice::Preferred("first".to_owned()));
    refuses(&mut devices, &again, Overconstrained);
    let other = ask_one(&mut devices);
    gives(&mut devices, &other, "another");
    assert_eq!(told(&mut devices), []);
}

#[test]
fn a_device_chosen_while_it_is_off_is_remembered_at_once() {
    let (mut devices, _) = back_with("first", "first");
    devices.handle(Input::Want(Camera, false));
    choose(&mut devices, Camera, "second");
    let second = (Camera, "second".to_owned());
    assert_eq!(remembered(&mut devices), [second]);
    assert_eq!(devices.as_start(Camera).device.as_deref(), Some("second"));
}
