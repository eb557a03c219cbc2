//! Texts of a part of the program that is loaded later. What is English comes with that part; nothing else
//! may name it.

use std::ops::Deref;

use rtc::Texts;
#[cfg(feature = "ssr")]
use serde_json::Value;

use super::catalogue::Catalogue;

/// Texts that are used in such a part alone.
#[derive(Debug)]
pub(crate) struct Later<T: 'static>(Option<&'static T>);

/// Texts that there are in English.
pub(crate) trait InEnglish: 'static {
    fn english() -> &'static Self;
}

impl<T> Later<T> {
    pub(super) const ENGLISH: Self = Self(None);

    #[cfg(any(feature = "ssr", test))]
    pub(super) const fn of(texts: &'static T) -> Self {
        Self(Some(texts))
    }
}

impl<T: InEnglish> Deref for Later<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.unwrap_or_else(T::english)
    }
}

impl<T: Catalogue + InEnglish> Catalogue for Later<T> {
    fn read(texts: &Texts, english: &Self) -> Self {
        Self(Some(Box::leak(Box::new(T::read(texts, english)))))
    }

    #[cfg(feature = "ssr")]
    fn write(&self) -> Value {
        T::write(self)
    }
}
