//! Which language the page speaks, as the person chose it.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use futures::future::join;
use rtc::{Texts, browser, storage};

use super::Language;
use super::spoken::{Spoken, speak};
use crate::messages::{ENGLISH, Messages};
use crate::parts;

/// Where the choice is remembered.
const KEY: &str = "rotunda.language";
/// How long to wait for a language.
const PATIENCE: Duration = Duration::from_secs(10);

thread_local! {
    /// What the person chose last; it may still be on its way.
    static WANTED: Cell<Language> = const { Cell::new(Language::English) };
    /// What has arrived so far.
    static LOADED: RefCell<Vec<(Language, &'static Messages)>> = const { RefCell::new(Vec::new()) };
}

impl Language {
    /// Its texts. Only English is in the page; the others are fetched when they are used. `None` when
    /// they cannot be.
    pub(crate) async fn load(self) -> Option<&'static Messages> {
        let loaded = LOADED.with_borrow(|loaded| {
            let mut loaded = loaded.iter();
            loaded.find(|(language, _)| *language == self).copied()
        });
        match (self, loaded) {
            (Self::English, _) => Some(&ENGLISH),
            (_, Some((_, messages))) => Some(messages),
            (_, None) => {
                let path = self.path();
                let both = join(parts::language(), Texts::fetch(&path));
                let (reader, texts) = browser::in_time(PATIENCE, both).await?;
                let messages = reader.ok()?.read(&texts?);
                LOADED.with_borrow_mut(|loaded| loaded.push((self, messages)));
                Some(messages)
            }
        }
    }
}

/// Begins in the language that was chosen before, or else in that of the browser; in English when its
/// texts cannot be had.
#[cfg(feature = "csr")]
pub(crate) async fn begin() {
    let tags = browser::languages();
    let chosen = storage::get(KEY).and_then(|tag| Language::of(&tag));
    let language = chosen.unwrap_or_else(|| Language::best(tags.iter().map(String::as_str)));
    speak_when_loaded(language).await;
}

/// Speaks a language from now on, at the next visit, too. Says whether its texts could be had. What is
/// chosen later takes the place of what is still on its way.
pub(crate) async fn choose(language: Language) -> bool {
    let is_there = speak_when_loaded(language).await;
    if is_there && WANTED.get() == language {
        storage::set(KEY, language.tag());
    }
    is_there
}

async fn speak_when_loaded(language: Language) -> bool {
    WANTED.set(language);
    let Some(messages) = language.load().await else {
        return false;
    };
    if WANTED.get() == language {
        speak(Spoken {
            language,
            locale: language.locale(&browser::languages()),
            messages,
        });
    }
    true
}
