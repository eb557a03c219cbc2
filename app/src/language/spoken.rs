//! What the page speaks now.

use leptos::prelude::*;
use rtc::intl::{self, Plural, StorageUnit};

use super::Language;
use crate::messages::{ENGLISH, Messages};

/// A language with what belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Spoken {
    pub(crate) language: Language,
    /// How numbers and times are written.
    pub(crate) locale: String,
    pub(crate) messages: &'static Messages,
}

impl Default for Spoken {
    fn default() -> Self {
        let language = Language::English;
        Self {
            language,
            locale: language.tag().to_owned(),
            messages: &ENGLISH,
        }
    }
}

#[cfg(feature = "csr")]
thread_local! {
    static SPOKEN: ArcRwSignal<Spoken> = ArcRwSignal::new(Spoken::default());
}

/// Reads it; whoever does in a view, in a memo or in an effect is told when it changes.
///
/// Text, and what comes of it, is read in event handlers and tasks, too, which have no owner: this
/// state belongs to the document and not to a part of the page.
#[cfg(feature = "csr")]
pub(crate) fn spoken<T>(read: impl FnOnce(&Spoken) -> T) -> T {
    SPOKEN.with(|spoken| spoken.with(read))
}

/// Reads it: the language of this one answer, or English where nothing is answered.
#[cfg(not(feature = "csr"))]
pub(crate) fn spoken<T>(read: impl FnOnce(&Spoken) -> T) -> T {
    read(&use_context().unwrap_or_default())
}

/// From now on the page speaks this. Nobody chooses on the server.
pub(super) fn speak(spoken: Spoken) {
    #[cfg(feature = "csr")]
    SPOKEN.with(|it| it.set(spoken));
    #[cfg(not(feature = "csr"))]
    drop(spoken);
}

/// Has the page that is rendered for this one request speak a language.
#[cfg(feature = "ssr")]
pub fn provide_language(language: Language) {
    provide_context(Spoken {
        language,
        locale: language.tag().to_owned(),
        messages: language.messages(),
    });
}

/// A number as the page writes it. Where there is no browser nothing is counted but by tests.
pub(crate) fn number(number: usize) -> String {
    if cfg!(feature = "csr") {
        spoken(|spoken| intl::number(&spoken.locale, number))
    } else {
        number.to_string()
    }
}

/// Which form goes with a count; where there is no browser, as in English.
pub(crate) fn plural(count: usize) -> Plural {
    if cfg!(feature = "csr") {
        spoken(|spoken| intl::plural(&spoken.locale, count))
    } else if count == 1 {
        Plural::One
    } else {
        Plural::Other
    }
}

/// The time of day of a moment as the page writes it. `millis` are milliseconds since 1970.
pub(crate) fn time_of_day(millis: u64) -> String {
    spoken(|spoken| intl::time_of_day(&spoken.locale, millis))
}

/// The time of day of a moment as the page writes it, and its date unless that is today. `millis` are
/// milliseconds since 1970.
pub(crate) fn moment(millis: u64) -> String {
    spoken(|spoken| intl::moment(&spoken.locale, millis))
}

/// An amount with its unit as the page writes it, with so many digits after the point. Where there is
/// no browser nothing is stored but by tests.
pub(crate) fn amount(amount: f64, unit: StorageUnit, digits: u8) -> String {
    if cfg!(feature = "csr") {
        spoken(|spoken| intl::amount(&spoken.locale, amount, unit, digits))
    } else {
        format!("{amount:.0$} {1}", usize::from(digits), unit.symbol())
    }
}

/// How large a file is as the page writes it.
pub(crate) fn file_size(bytes: u64) -> String {
    spoken(|spoken| intl::file_size(&spoken.locale, bytes))
}

/// Several things in a row as the page writes them.
pub(crate) fn list(things: &[String]) -> String {
    spoken(|spoken| intl::list(&spoken.locale, things))
}
