//! What the browser knows of languages.

use wasm_bindgen_test::wasm_bindgen_test;

use js_sys::Date;

use crate::intl::{Plural, StorageUnit, amount, moment, number, plural, time_of_day};

#[wasm_bindgen_test]
fn numbers_and_plurals_are_those_of_the_locale() {
    assert_eq!(number("en", 1_234_567), "1,234,567");
    assert_eq!(number("de", 1_234_567), "1.234.567");
    for (locale, count, expected) in [
        ("en", 1, Plural::One),
        ("en", 2, Plural::Other),
        ("zh-Hans", 1, Plural::Other),
        ("pl", 3, Plural::Few),
        ("pl", 5, Plural::Many),
        ("ar", 0, Plural::Zero),
        ("ar", 2, Plural::Two),
    ] {
        assert_eq!(plural(locale, count), expected, "{count} in {locale}");
    }
}

#[wasm_bindgen_test]
fn the_time_of_day_is_written_as_in_the_locale() {
    // Noon or midnight, wherever this runs, has an hour of two digits.
    let noon = 12 * 60 * 60 * 1000;
    let british = time_of_day("en-GB", noon);
    assert!(british.len() == 5 && british.contains(':'), "{british}");
    let american = time_of_day("en-US", noon);
    assert!(american.ends_with('M'), "{american}");
}

#[wasm_bindgen_test]
fn a_moment_has_its_date_unless_that_is_today() {
    let noon_of_1970 = moment("de", 12 * 60 * 60 * 1000);
    assert!(noon_of_1970.starts_with("1.1.1970 "), "{noon_of_1970}");
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a date of today is a whole number far below 2^64"
    )]
    let now = moment("de", Date::now() as u64);
    assert!(now.len() == 5 && now.contains(':'), "{now}");
    assert_eq!(moment("en", u64::MAX), "");
}

#[wasm_bindgen_test]
fn an_amount_has_the_unit_and_the_point_of_the_locale() {
    let megabytes = |locale, digits| amount(locale, 2.0, StorageUnit::Megabyte, digits);
    assert_eq!(megabytes("en", 1), "2.0 MB");
    assert!(megabytes("de", 1).starts_with("2,0"));
    assert!(megabytes("zh-Hans", 0).starts_with('2'));
    let gigabytes = amount("en", 1.2, StorageUnit::Gigabyte, 1);
    assert_eq!(gigabytes, "1.2 GB");
}

/// A tag of a system that is not of the Web has stopped the page in some browsers.
#[wasm_bindgen_test]
fn a_locale_or_a_moment_that_is_none_does_no_harm() {
    for locale in ["en-US@posix", "", "-", "中文"] {
        assert!(number(locale, 7).contains('7'), "{locale}");
        assert!(!time_of_day(locale, 0).is_empty(), "{locale}");
    }
    assert_eq!(time_of_day("en", u64::MAX), "");
}
