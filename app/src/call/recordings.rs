//! What is told about recordings.

use std::time::Duration;

use rtc::intl::StorageUnit;
use rtc::view::{Extent, RecordingNotice, RecordingProblem, RecordingSubject};

use super::sentence::Sentence;
use super::wording::Telling;
use crate::language::amount;
use crate::messages::{Messages, Named, Notices, RecordingProblems};

/// That somebody else records this.
pub(crate) const fn started(texts: &Notices, subject: RecordingSubject) -> Named {
    match subject {
        RecordingSubject::Meeting | RecordingSubject::Unknown => texts.recording_started,
        RecordingSubject::Camera => texts.recording_camera,
        RecordingSubject::Screen => texts.recording_screen,
        RecordingSubject::Sound => texts.recording_sound,
    }
}

/// What became of this page's own recording.
pub(crate) fn notice(texts: &Messages, notice: RecordingNotice) -> Telling {
    let news = |text| Telling::News(Sentence::plain(text));
    let trouble = |told: &[&'static str]| {
        let sentences = told.iter().copied().map(Sentence::plain);
        Telling::Trouble(Sentence::in_turn(texts, sentences))
    };
    let texts = &texts.recording;
    let why = |it| problem(&texts.problems, it);
    match notice {
        RecordingNotice::Started(_) => news(texts.started),
        RecordingNotice::Empty => news(texts.empty),
        RecordingNotice::Saved => news(texts.saved),
        RecordingNotice::Downloaded => news(texts.downloaded),
        RecordingNotice::Dismissed => trouble(&[texts.dismissed, texts.kept]),
        RecordingNotice::Interrupted => trouble(&[texts.interrupted, texts.kept]),
        RecordingNotice::NotStarted(it) => trouble(&[texts.not_started, why(it)]),
        RecordingNotice::BrokeOff(it) => trouble(&[texts.broke_off, why(it), texts.kept]),
        RecordingNotice::NotSaved(it) => trouble(&[texts.not_saved, why(it), texts.kept]),
    }
}

/// Why something about a recording did not work, as the end of a sentence, and what to do.
pub(crate) const fn problem(texts: &RecordingProblems, problem: RecordingProblem) -> &'static str {
    match problem {
        RecordingProblem::NoSpace => texts.no_space,
        RecordingProblem::Denied => texts.denied,
        RecordingProblem::Storage => texts.storage,
        RecordingProblem::TooSlow => texts.too_slow,
        RecordingProblem::Recorder => texts.recorder,
    }
}

/// What became of a recording that is stored in this browser.
pub(crate) fn kept(texts: &Messages, is_downloaded: bool, room: &str) -> Sentence {
    let offer = &texts.recording.offer;
    let named = if is_downloaded {
        offer.downloaded
    } else {
        offer.not_saved
    };
    Sentence::about(named, room)
}

/// How much was recorded: `12:04 · 86 MB`.
pub(crate) fn extent(extent: Extent) -> String {
    [&length(extent.length), " · ", &size(extent.bytes)].concat()
}

/// Minutes and seconds, and hours if need be.
fn length(length: Duration) -> String {
    let seconds = length.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours == 0 {
        format!("{minutes}:{seconds:02}")
    } else {
        format!("{hours}:{minutes:02}:{seconds:02}")
    }
}

/// Bytes in units of a thousand, as systems and browsers count them; with a digit after the point where
/// there is only one before it.
fn size(bytes: u64) -> String {
    const MEGABYTE: u64 = 1_000_000;
    let (unit, name) = if bytes < 1000 * MEGABYTE {
        (MEGABYTE, StorageUnit::Megabyte)
    } else {
        (1000 * MEGABYTE, StorageUnit::Gigabyte)
    };
    let tenths = u32::try_from(bytes / (unit / 10)).unwrap_or(u32::MAX);
    if tenths < 100 {
        amount(f64::from(tenths) / 10.0, name, 1)
    } else {
        amount(f64::from(tenths / 10), name, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::messages;

    fn told(it: RecordingNotice) -> String {
        match notice(messages(), it) {
            Telling::News(sentence) | Telling::Trouble(sentence) => sentence.to_string(),
            Telling::ChatMessage(..) | Telling::Shown(_) => panic!("nobody did anything"),
        }
    }

    const EVERY_PROBLEM: [RecordingProblem; 5] = [
        RecordingProblem::NoSpace,
        RecordingProblem::Denied,
        RecordingProblem::Storage,
        RecordingProblem::TooSlow,
        RecordingProblem::Recorder,
    ];

    #[test]
    fn whoever_has_something_left_to_save_is_told_where_it_is() {
        let mut left = vec![RecordingNotice::Dismissed, RecordingNotice::Interrupted];
        left.extend(EVERY_PROBLEM.map(RecordingNotice::BrokeOff));
        left.extend(EVERY_PROBLEM.map(RecordingNotice::NotSaved));
        for it in left {
            assert!(told(it).contains("More options"), "{it:?}");
        }
        for it in [
            RecordingNotice::Started(RecordingSubject::Meeting),
            RecordingNotice::Empty,
            RecordingNotice::Saved,
            RecordingNotice::NotStarted(RecordingProblem::NoSpace),
        ] {
            assert!(!told(it).contains("More options"), "{it:?}");
        }
    }

    #[test]
    fn nobody_is_told_of_more_than_what_is_recorded() {
        let told = |subject| started(&messages().notices, subject).with("Ada");
        assert_eq!(
            told(RecordingSubject::Meeting),
            "Ada is recording the meeting"
        );
        assert_eq!(
            told(RecordingSubject::Camera),
            "Ada is recording their own camera"
        );
        assert_eq!(
            told(RecordingSubject::Unknown),
            told(RecordingSubject::Meeting)
        );
    }

    #[test]
    fn each_problem_has_words_of_its_own() {
        let mut words = EVERY_PROBLEM.map(|it| told(RecordingNotice::BrokeOff(it)));
        words.sort_unstable();
        assert!(words.is_sorted_by(|one, next| one < next), "{words:?}");
    }

    #[test]
    fn a_full_disk_is_told_with_what_is_left_and_what_to_do() {
        let told = told(RecordingNotice::BrokeOff(RecordingProblem::NoSpace));
        let expected = "The recording stopped: there is no room left on the disk, or none that the \
                        browser gives to this site. Make room before you record again. What was \
                        recorded so far is kept in this browser. You find it under More options and \
                        on the first page.";
        assert_eq!(told, expected);
    }

    #[test]
    fn time_and_size_are_written_as_people_read_them() {
        let of = |seconds, bytes| {
            let length = Duration::from_secs(seconds);
            extent(Extent { length, bytes })
        };
        assert_eq!(of(0, 0), "0:00 · 0.0 MB");
        assert_eq!(of(9, 449_999), "0:09 · 0.4 MB");
        assert_eq!(of(724, 86_900_000), "12:04 · 86 MB");
        assert_eq!(of(3599, 999_999_999), "59:59 · 999 MB");
        assert_eq!(of(3600, 1_260_000_000), "1:00:00 · 1.2 GB");
        assert_eq!(of(86_399, 27_000_000_000), "23:59:59 · 27 GB");
    }

    #[test]
    fn a_recording_that_was_left_is_told_with_its_room() {
        let told = |is_downloaded| kept(messages(), is_downloaded, "abc-defg-hij").to_string();
        assert_eq!(told(false), "A recording of abc-defg-hij was not saved.");
        assert!(told(true).contains("abc-defg-hij went to your downloads"));
    }
}
