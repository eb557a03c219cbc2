//! Which sentence belongs to what happened.

use meeting::id::DisplayName;
use meeting::signaling::LeaveReason;
use meeting::visible::{has_visible, prefix};
use rtc::Notice;
use rtc::view::{
    Absence, CaptureProblem, CaptureState, Device, Ending, LocalView, Obstacle, PersonView, Reach,
    Refusal,
};

use super::device_news;
use super::sentence::Sentence;
use crate::messages::{
    CaptureProblems, DeadEnd, Messages, Named, Numbered, Obstacles, Which, messages,
};

/// What happened to a device and what to do about it.
pub(crate) fn problem(texts: &CaptureProblems, problem: CaptureProblem) -> &'static str {
    match problem {
        CaptureProblem::Denied => texts.denied,
        CaptureProblem::Dismissed => texts.dismissed,
        CaptureProblem::DeniedBySystem => texts.denied_by_system,
        CaptureProblem::DeniedByPolicy => texts.denied_by_policy,
        CaptureProblem::NotActivated => texts.not_activated,
        CaptureProblem::NotFound => texts.not_found,
        CaptureProblem::InUse => texts.in_use,
        CaptureProblem::Overconstrained => texts.overconstrained,
        CaptureProblem::InsecureContext => texts.insecure_context,
        CaptureProblem::Unsupported => texts.unsupported,
        CaptureProblem::Lost => texts.lost,
        CaptureProblem::Other => texts.other,
    }
}

/// Everything that is wrong with microphone and camera, one sentence each. Where one cause
/// explains both, it is told once.
pub(crate) fn device_problems(texts: &Messages, local: &LocalView) -> Vec<&'static str> {
    let microphone = failure(local.microphone.state);
    let camera = failure(local.camera.state);
    for (cause, sentence) in [
        (
            CaptureProblem::InsecureContext,
            texts.problems.insecure_origin,
        ),
        (
            CaptureProblem::Unsupported,
            texts.problems.unsupported_browser,
        ),
    ] {
        if microphone == Some(cause) && camera == Some(cause) {
            return vec![sentence];
        }
    }
    let microphone = microphone.map(|cause| problem(&texts.problems.microphone, cause));
    let camera = camera.map(|cause| problem(&texts.problems.camera, cause));
    microphone.into_iter().chain(camera).collect()
}

/// Whether neither microphone nor camera can be had, so that joining means joining without.
pub(crate) fn joins_without_devices(local: &LocalView) -> bool {
    failure(local.microphone.state).is_some() && failure(local.camera.state).is_some()
}

fn failure(state: CaptureState) -> Option<CaptureProblem> {
    match state {
        CaptureState::Failed(problem) => Some(problem),
        CaptureState::Off | CaptureState::Starting | CaptureState::On => None,
    }
}

/// What to call a device the browser may not name yet.
pub(crate) fn device_label(device: &Device, index: usize, unnamed: Numbered) -> String {
    if device.label.trim().is_empty() {
        unnamed.with(index + 1)
    } else {
        device.label.clone()
    }
}

/// What to tell about something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Telling {
    /// Somebody came, went or did something.
    News(Sentence),
    /// Somebody wrote; as much of it as a short notice holds.
    ChatMessage(DisplayName, String),
    /// Something did not work.
    Trouble(Sentence),
}

/// What to tell about something that happened; `None` when it is told another way.
pub(crate) fn notice(texts: &Messages, notice: Notice) -> Option<Telling> {
    let told = &texts.notices;
    let trouble = |sentence| Some(Telling::Trouble(sentence));
    let (named, name) = match notice {
        Notice::Joined(name) => (told.joined, name),
        Notice::Gone(name, LeaveReason::Left) => (told.left, name),
        Notice::Gone(name, LeaveReason::Lost) => (told.lost, name),
        Notice::Gone(name, LeaveReason::Removed) => (told.removed, name),
        Notice::SharingStarted(name) => (told.sharing_started, name),
        Notice::SharingStopped(name) => (told.sharing_stopped, name),
        Notice::Quieted(name) => (told.quieted, name),
        Notice::ChatMessage(name, text) => {
            return Some(Telling::ChatMessage(name, first_line(&text)));
        }
        Notice::ChatMessageTooLong => return trouble(Sentence::plain(told.too_long)),
        Notice::DeviceFailed(device, problem) => {
            return trouble(device_news::failed(texts, device, problem));
        }
        Notice::DeviceKept(change) => return trouble(device_news::kept(texts, &change)),
        Notice::DeviceReplaced(change) => return trouble(device_news::replaced(texts, &change)),
        Notice::SpeakerKept(chosen, problem, in_use) => {
            let (chosen, in_use) = (chosen.as_deref(), in_use.as_deref());
            let sentence = device_news::speaker_kept(texts, chosen, problem, in_use);
            return trouble(sentence);
        }
        Notice::SpeakerLost(problem) => return trouble(device_news::speaker_lost(texts, problem)),
        Notice::SoundBlocked => return None,
    };
    Some(Telling::News(Sentence::about(named, name.as_str())))
}

