//! Numbers, times and plurals as a language has them
//! ([`Intl`](https://tc39.es/ecma402/)).
//!
//! A locale is a [BCP 47](https://www.rfc-editor.org/info/bcp47) tag. In the place of one that the
//! browser does not take stands the browser's own.

use std::cell::RefCell;

use js_sys::{Array, Date, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::object::{get, object};

/// Which form of a word goes with a number
/// ([plural categories](https://unicode.org/reports/tr35/tr35-numbers.html#Language_Plural_Rules)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plural {
    /// In Arabic, for one: none.
    Zero,
    /// The singular.
    One,
    /// The dual.
    Two,
    /// A few.
    Few,
    /// Many, or a fraction.
    Many,
    /// Any other number; every language has it, and some have nothing else.
    Other,
}

impl Plural {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Zero,
        Self::One,
        Self::Two,
        Self::Few,
        Self::Many,
        Self::Other,
    ];

    /// What Unicode calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::One => "one",
            Self::Two => "two",
            Self::Few => "few",
            Self::Many => "many",
            Self::Other => "other",
        }
    }

    fn named(name: &str) -> Self {
        let named = Self::ALL.into_iter().find(|plural| plural.name() == name);
        named.unwrap_or(Self::Other)
    }
}

/// The time of day of a moment, hours and minutes only. Nothing for a moment that no calendar has.
///
/// `millis` are milliseconds since 1970.
pub fn time_of_day(locale: &str, millis: u64) -> String {
    let moment = as_number(millis);
    with_writers(locale, |writers| writers.hours_and_minutes.write(moment)).unwrap_or_default()
}

/// The time of day of a moment, and its date unless that is today. Nothing for a moment that no
/// calendar has.
///
/// `millis` are milliseconds since 1970.
pub fn moment(locale: &str, millis: u64) -> String {
    // Few moments are written, so that what writes their dates is not kept.
    let dates = Writer::new("DateTimeFormat", locale, &Object::new(), "format");
    let date = |moment| dates.as_ref().and_then(|dates| dates.write(moment));
    let time = time_of_day(locale, millis);
    match date(as_number(millis)) {
        Some(day) if date(Date::now()).as_ref() != Some(&day) => [&day, " ", &time].concat(),
        _ => time,
    }
}

/// A unit of how much is stored, in units of a thousand as systems and browsers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageUnit {
    /// A million bytes.
    Megabyte,
    /// A thousand million bytes.
    Gigabyte,
}

impl StorageUnit {
    /// What `Intl` calls it
    /// ([simple units](https://tc39.es/ecma402/#table-sanctioned-single-unit-identifiers)).
    const fn name(self) -> &'static str {
        match self {
            Self::Megabyte => "megabyte",
            Self::Gigabyte => "gigabyte",
        }
    }

    /// How it is written where there is no `Intl`.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Megabyte => "MB",
            Self::Gigabyte => "GB",
        }
    }
}

/// An amount with its unit and so many digits after the point.
pub fn amount(locale: &str, amount: f64, unit: StorageUnit, digits: u8) -> String {
    let options = object([
        ("style", "unit".into()),
        ("unit", unit.name().into()),
        ("minimumFractionDigits", digits.into()),
        ("maximumFractionDigits", digits.into()),
    ]);
    // Written once a second at most, so that it is not kept.
    let written =
        Writer::new("NumberFormat", locale, &options, "format").and_then(|it| it.write(amount));
    let digits = usize::from(digits);
    written.unwrap_or_else(|| format!("{amount:.digits$} {}", unit.symbol()))
}

/// A whole number.
pub fn number(locale: &str, number: usize) -> String {
    let written = with_writers(locale, |writers| writers.number.write(exact(number)));
    written.unwrap_or_else(|| number.to_string())
}

/// Several things in a row: "one, two, and three".
pub fn list(locale: &str, things: &[String]) -> String {
    let writer = Writer::new("ListFormat", locale, &Object::new(), "format");
    let array: Array = things
        .iter()
        .map(|thing| JsValue::from_str(thing))
        .collect();
    let written = writer.and_then(|writer| writer.write_value(&array));
    written.unwrap_or_else(|| things.join(", "))
}

