//! What is told about devices in sentences with their names in them.

use rtc::view::{CaptureDevice, CaptureProblem, DeviceChange, SpeakerProblem};

use super::sentence::Sentence;
use super::wording;
use crate::messages::{DeviceReasons, Messages, Named};

/// A device that failed, and what to do about it.
pub(crate) fn failed(texts: &Messages, device: CaptureDevice, problem: CaptureProblem) -> Sentence {
    let texts = match device {
        CaptureDevice::Microphone => &texts.problems.microphone,
        CaptureDevice::Camera => &texts.problems.camera,
        CaptureDevice::Screen => &texts.problems.screen,
    };
    Sentence::plain(wording::problem(texts, problem))
}

/// A device that was chosen and cannot be had, and the one that stays.
pub(crate) fn kept(texts: &Messages, change: &DeviceChange) -> Sentence {
    let news = &texts.device_news;
    let stays = named(news.stays, change.in_use.as_deref(), news.former);
    Sentence::in_turn(texts, [missing(texts, change), stays])
}

/// A device that cannot be had, or no more, and the one in its place.
pub(crate) fn replaced(texts: &Messages, change: &DeviceChange) -> Sentence {
    let news = &texts.device_news;
    let what = match (change.problem, change.device) {
        (CaptureProblem::Lost, CaptureDevice::Microphone) => Sentence::plain(news.microphone_lost),
        (CaptureProblem::Lost, CaptureDevice::Camera) => Sentence::plain(news.camera_lost),
        _ => missing(texts, change),
    };
    let now = named(news.used_now, change.in_use.as_deref(), news.another);
    Sentence::in_turn(texts, [what, now])
}

/// A loudspeaker that was chosen and cannot be used, and the one that stays.
pub(crate) fn speaker_kept(
    texts: &Messages,
    chosen: Option<&str>,
    problem: SpeakerProblem,
    in_use: Option<&str>,
) -> Sentence {
    let news = &texts.device_news;
    let what = named(news.cannot_be_used, chosen, news.chosen);
    let why = Sentence::plain(speaker_reason(&news.reasons, problem));
    Sentence::in_turn(texts, [what, why, named(news.stays, in_use, news.former)])
}

/// A loudspeaker that cannot be used any more, and the default in its place.
pub(crate) fn speaker_lost(texts: &Messages, problem: SpeakerProblem) -> Sentence {
    let news = &texts.device_news;
    let what = match problem {
        SpeakerProblem::NotFound => Sentence::plain(news.speaker_lost),
        SpeakerProblem::Denied | SpeakerProblem::Aborted | SpeakerProblem::Other => {
            let why = speaker_reason(&news.reasons, problem);
            Sentence::in_turn(texts, [news.speaker_failed, why].map(Sentence::plain))
        }
    };
    Sentence::in_turn(texts, [what, Sentence::plain(news.default_now)])
}

const fn speaker_reason(reasons: &DeviceReasons, problem: SpeakerProblem) -> &'static str {
    match problem {
        SpeakerProblem::Denied => reasons.denied,
        SpeakerProblem::NotFound => reasons.gone,
        SpeakerProblem::Aborted | SpeakerProblem::Other => reasons.other,
    }
}

fn missing(texts: &Messages, change: &DeviceChange) -> Sentence {
    let news = &texts.device_news;
    let what = named(news.cannot_be_used, change.missing.as_deref(), news.chosen);
    let why = Sentence::plain(reason(&news.reasons, change.problem));
    Sentence::in_turn(texts, [what, why])
}

/// A sentence about a device, or about one that the browser does not name.
fn named(text: Named, name: Option<&str>, unnamed: &'static str) -> Sentence {
    match name {
        Some(name) => Sentence::about(text, name),
        None => Sentence::plain(&text.with(unnamed)),
    }
}

