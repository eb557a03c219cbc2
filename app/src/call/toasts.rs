//! Which notices of what just happened are shown, and for how long.

use std::time::Duration;

use leptos::prelude::*;

use super::sentence::Sentence;

/// How long a notice stays.
const SHOWN: Duration = Duration::from_secs(5);
/// How long a notice of trouble stays: it says what to do, too.
const TROUBLE_SHOWN: Duration = Duration::from_secs(10);
/// How many notices are shown at once.
const AT_ONCE: usize = 4;

/// What a notice is about; this decides which one makes room for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// Something is wrong. Only other trouble takes its place.
    Trouble,
    /// Somebody wrote. What they write next takes its place.
    ChatMessage(String),
    /// Anything else.
    News,
}

/// A notice that is shown or read aloud now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Toast {
    pub(crate) number: u32,
    pub(crate) about: About,
    pub(crate) sentence: Sentence,
}

/// The notices of a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Toasts {
    /// What is shown, and read aloud.
    pub(crate) shown: RwSignal<Vec<Toast>>,
    /// What is read aloud alone.
    pub(crate) announced: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// None so far.
    pub(crate) fn new() -> Self {
        Self {
            shown: RwSignal::new(Vec::new()),
            announced: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        }
    }

    /// Tells what happened.
    pub(crate) fn news(self, sentence: Sentence) {
        self.add(self.shown, About::News, sentence, SHOWN);
    }

    /// Tells what went wrong and what to do about it.
    pub(crate) fn trouble(self, sentence: Sentence) {
        self.add(self.shown, About::Trouble, sentence, TROUBLE_SHOWN);
    }

    /// Tells what somebody wrote, in place of what they wrote just before.
    pub(crate) fn chat_message(self, author: &str, sentence: Sentence) {
        let about = About::ChatMessage(author.to_owned());
        self.add(self.shown, about, sentence, SHOWN);
    }

    /// Takes back what somebody wrote: whoever reads the chat sees it there, and not through a notice
    /// that lies over it.
    pub(crate) fn withdraw_messages(self) {
        self.shown.update(withdraw_messages);
    }

    /// Tells those who listen; those who look see it elsewhere.
    pub(crate) fn announce(self, sentence: Sentence) {
        self.add(self.announced, About::News, sentence, SHOWN);
    }

    fn add(self, to: RwSignal<Vec<Toast>>, about: About, sentence: Sentence, stays: Duration) {
        let Some(number) = self.next.try_update_value(|next| {
            *next += 1;
            *next
        }) else {
            return;
        };
        let toast = Toast {
            number,
            about,
            sentence,
        };
        to.try_update(|shown| admit(shown, toast));
        let remove = move || {
            to.try_update(|shown| shown.retain(|toast| toast.number != number));
        };
        set_timeout(remove, stays);
    }
}

/// Puts a notice below the others, in place of those that have to make room for it. Where trouble
/// alone is shown, nothing else is added. Trouble stands above everything, the newest first: in a
/// small window there may be no room for all.
fn admit(shown: &mut Vec<Toast>, toast: Toast) {
    if let About::ChatMessage(_) = toast.about {
        shown.retain(|other| other.about != toast.about);
    }
    if shown.len() >= AT_ONCE {
        let lesser = shown.iter().position(|it| it.about != About::Trouble);
        match lesser {
            Some(oldest) => drop(shown.remove(oldest)),
            None if toast.about == About::Trouble => drop(shown.pop()),
            None => return,
        }
    }
    match toast.about {
        About::Trouble => shown.insert(0, toast),
        About::ChatMessage(_) | About::News => shown.push(toast),
    }
}

fn withdraw_messages(shown: &mut Vec<Toast>) {
    shown.retain(|toast| !matches!(toast.about, About::ChatMessage(_)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(notices: &[(About, &str)]) -> Vec<Toast> {
        let mut shown = Vec::new();
        for (number, (about, text)) in (0..).zip(notices) {
            let toast = Toast {
                number,
                about: about.clone(),
                sentence: Sentence::plain(text),
            };
            admit(&mut shown, toast);
        }
        shown
    }

    fn texts(shown: &[Toast]) -> Vec<String> {
        shown
            .iter()
            .map(|toast| toast.sentence.to_string())
            .collect()
    }

    fn shown(notices: &[(About, &str)]) -> Vec<String> {
        texts(&admitted(notices))
    }

    fn from(author: &str) -> About {
        About::ChatMessage(author.to_owned())
    }

    #[test]
    fn trouble_is_not_pushed_away_by_messages_or_by_who_comes_and_goes() {
        let mut notices = vec![(About::Trouble, "unplugged")];
        let names = ["a", "b", "c", "d", "e", "f"];
        notices.extend(names.map(|name| (from(name), name)));
        notices.extend(names.map(|_| (About::News, "joined")));
        assert_eq!(shown(&notices), ["unplugged", "joined", "joined", "joined"]);
    }

    #[test]
    fn trouble_stands_above_what_was_there_before() {
        let notices = [
            (from("a"), "a1"),
            (About::News, "joined"),
            (About::Trouble, "unplugged"),
            (from("b"), "b1"),
        ];
        assert_eq!(shown(&notices), ["unplugged", "a1", "joined", "b1"]);
    }

    #[test]
    fn what_somebody_writes_takes_the_place_of_what_they_wrote_before() {
        let notices = [
            (from("a"), "a1"),
            (from("b"), "b1"),
            (from("a"), "a2"),
            (from("a"), "a3"),
        ];
        assert_eq!(shown(&notices), ["b1", "a3"]);
    }

    #[test]
    fn whoever_opens_the_chat_is_told_nothing_more_of_what_is_in_it() {
        let mut shown = admitted(&[
            (from("a"), "a1"),
            (About::News, "joined"),
            (About::Trouble, "unplugged"),
            (from("b"), "b1"),
        ]);
        withdraw_messages(&mut shown);
        assert_eq!(texts(&shown), ["unplugged", "joined"]);
    }

    #[test]
    fn of_too_many_the_oldest_makes_room() {
        let news = ["1", "2", "3", "4", "5"].map(|text| (About::News, text));
        assert_eq!(shown(&news), ["2", "3", "4", "5"]);
        let trouble = ["1", "2", "3", "4", "5"].map(|text| (About::Trouble, text));
        assert_eq!(shown(&trouble), ["5", "4", "3", "2"]);
        let both = [trouble.as_slice(), &[(About::News, "6")]].concat();
        assert_eq!(shown(&both), ["5", "4", "3", "2"]);
    }
}