/// How large a file is, in the largest unit of which there is one.
pub fn file_size(locale: &str, bytes: u64) -> String {
    let (size, unit) = in_units(bytes);
    let options = object([
        ("style", "unit".into()),
        ("unit", unit.into()),
        (
            "maximumFractionDigits",
            if size < 10.0 { 1 } else { 0 }.into(),
        ),
    ]);
    let writer = Writer::new("NumberFormat", locale, &options, "format");
    let written = writer.and_then(|writer| writer.write(size));
    written.unwrap_or_else(|| format!("{size:.0} {unit}"))
}

/// A size in the largest unit of which there is one. A unit is a thousand of the next, as people are
/// told by their systems and shops.
fn in_units(bytes: u64) -> (f64, &'static str) {
    #[expect(
        clippy::cast_precision_loss,
        reason = "no file is longer than 2^40 bytes"
    )]
    let bytes = bytes as f64;
    let mut one = 1.0;
    for unit in ["byte", "kilobyte", "megabyte", "gigabyte"] {
        if bytes < 999.5 * one {
            return (bytes / one, unit);
        }
        one *= 1000.0;
    }
    (bytes / one, "terabyte")
}

/// Which form goes with a count.
pub fn plural(locale: &str, count: usize) -> Plural {
    let name = with_writers(locale, |writers| writers.plural.write(exact(count)));
    name.map_or(Plural::Other, |name| Plural::named(&name))
}

fn exact(number: usize) -> f64 {
    u32::try_from(number).unwrap_or(u32::MAX).into()
}

/// Milliseconds since 1970 as JavaScript counts them: exact until the year 287396.
#[expect(
    clippy::cast_precision_loss,
    reason = "a date of today is far below 2^53"
)]
pub(crate) const fn as_number(millis: u64) -> f64 {
    millis as f64
}

/// What writes in one locale. Making one takes a browser far longer than using it, and a chat has a
/// time in each message.
struct Writers {
    locale: String,
    hours_and_minutes: Writer,
    number: Writer,
    plural: Writer,
}

thread_local! {
    /// Those of the locale that was used last. A page has one, until the person chooses another.
    static LAST: RefCell<Option<Writers>> = const { RefCell::new(None) };
}

fn with_writers<T>(locale: &str, write: impl FnOnce(&Writers) -> Option<T>) -> Option<T> {
    LAST.with_borrow_mut(|last| {
        if last.as_ref().is_none_or(|writers| writers.locale != locale) {
            *last = Writers::new(locale);
        }
        last.as_ref().and_then(write)
    })
}

impl Writers {
    fn new(locale: &str) -> Option<Self> {
        let time = object([("hour", "2-digit".into()), ("minute", "2-digit".into())]);
        Some(Self {
            locale: locale.to_owned(),
            hours_and_minutes: Writer::new("DateTimeFormat", locale, &time, "format")?,
            number: Writer::new("NumberFormat", locale, &Object::new(), "format")?,
            plural: Writer::new("PluralRules", locale, &Object::new(), "select")?,
        })
    }
}

/// One of the objects of `Intl`, and which of its functions is used.
struct Writer {
    object: JsValue,
    function: Function,
}

impl Writer {
    fn new(kind: &str, locale: &str, options: &Object, function: &str) -> Option<Self> {
        let constructor: Function = get(&get(&js_sys::global(), "Intl"), kind).dyn_into().ok()?;
        let make =
            |locale: &JsValue| Reflect::construct(&constructor, &Array::of2(locale, options));
        let object = make(&locale.into())
            .or_else(|_| make(&JsValue::UNDEFINED))
            .ok()?;
        let function = get(&object, function).dyn_into().ok()?;
        Some(Self { object, function })
    }

    fn write(&self, value: f64) -> Option<String> {
        self.write_value(&value.into())
    }

    fn write_value(&self, value: &JsValue) -> Option<String> {
        let written = self.function.call1(&self.object, value);
        written.ok()?.as_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_written_in_the_largest_unit_of_which_there_is_one() {
        for (bytes, written) in [
            (0, (0.0, "byte")),
            (999, (999.0, "byte")),
            (1000, (1.0, "kilobyte")),
            (999_499, (999.499, "kilobyte")),
            (999_500, (0.9995, "megabyte")),
            (1 << 30, (1.073_741_824, "gigabyte")),
            (2_000_000_000_000, (2.0, "terabyte")),
        ] {
            assert_eq!(in_units(bytes), written, "{bytes}");
        }
    }
}