/// What a tile or an entry of the list of people is called.
pub(crate) fn title(person: &PersonView, is_screen: bool) -> Sentence {
    let texts = &messages().tile;
    let named = match (is_screen, person.you) {
        (true, _) => texts.screen,
        (false, true) => texts.you,
        (false, false) => Named::ALONE,
    };
    Sentence::about(named, person.name.as_str())
}

/// As much of a message as a short notice holds.
fn first_line(text: &str) -> String {
    const CHARS: usize = 80;
    let line = text
        .lines()
        .find(|line| has_visible(line))
        .unwrap_or_default();
    if line.chars().count() <= CHARS && line.len() == text.len() {
        return line.to_owned();
    }
    [prefix(line, CHARS), "…"].concat()
}

/// What is in the way to the server.
pub(crate) const fn obstacle(texts: &Obstacles, obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Unreachable => texts.unreachable,
        Obstacle::Gateway => texts.gateway,
        Obstacle::Busy => texts.busy,
        Obstacle::Unavailable => texts.unavailable,
        Obstacle::Slow => texts.slow,
        Obstacle::SentAway => texts.sent_away,
        Obstacle::Origin => texts.origin,
        Obstacle::NoSockets { .. } => texts.no_sockets,
    }
}

/// Why the server does not know of the call, and what that means for it.
pub(crate) fn absence(texts: &Messages, absence: Absence, reach: Reach) -> String {
    let call = &texts.call;
    let why = match absence {
        Absence::Trying(it) => obstacle(&call.away, it),
        Absence::Refused(Refusal::Full) => call.seat_taken,
        Absence::Refused(Refusal::Outdated) => call.outdated,
        Absence::Refused(Refusal::Misunderstood) => call.misunderstood,
    };
    let who = match reach {
        Reach::All => call.reach.all,
        Reach::Some => call.reach.some,
        Reach::None => call.reach.none,
    };
    [why, texts.between, who].concat()
}

/// What the person can do about an absence that does not pass by itself.
pub(crate) const fn remedy(absence: Absence) -> Option<NextStep> {
    match absence {
        Absence::Trying(_) => None,
        Absence::Refused(Refusal::Full) => Some(NextStep::TryAgain),
        Absence::Refused(Refusal::Outdated | Refusal::Misunderstood) => Some(NextStep::Reload),
    }
}

/// The next sensible action after a call, or while the server does not know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NextStep {
    /// Into the room, which did not work just now.
    TryAgain,
    /// Back into the room.
    Rejoin,
    /// Into the room in this window and no longer in another.
    UseHere,
    /// Load the page again.
    Reload,
}

impl NextStep {
    /// What the button says.
    pub(crate) const fn label(self) -> Which<str> {
        match self {
            Self::TryAgain => |it| it.ended.try_again,
            Self::Rejoin => |it| it.ended.rejoin,
            Self::UseHere => |it| it.ended.use_here,
            Self::Reload => |it| it.ended.reload,
        }
    }
}

