//! The loudspeaker: what the person chose and where the sound really comes from.
//!
//! A choice is tried before anything is switched, so what is shown is what is heard. One that goes
//! away gives way to the browser's default, and does not take over again by itself when it comes
//! back: sound that jumps to another room is a surprise, and choosing it again is one press.

use std::collections::VecDeque;

/// Why a loudspeaker could not be used
/// ([`setSinkId`](https://www.w3.org/TR/audio-output/#dom-htmlmediaelement-setsinkid)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpeakerProblem {
    /// The browser does not allow it to this page.
    Denied,
    /// It is no longer there.
    NotFound,
    /// The browser broke off switching to it. The next attempt may do better.
    Aborted,
    /// It could not be started.
    Other,
}

impl SpeakerProblem {
    /// What an exception of `setSinkId` means.
    pub fn of_exception(name: &str) -> Self {
        match name {
            "NotAllowedError" | "SecurityError" => Self::Denied,
            "NotFoundError" => Self::NotFound,
            "AbortError" => Self::Aborted,
            _ => Self::Other,
        }
    }
}

/// Something that happened. Loudspeakers go by the browser's device id; none is the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The one of before is to be used again, as soon as the browser offers it.
    Prefer(Option<String>),
    /// The person chooses one.
    Choose(Option<String>),
    /// One that was tried can be used.
    Ready(String),
    /// One that was tried, or is in use, cannot be used.
    Refused(String, SpeakerProblem),
    /// The browser offers these now.
    Offered(Vec<String>),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Try whether this one can be used.
    Try(String),
    /// Play everything on this one.
    Use(Option<String>),
    /// It is the one to begin with the next time.
    Remember(Option<String>),
    /// Worth a word to the person, once.
    Tell(Notice),
}

/// What the person is told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The one of this id was chosen and cannot be used; the one before it stays in use.
    Kept(String, SpeakerProblem),
    /// The one in use cannot be used any more, and sound comes from the default now.
    Lost(SpeakerProblem),
}

/// Where the choice that is being tried came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Person,
    Before,
}

/// Which loudspeaker is in use, and which one is being tried.
#[derive(Debug, Default)]
pub struct Speaker {
    in_use: Option<String>,
    trying: Option<(String, Origin)>,
    /// The one of before, until it is offered.
    preferred: Option<String>,
    outputs: VecDeque<Output>,
}

impl Speaker {
    /// The one to show: what is being tried, or else what is in use. None is the default.
    pub fn chosen(&self) -> Option<&str> {
        let trying = self.trying.as_ref().map(|(id, _)| id);
        trying.or(self.in_use.as_ref()).map(String::as_str)
    }

    /// The one that sound comes from. None is the default.
    pub fn in_use(&self) -> Option<&str> {
        self.in_use.as_deref()
    }

    /// What to prefer the next time, so that everything is as it is now.
    pub fn as_preference(&self) -> Option<String> {
        let waited_for = self.preferred.as_deref();
        waited_for.or_else(|| self.chosen()).map(str::to_owned)
    }

    /// Takes what happened. Drain [`Speaker::poll_output`] afterwards.
    pub fn handle(&mut self, input: Input) {
        match input {
            Input::Prefer(id) => self.preferred = id,
            Input::Choose(Some(id)) => self.attempt(id, Origin::Person),
            Input::Choose(None) => {
                self.trying = None;
                self.preferred = None;
                self.turn_to(None);
                self.outputs.push_back(Output::Remember(None));
            }
            Input::Ready(id) => self.on_ready(id),
            Input::Refused(id, problem) => self.on_refused(id, problem),
            Input::Offered(ids) => self.on_offered(&ids),
        }
    }