const fn reason(reasons: &DeviceReasons, problem: CaptureProblem) -> &'static str {
    match problem {
        CaptureProblem::Denied | CaptureProblem::DeniedByPolicy => reasons.denied,
        CaptureProblem::DeniedBySystem => reasons.denied_by_system,
        CaptureProblem::Dismissed => reasons.dismissed,
        CaptureProblem::InUse => reasons.in_use,
        CaptureProblem::NotFound | CaptureProblem::Overconstrained | CaptureProblem::Lost => {
            reasons.gone
        }
        CaptureProblem::NotActivated
        | CaptureProblem::InsecureContext
        | CaptureProblem::Unsupported
        | CaptureProblem::Other => reasons.other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::{CHINESE, messages};

    fn change(problem: CaptureProblem) -> DeviceChange {
        DeviceChange {
            device: CaptureDevice::Camera,
            missing: Some("Desk camera".to_owned()),
            problem,
            in_use: Some("Laptop camera".to_owned()),
        }
    }

    #[test]
    fn a_busy_camera_is_named_and_so_is_the_one_that_stays() {
        let told = kept(messages(), &change(CaptureProblem::InUse)).to_string();
        let expected = "Desk camera cannot be used: another program is using it. \
                        Laptop camera stays in use.";
        assert_eq!(told, expected);
    }

    #[test]
    fn sentences_in_chinese_stand_without_a_blank_between_them() {
        let told = kept(&CHINESE, &change(CaptureProblem::InUse)).to_string();
        let expected = "Desk camera 无法使用：正被其他程序占用。继续使用 Laptop camera。";
        assert_eq!(told, expected);
    }

    #[test]
    fn an_unplugged_camera_and_its_successor_are_told_without_advice() {
        let told = replaced(messages(), &change(CaptureProblem::Lost)).to_string();
        let expected = "Your camera was unplugged or taken away. Laptop camera is used now.";
        assert_eq!(told, expected);
    }

    #[test]
    fn only_a_loudspeaker_that_is_gone_is_called_unplugged() {
        let told = |problem| speaker_lost(messages(), problem).to_string();
        let gone = "Your speaker was unplugged or taken away. \
                    The sound comes from the default one now.";
        assert_eq!(told(SpeakerProblem::NotFound), gone);
        let denied = "Your speaker cannot be used: the browser does not allow it. \
                      The sound comes from the default one now.";
        assert_eq!(told(SpeakerProblem::Denied), denied);
        assert!(!told(SpeakerProblem::Other).contains("unplugged"));
    }

    #[test]
    fn devices_without_a_name_are_told_in_other_words() {
        let nameless = DeviceChange {
            missing: None,
            in_use: None,
            ..change(CaptureProblem::Overconstrained)
        };
        let told = replaced(messages(), &nameless).to_string();
        let expected =
            "The chosen device cannot be used: it is no longer there. Another one is used now.";
        assert_eq!(told, expected);
        let told = speaker_kept(messages(), Some("Headset"), SpeakerProblem::Denied, None);
        let expected = "Headset cannot be used: the browser does not allow it. \
                        The one before stays in use.";
        assert_eq!(told.to_string(), expected);
    }

    /// A no of the system is mended elsewhere than one of the browser.
    #[test]
    fn each_kind_of_no_leads_to_where_it_can_be_taken_back() {
        for device in [
            CaptureDevice::Microphone,
            CaptureDevice::Camera,
            CaptureDevice::Screen,
        ] {
            let told = |problem| failed(messages(), device, problem).to_string();
            let system = told(CaptureProblem::DeniedBySystem);
            assert!(system.contains("privacy settings of the system"));
            let nos = [
                system,
                told(CaptureProblem::Denied),
                told(CaptureProblem::DeniedByPolicy),
                told(CaptureProblem::Dismissed),
            ];
            for (index, no) in nos.iter().enumerate() {
                assert!(!nos.iter().skip(index + 1).any(|other| other == no));
            }
        }
    }
}
