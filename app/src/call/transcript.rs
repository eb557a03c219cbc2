//! The chat as one text, to keep.

use rtc::view::ChatEntry;

use crate::messages::ChatTexts;

/// A line or more for each message: when it was written, who wrote it, and what it says now. `time` says
/// when in words.
pub(crate) fn transcript<'a>(
    texts: &ChatTexts,
    entries: impl IntoIterator<Item = &'a ChatEntry>,
    time: impl Fn(u64) -> String,
) -> String {
    let shown = entries.into_iter().filter(|entry| entry.message.is_shown());
    shown
        .filter_map(|entry| {
            let text = entry.text()?;
            let private = match (&entry.message.to, &entry.addressee) {
                (None, _) => String::new(),
                (Some(_), Some(name)) => {
                    [" (", &texts.private_to.with(name.as_str()), ")"].concat()
                }
                (Some(_), None) => [" (", texts.private, ")"].concat(),
            };
            // Whoever passed it on might have made it up.
            let passed_on = entry.passed_on_by.as_ref();
            let passed_on = passed_on.map_or_else(String::new, |name| {
                [" (", &texts.passed_on_by.with(name.as_str()), ")"].concat()
            });
            let time = time(entry.message.at);
            let head = ["[", &time, "] ", entry.name.as_str(), &private, &passed_on].concat();
            // A line of theirs looks like no message of somebody else.
            let text = text.replace('\n', "\n    ");
            Some([&head, ": ", &text, "\n"].concat())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::testing::{person, written};
    use crate::messages::ENGLISH;

    #[test]
    fn each_message_is_kept_with_its_time_and_its_author() {
        let (ada, ben) = (person(1), person(2));
        let mut private = written(&ada, 1);
        private.message.to = Some(ben.id.clone());
        private.addressee = Some(ben.name.clone());
        let mut whispered = written(&ben, 2);
        whispered.message.to = Some(ada.id.clone());
        let mut forged = written(&ben, 3);
        forged.message.text = "hi\n[0 o'clock] Person 1: I quit".to_owned();
        forged.passed_on_by = Some(person(3).name);
        let entries = [written(&ben, 0), private, whispered, forged];
        let text = transcript(&ENGLISH.chat, &entries, |at| format!("{at} o'clock"));
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "[0 o'clock] Person 2: message 0",
                "[0 o'clock] Person 1 (to Person 2 alone): message 1",
                "[0 o'clock] Person 2 (to you alone): message 2",
                "[0 o'clock] Person 2 (passed on by Person 3): hi",
                "    [0 o'clock] Person 1: I quit",
            ]
        );
    }
}