    /// The next thing to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn attempt(&mut self, id: String, origin: Origin) {
        self.preferred = None;
        self.trying = Some((id.clone(), origin));
        self.outputs.push_back(Output::Try(id));
    }

    fn turn_to(&mut self, id: Option<String>) {
        self.in_use.clone_from(&id);
        self.outputs.push_back(Output::Use(id));
    }

    fn on_ready(&mut self, id: String) {
        if let Some((_, origin)) = self.trying.take_if(|(trying, _)| *trying == id) {
            self.turn_to(Some(id.clone()));
            if origin == Origin::Person {
                self.outputs.push_back(Output::Remember(Some(id)));
            }
        }
    }

    fn on_refused(&mut self, id: String, problem: SpeakerProblem) {
        let tried = self.trying.take_if(|(trying, _)| *trying == id);
        if self.in_use.as_ref() == Some(&id) {
            // One element that was not switched in time is no reason to move what all others play.
            if problem != SpeakerProblem::Aborted {
                self.lose(problem);
            }
        } else if let Some((_, Origin::Person)) = tried {
            let notice = Notice::Kept(id, problem);
            self.outputs.push_back(Output::Tell(notice));
        }
    }

    fn on_offered(&mut self, ids: &[String]) {
        if let Some(id) = self.preferred.take_if(|id| ids.contains(id)) {
            self.attempt(id, Origin::Before);
        }
        match &self.in_use {
            // A browser may offer none at all to a page that has no microphone just now.
            Some(id) if ids.is_empty() => self.outputs.push_back(Output::Try(id.clone())),
            Some(id) if !ids.contains(id) => self.lose(SpeakerProblem::NotFound),
            Some(_) | None => {}
        }
    }

    fn lose(&mut self, problem: SpeakerProblem) {
        self.turn_to(None);
        self.outputs.push_back(Output::Tell(Notice::Lost(problem)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(speaker: &mut Speaker) -> Vec<Output> {
        std::iter::from_fn(|| speaker.poll_output()).collect()
    }

    fn id(text: &str) -> String {
        text.to_owned()
    }

    /// A loudspeaker that was chosen and is in use.
    fn playing_on(name: &str) -> Speaker {
        let mut speaker = Speaker::default();
        speaker.handle(Input::Choose(Some(id(name))));
        speaker.handle(Input::Ready(id(name)));
        drain(&mut speaker);
        speaker
    }

    #[test]
    fn a_choice_is_tried_before_anything_is_switched() {
        let mut speaker = Speaker::default();
        speaker.handle(Input::Choose(Some(id("headset"))));
        assert_eq!(drain(&mut speaker), [Output::Try(id("headset"))]);
        assert_eq!(speaker.chosen(), Some("headset"));
        assert_eq!(speaker.in_use(), None);
        speaker.handle(Input::Ready(id("headset")));
        let headset = Some(id("headset"));
        let expected = [Output::Use(headset.clone()), Output::Remember(headset)];
        assert_eq!(drain(&mut speaker), expected);
    }

    #[test]
    fn a_choice_that_is_refused_is_told_and_the_one_before_stays() {
        let mut speaker = playing_on("headset");
        speaker.handle(Input::Choose(Some(id("screen"))));
        drain(&mut speaker);
        speaker.handle(Input::Refused(id("screen"), SpeakerProblem::Denied));
        let notice = Notice::Kept(id("screen"), SpeakerProblem::Denied);
        assert_eq!(drain(&mut speaker), [Output::Tell(notice)]);
        assert_eq!(speaker.chosen(), Some("headset"));
    }

    #[test]
    fn of_two_choices_the_later_one_counts() {
        let mut speaker = Speaker::default();
        speaker.handle(Input::Choose(Some(id("screen"))));
        speaker.handle(Input::Choose(Some(id("headset"))));
        drain(&mut speaker);
        speaker.handle(Input::Ready(id("screen")));
        speaker.handle(Input::Refused(id("screen"), SpeakerProblem::Other));
        assert_eq!(drain(&mut speaker), []);
        speaker.handle(Input::Ready(id("headset")));
        assert_eq!(speaker.in_use(), Some("headset"));
    }

    fn lost(problem: SpeakerProblem) -> [Output; 2] {
        [Output::Use(None), Output::Tell(Notice::Lost(problem))]
    }

    #[test]
    fn one_that_is_refused_while_it_is_in_use_is_told_with_the_reason() {
        for problem in [SpeakerProblem::Denied, SpeakerProblem::Other] {
            let mut speaker = playing_on("headset");
            speaker.handle(Input::Refused(id("headset"), problem));
            assert_eq!(drain(&mut speaker), lost(problem));
            assert_eq!(speaker.in_use(), None);
        }
    }

    #[test]
    fn one_element_whose_switching_is_broken_off_moves_nobody_elses_sound() {
        let problem = SpeakerProblem::of_exception("AbortError");
        let mut speaker = playing_on("headset");
        speaker.handle(Input::Refused(id("headset"), problem));
        assert_eq!(drain(&mut speaker), []);
        assert_eq!(speaker.in_use(), Some("headset"));
        speaker.handle(Input::Choose(Some(id("screen"))));
        speaker.handle(Input::Refused(id("screen"), problem));
        let kept = Output::Tell(Notice::Kept(id("screen"), problem));
        assert!(drain(&mut speaker).contains(&kept), "a choice is answered");
    }

    #[test]
    fn one_that_is_unplugged_gives_way_to_the_default_and_that_is_told() {
        let lost = lost(SpeakerProblem::NotFound);
        let mut speaker = playing_on("headset");
        speaker.handle(Input::Offered(vec![id("default"), id("screen")]));
        assert_eq!(drain(&mut speaker), lost);
        speaker.handle(Input::Offered(vec![id("default"), id("headset")]));
        assert_eq!(drain(&mut speaker), [], "it does not take over again");

        let mut speaker = playing_on("headset");
        speaker.handle(Input::Refused(id("headset"), SpeakerProblem::NotFound));
        assert_eq!(drain(&mut speaker), lost);
    }

    #[test]
    fn where_the_browser_offers_none_the_one_in_use_is_tried_again() {
        let mut speaker = playing_on("headset");
        speaker.handle(Input::Offered(Vec::new()));
        assert_eq!(drain(&mut speaker), [Output::Try(id("headset"))]);
        speaker.handle(Input::Ready(id("headset")));
        assert_eq!(drain(&mut speaker), []);
        assert_eq!(speaker.in_use(), Some("headset"));
    }

    #[test]
    fn the_one_of_before_is_used_once_it_is_offered_and_missed_in_silence() {
        let mut speaker = Speaker::default();
        speaker.handle(Input::Prefer(Some(id("headset"))));
        speaker.handle(Input::Offered(vec![id("default")]));
        assert_eq!(drain(&mut speaker), []);
        speaker.handle(Input::Offered(vec![id("default"), id("headset")]));
        assert_eq!(drain(&mut speaker), [Output::Try(id("headset"))]);
        speaker.handle(Input::Refused(id("headset"), SpeakerProblem::Other));
        assert_eq!(drain(&mut speaker), []);
        assert_eq!(speaker.chosen(), None);
    }

    #[test]
    fn a_choice_outweighs_the_one_of_before() {
        let mut speaker = Speaker::default();
        speaker.handle(Input::Prefer(Some(id("headset"))));
        speaker.handle(Input::Choose(None));
        drain(&mut speaker);
        speaker.handle(Input::Offered(vec![id("headset")]));
        assert_eq!(drain(&mut speaker), []);
    }
}
