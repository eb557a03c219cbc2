//! How a catalogue is written to a file and read from one. The file has the form of the structs: each
//! text stands under the name of its field. What a file lacks is English, and what else it has is
//! left alone, so that a page and a server of different versions understand each other.

use rtc::Texts;
use rtc::intl::Plural;
#[cfg(feature = "ssr")]
use serde_json::Value;

use super::slots::{Counted, Named, Numbered, Share, has};
use super::{ENGLISH, Messages};

/// What reads the texts of another language. It is a part of the program that few load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader(fn(&Texts) -> Messages);

impl Reader {
    pub(crate) fn new() -> Self {
        Self(|texts| Messages::read(texts, &ENGLISH))
    }

    /// Reads them; they live as long as the page.
    pub(crate) fn read(self, texts: &Texts) -> &'static Messages {
        Box::leak(Box::new((self.0)(texts)))
    }
}

/// A part of the catalogue, down to a single text.
pub(crate) trait Catalogue: Sized {
    /// Reads it, with English for what is not there. Texts live as long as the page.
    fn read(texts: &Texts, english: &Self) -> Self;

    /// What stands in the file for it.
    #[cfg(feature = "ssr")]
    fn write(&self) -> Value;
}

/// Declares structs of texts.
macro_rules! catalogue {
    ($(
        $(#[$about:meta])*
        pub(crate) struct $name:ident {
            $($(#[$about_field:meta])* pub(crate) $field:ident: $kind:ty,)*
        }
    )*) => {$(
        $(#[$about])*
        pub(crate) struct $name {
            $($(#[$about_field])* pub(crate) $field: $kind,)*
        }

        impl Catalogue for $name {
            fn read(texts: &rtc::Texts, english: &Self) -> Self {
                Self {
                    $($field: Catalogue::read(&texts.part(stringify!($field)), &english.$field),)*
                }
            }

            #[cfg(feature = "ssr")]
            fn write(&self) -> serde_json::Value {
                let fields = [$((stringify!($field).to_owned(), self.$field.write()),)*];
                serde_json::Value::Object(fields.into_iter().collect())
            }
        }
    )*};
}

/// The text, if it has what is to be put in.
fn read_with(texts: &Texts, slots: &[&str]) -> Option<&'static str> {
    let text = texts.text()?;
    let whole = slots.iter().all(|slot| has(&text, slot));
    whole.then(|| &*text.leak())
}

impl Catalogue for &'static str {
    fn read(texts: &Texts, english: &Self) -> Self {
        read_with(texts, &[]).unwrap_or(*english)
    }

    #[cfg(feature = "ssr")]
    fn write(&self) -> Value {
        (*self).into()
    }
}

impl Catalogue for Named {
    fn read(texts: &Texts, english: &Self) -> Self {
        read_with(texts, &[Self::SLOT]).map_or(*english, Self::new)
    }

    #[cfg(feature = "ssr")]
    fn write(&self) -> Value {
        self.text().into()
    }
}

impl Catalogue for Numbered {
    fn read(texts: &Texts, english: &Self) -> Self {
        read_with(texts, &[Self::SLOT]).map_or(*english, Self::new)
    }

    #[cfg(feature = "ssr")]
    fn write(&self) -> Value {
        self.text().into()
    }
}

impl Catalogue for Counted {
    fn read(texts: &Texts, english: &Self) -> Self {
        let form = |plural: Plural| Some((plural, read_with(&texts.part(plural.name()), &[])?));
        let forms: Vec<_> = Plural::ALL.into_iter().filter_map(form).collect();
        match forms.last() {
            Some((Plural::Other, other)) if has(other, Self::SLOT) => Self::new(forms.leak()),
            _ => *english,
        }
    }

    #[cfg(feature = "ssr")]
    fn write(&self) -> Value {
        let forms = self.forms().iter();
        let forms = forms.map(|(plural, text)| (plural.name().to_owned(), (*text).into()));
        Value::Object(forms.collect())
    }
}

impl Catalogue for Share {
    fn read(texts: &Texts, english: &Self) -> Self {
        read_with(texts, &Self::SLOTS).map_or(*english, Self::new)
    }

    #[cfg(feature = "ssr")]
    fn write(&self) -> Value {
        self.text().into()
    }
}