/// What the page after a call says and offers.
pub(crate) const fn ending(ending: Ending) -> (Which<DeadEnd>, NextStep) {
    match ending {
        Ending::Left => (|it| &it.ended.left, NextStep::Rejoin),
        Ending::Replaced => (|it| &it.ended.replaced, NextStep::UseHere),
        Ending::Removed => (|it| &it.ended.removed, NextStep::Rejoin),
        Ending::Refused(Refusal::Full) => (|it| &it.ended.full, NextStep::TryAgain),
        Ending::Refused(Refusal::Outdated) => (|it| &it.ended.outdated, NextStep::Reload),
        Ending::Refused(Refusal::Misunderstood) => (|it| &it.ended.misunderstood, NextStep::Reload),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::testing::{person, view_of};

    fn local(microphone: CaptureState, camera: CaptureState) -> LocalView {
        let mut local = view_of(Vec::new()).local;
        local.microphone.state = microphone;
        local.camera.state = camera;
        local
    }

    fn ada() -> DisplayName {
        DisplayName::try_from("Ada".to_owned()).unwrap()
    }

    #[test]
    fn an_absence_claims_to_reach_only_whom_it_reaches() {
        let lost = Absence::Trying(Obstacle::Unreachable);
        let told = |reach| absence(messages(), lost, reach);
        assert!(told(Reach::All).contains("everybody"));
        for reach in [Reach::Some, Reach::None] {
            assert!(!told(reach).contains("everybody"), "{reach:?}");
        }
        let mut view = view_of(vec![person(1), person(2), person(3)]);
        assert_eq!(view.reach(), Reach::All);
        view.people[1].link = rtc::view::LinkState::Reconnecting;
        assert_eq!(view.reach(), Reach::Some);
        view.people[2].link = rtc::view::LinkState::Unmade;
        assert_eq!(view.reach(), Reach::None);
    }

    #[test]
    fn what_does_not_pass_by_itself_says_so_and_offers_something() {
        for refusal in [Refusal::Full, Refusal::Outdated, Refusal::Misunderstood] {
            let refused = Absence::Refused(refusal);
            let told = absence(messages(), refused, Reach::All);
            assert!(!told.contains("trying again"), "{told}");
            assert!(remedy(refused).is_some(), "{refusal:?}");
        }
    }

    #[test]
    fn each_obstacle_has_words_of_its_own_before_a_call_and_during_one() {
        for texts in [&messages().lobby.away, &messages().call.away] {
            let mut told = [
                Obstacle::Unreachable,
                Obstacle::Gateway,
                Obstacle::Busy,
                Obstacle::Unavailable,
                Obstacle::Slow,
                Obstacle::SentAway,
                Obstacle::Origin,
                Obstacle::NoSockets { times: 2 },
            ]
            .map(|it| obstacle(texts, it));
            assert!(
                told.iter()
                    .all(|it| it.to_lowercase().contains("trying again"))
            );
            told.sort_unstable();
            assert!(told.is_sorted_by(|one, next| one < next), "{told:?}");
        }
    }

    #[test]
    fn each_failed_device_is_explained() {
        let both = local(
            CaptureState::Failed(CaptureProblem::Denied),
            CaptureState::Failed(CaptureProblem::NotFound),
        );
        let sentences = device_problems(messages(), &both);
        assert_eq!(sentences.len(), 2);
        assert!(sentences[0].starts_with("The microphone is blocked"));
        assert!(sentences[1].starts_with("No camera was found"));
        assert!(joins_without_devices(&both));
    }

    #[test]
    fn an_insecure_origin_is_explained_once() {
        let failed = CaptureState::Failed(CaptureProblem::InsecureContext);
        let sentences = device_problems(messages(), &local(failed, failed));
        assert_eq!(sentences, [messages().problems.insecure_origin]);
    }

    #[test]
    fn working_and_switched_off_devices_need_no_words() {
        let fine = local(CaptureState::On, CaptureState::Off);
        assert_eq!(device_problems(messages(), &fine), [""; 0]);
        assert!(!joins_without_devices(&fine));
    }

    #[test]
    fn a_device_without_a_name_is_counted() {
        let unnamed = Device {
            id: "x".to_owned(),
            label: String::new(),
        };
        let label = device_label(&unnamed, 1, messages().devices.unnamed_camera);
        assert_eq!(label, "Camera 2");
    }

    #[test]
    fn a_notice_says_who_did_what() {
        let told = |it| match notice(messages(), it) {
            Some(Telling::News(sentence)) => sentence.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(told(Notice::Joined(ada())), "Ada joined");
        let lost = Notice::Gone(ada(), LeaveReason::Lost);
        assert_eq!(told(lost), "Ada lost the connection");
        assert_eq!(notice(messages(), Notice::SoundBlocked), None);
    }

    #[test]
    fn tiles_are_named_after_their_people() {
        let of = |number, is_screen| title(&person(number), is_screen).to_string();
        assert_eq!(of(1, false), "Person 1 (you)");
        assert_eq!(of(2, false), "Person 2");
        assert_eq!(of(2, true), "Person 2's screen");
    }

    #[test]
    fn a_long_message_is_told_in_short() {
        let told = |text: &str| {
            let message = Notice::ChatMessage(ada(), text.to_owned());
            match notice(messages(), message) {
                Some(Telling::ChatMessage(_, text)) => text,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(told("hello"), "hello");
        assert_eq!(told("\nhello\nagain"), "hello…");
        assert_eq!(told("\u{3164}\nhello"), "hello…");
        assert_eq!(told(&"é".repeat(200)).chars().count(), 80 + 1);
        // A flag is two characters and is not cut between them.
        assert_eq!(
            told(&["a", &"🇩🇪".repeat(60)].concat()).chars().count(),
            79 + 1
        );
    }
}
