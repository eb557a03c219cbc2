//! The languages of the page, and which one somebody gets.

pub(crate) mod choice;
mod spoken;

#[cfg(any(feature = "ssr", test))]
use crate::messages::{CHINESE, ENGLISH, Messages};

#[cfg(feature = "ssr")]
pub use self::spoken::provide_language;
pub(crate) use self::spoken::{
    amount, file_size, list, moment, number, plural, spoken, time_of_day,
};

/// A language that the page speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// The one that every page has in it, and the one of whoever reads none of these.
    #[default]
    English,
    /// Chinese in simplified characters. It is the nearest there is to other Chinese, too.
    Chinese,
}

impl Language {
    /// All of them, in the order of their names.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The [BCP 47](https://www.rfc-editor.org/info/bcp47) tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }

    /// What those who speak it call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "简体中文",
        }
    }

    /// The direction of writing, as the
    /// [document](https://html.spec.whatwg.org/multipage/dom.html#the-dir-attribute) has it.
    pub(crate) const fn direction(self) -> &'static str {
        match self {
            Self::English | Self::Chinese => "ltr",
        }
    }

    /// Where on the server its texts are.
    pub fn path(self) -> String {
        ["/languages/", self.tag(), ".json"].concat()
    }

    /// Its texts, as they are in that place.
    #[cfg(feature = "ssr")]
    pub fn catalogue(self) -> String {
        use crate::messages::Catalogue;
        self.messages().write().to_string()
    }

    /// Its texts.
    #[cfg(any(feature = "ssr", test))]
    pub(crate) const fn messages(self) -> &'static Messages {
        match self {
            Self::English => &ENGLISH,
            Self::Chinese => &CHINESE,
        }
    }

    /// The language of a tag, whatever else the tag says.
    pub(crate) fn of(tag: &str) -> Option<Self> {
        let language = |tag: &str| {
            let end = tag.find(['-', '_']).unwrap_or(tag.len());
            tag.get(..end).unwrap_or_default().to_ascii_lowercase()
        };
        let wanted = language(tag);
        Self::ALL
            .into_iter()
            .find(|it| language(it.tag()) == wanted)
    }

    /// The first of some tags that is of a language the page speaks.
    pub fn best<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        tags.into_iter().find_map(Self::of).unwrap_or_default()
    }

    /// How somebody who reads languages of these tags has numbers and times in this one: in Britain
    /// the clock has 24 hours.
    pub(crate) fn locale(self, tags: &[String]) -> String {
        let own = tags.iter().find(|tag| Self::of(tag) == Some(self));
        own.map_or(self.tag(), String::as_str).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_chinese_is_chinese_in_simplified_characters() {
        for tag in [
            "zh",
            "zh-CN",
            "zh-Hans",
            "zh-Hans-CN",
            "zh-SG",
            "zh-TW",
            "zh-Hant-HK",
            "ZH-cn",
            "zh_CN",
        ] {
            assert_eq!(Language::of(tag), Some(Language::Chinese), "{tag}");
        }
        for tag in ["", "-", "z", "zha", "fr-CN", "*", "中文"] {
            assert_eq!(Language::of(tag), None, "{tag}");
        }
    }

    #[test]
    fn somebody_gets_the_dearest_language_there_is() {
        assert_eq!(Language::best(["fr", "zh-TW", "en"]), Language::Chinese);
        assert_eq!(Language::best(["en-GB", "zh"]), Language::English);
        assert_eq!(Language::best(["fr", "*"]), Language::English);
        assert_eq!(Language::best([]), Language::English);
    }

    #[test]
    fn numbers_and_times_are_those_of_where_somebody_lives() {
        let tags = ["fr", "en-GB", "en-US"].map(str::to_owned);
        assert_eq!(Language::English.locale(&tags), "en-GB");
        assert_eq!(Language::Chinese.locale(&tags), "zh-Hans");
    }

    #[test]
    fn a_language_is_found_by_its_own_tag() {
        for language in Language::ALL {
            assert_eq!(Language::of(language.tag()), Some(language));
        }
    }
}
