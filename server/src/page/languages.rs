//! In which language a page is, and the texts of the languages for pages that are alive.

use app::Language;
use axum::Router;
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use axum::routing::get;
use leptos::prelude::use_context;

/// A few kilobytes that may change with the next version. A page makes do with those of another.
const HEADERS: [(HeaderName, &str); 2] = [
    (CONTENT_TYPE, "application/json"),
    (CACHE_CONTROL, "public, max-age=300"),
];

/// The texts, each language at its path.
pub(super) fn router() -> Router {
    Language::ALL
        .into_iter()
        .fold(Router::new(), |router, language| {
            let texts = language.catalogue();
            router.route(&language.path(), get(|| async { (HEADERS, texts) }))
        })
}

/// Has the page that answers a request speak the language that the browser asks for.
pub(super) fn speak_as_asked() {
    let language = use_context::<Parts>().map(|request| asked(&request.headers));
    app::provide_language(language.unwrap_or_default());
}

fn asked(headers: &HeaderMap) -> Language {
    let header = headers.get(ACCEPT_LANGUAGE);
    let header = header.and_then(|header| header.to_str().ok());
    Language::best(tags(header.unwrap_or_default()))
}

/// The tags of an [`Accept-Language`](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4), the
/// dearest first, without those that are not wanted at all.
fn tags(header: &str) -> Vec<&str> {
    let mut ranges: Vec<_> = header.split(',').map(tag_and_weight).collect();
    ranges.retain(|(_, weight)| *weight > 0);
    // What weighs the same stays in its order.
    ranges.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    ranges.into_iter().map(|(tag, _)| tag).collect()
}

/// A tag, and how much it is wanted, in thousandths. A weight that is none is a one.
fn tag_and_weight(range: &str) -> (&str, u16) {
    let (tag, parameter) = range.split_once(';').unwrap_or((range, ""));
    let weight = parameter.trim().strip_prefix(['q', 'Q']);
    let weight = weight.and_then(|weight| weight.strip_prefix('='));
    let weight = weight.and_then(|weight| weight.trim().parse::<f32>().ok());
    // What is no number becomes zero.
    let thousandths = weight.unwrap_or(1.0).clamp(0.0, 1.0) * 1000.0;
    (tag.trim(), thousandths as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dearest_language_comes_first() {
        assert_eq!(tags("zh-CN,zh;q=0.9,en;q=0.8"), ["zh-CN", "zh", "en"]);
        assert_eq!(tags("en;q=0.5, zh-TW ; q=0.7 ,fr"), ["fr", "zh-TW", "en"]);
        assert_eq!(tags("de, en;Q=1.0, fr"), ["de", "en", "fr"]);
    }

    #[test]
    fn what_nobody_wants_is_left_out_and_nonsense_does_no_harm() {
        assert_eq!(tags("en;q=0, zh;q=0.1, fr;q=0.000"), ["zh"]);
        assert_eq!(tags("en;q=NaN, zh;q=-1, fr;q=inf"), ["fr"]);
        assert_eq!(tags("en;level=1, zh;q=much"), ["en", "zh"]);
        let many = "zh;q=NaN,".repeat(1000);
        assert_eq!(tags(&many), [""]);
        assert_eq!(tags(""), [""]);
    }

    #[test]
    fn a_browser_that_asks_for_chinese_gets_it_and_one_that_asks_for_nothing_english() {
        let asks = |header: &str| {
            let header = (ACCEPT_LANGUAGE, header.parse().expect("a header"));
            asked(&HeaderMap::from_iter([header]))
        };
        assert_eq!(
            asks("zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7"),
            Language::Chinese
        );
        assert_eq!(asks("en-GB,en;q=0.9,zh;q=0.8"), Language::English);
        assert_eq!(asks("en;q=0,zh;q=0.1"), Language::Chinese);
        assert_eq!(asks("fr"), Language::English);
        assert_eq!(asked(&HeaderMap::new()), Language::English);
    }
}
